package wrapper

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestABadValueIsRefusedWithAHint(t *testing.T) {
	for word, want := range map[string]string{
		"-relinterp=yes":                    "unknown option -relinterp=yes",
		"-relinterp-foo":                    "unknown option -relinterp-foo",
		"-relinterp-runpath":                "unknown option -relinterp-runpath",
		"-relinterp-runpath=":               "empty entry",
		"-relinterp-runpath=$ORIGIN::/x":    "empty entry",
		"-relinterp-runpath=lib":            `"lib" would depend on the current directory`,
		"-relinterp-runpath=/a:./lib":       `"./lib" would depend`,
		"-relinterp-runpath=$LIB/x":         "a variable other than $ORIGIN",
		"-relinterp-runpath=$ORIGIN/$LIB":   "a variable other than $ORIGIN",
		"-relinterp-loader=":                "names no file",
		"-relinterp-loader=..":              "names no file",
		"-relinterp-loader=a/b":             "is a path",
		"-relinterp-fallback=":              "not an absolute path",
		"-relinterp-fallback=ld.so":         "not an absolute path",
		"-relinterp-loader=" + long(256):    "256 bytes, more than 255",
		"-relinterp-fallback=" + long(4096): "4096 bytes, more than 4095",
	} {
		_, err := Parse(Scan([]string{word, "a.c"}, files(nil)))
		var user *Error
		require.ErrorAs(t, err, &user, word)
		assert.Contains(t, user.What, want)
		assert.NotEmpty(t, user.Hint)
		assert.Equal(t, 2, strings.Count(user.Lines("musl-cc"), "\n"), "an error line and a hint line")
	}
}

// long gives an absolute path, or a name, of n bytes.
func long(n int) string {
	if n > nameMax+1 {
		return "/" + strings.Repeat("x", n-1)
	}
	return strings.Repeat("x", n)
}

func TestGoodValuesPass(t *testing.T) {
	for _, word := range []string{
		"-relinterp-runpath=$ORIGIN", "-relinterp-runpath=${ORIGIN}/a b:/x/$ORIGIN", "-relinterp-runpath=" + DefaultRunpath,
		"-relinterp-loader=ld-musl-x86_64.so.1", "-relinterp-loader=" + long(255),
		"-relinterp-fallback=/lib/ld.so", "-relinterp-fallback=" + long(4095),
	} {
		_, err := Parse(Scan([]string{word}, files(nil)))
		assert.NoError(t, err, word)
	}
}

func TestOurOptionsAreTakenOutAndTheirLookalikesStay(t *testing.T) {
	args := Scan(words("-relinterp a.c -relinterp=no -o -relinterp -Xlinker -relinterp-loader=x -relinterp-loader=y"), files(nil))
	assert.Equal(t, words("a.c -o -relinterp -Xlinker -relinterp-loader=x"), Without(args, (*Arg).own))
}
