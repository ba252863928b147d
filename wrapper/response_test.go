package wrapper

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What gcc makes of the same texts was read off `gcc -###`.
func TestSplitResponseQuotesLikeTheCompilers(t *testing.T) {
	for text, want := range map[string][]string{
		"":                    nil,
		" \n\t":               nil,
		"-c a.c":              {"-c", "a.c"},
		"  -c\r\n a.c \v\f":   {"-c", "a.c"},
		`-DX="a b"`:           {"-DX=a b"},
		`-DX='a b'c`:          {"-DX=a bc"},
		`-DX=\"a\ b\"`:        {`-DX="a b"`},
		`'it\'s' "\"" '"' ''`: {"it's", `"`, `"`, ""},
		`"un closed`:          {"un closed"},
		`end\`:                {"end"},
	} {
		assert.Equal(t, want, splitResponse(text), "%q", text)
	}
}
