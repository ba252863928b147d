package wrapper

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// files is a made-up folder of response files.
func files(texts map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		if text, ok := texts[name]; ok {
			return []byte(text), nil
		}
		return nil, os.ErrNotExist
	}
}

func words(line string) []string { return strings.Fields(line) }

// shape writes the arguments as "name=value" for options, "value" for inputs, "?word" for the rest.
func shape(args []Arg) (out []string) {
	for i := range args {
		switch a := &args[i]; {
		case a.Row != nil:
			out = append(out, a.Row.Name+"|"+a.Value)
		case a.Input():
			out = append(out, a.Value)
		case !a.Words[0].Blank:
			out = append(out, "?"+a.Words[0].Text)
		}
	}
	return out
}

func TestScanGivesEachOptionItsValue(t *testing.T) {
	for line, want := range map[string]string{
		"-c a.c -o b.o":             "-c| a.c -o|b.o",
		"-ob.o":                     "-o|b.o",
		"-Xlinker -relinterp a.c":   "-Xlinker|-relinterp a.c",
		"-o -relinterp":             "-o|-relinterp",
		"-MF -c -include @no -":     "-MF|-c -include|@no -",
		"-Wl,-rpath,x -O2 -foo=bar": "-Wl,|-rpath,x ?-O2 ?-foo=bar",
		"@no a.c":                   "@no a.c",
		"-x c -":                    "-x|c -",
	} {
		assert.Equal(t, words(want), shape(Scan(words(line), files(nil))), line)
	}
}

func TestScanReadsResponseFiles(t *testing.T) {
	read := files(map[string]string{
		"a": "-c @b 'x y.c'", "b": "-I inc @c", "c": "", "half": "-o",
	})
	assert.Equal(t, []string{"-c|", "-I|inc", "x y.c", "z.c"}, shape(Scan(words("@a z.c"), read)))
	assert.Equal(t, []string{"-o|out", "z.c"}, shape(Scan(words("@half @c out z.c"), read)), "a value may come from behind the file")
}

func TestAResponseFileThatNamesItselfEnds(t *testing.T) {
	read := files(map[string]string{"one": "-c @one", "two": "@two @two"})
	assert.Len(t, Scan(words("@one"), read), maxResponses+1)
	assert.Len(t, Scan(words("@two"), read), maxResponses+1)
}

func TestScanMarksAnOptionWithoutItsValue(t *testing.T) {
	args := Scan(words("a.c -o"), files(nil))
	assert.True(t, args[1].Short)
	assert.False(t, args[0].Short)
}

func TestWithoutOpensOnlyTheFileThatHoldsADroppedOption(t *testing.T) {
	read := files(map[string]string{"own": "-relinterp -DA='1 2' -c", "other": "-O2", "none": ""})
	args := Scan(words("@other @none -relinterp=portable @own a.c @other"), read)
	assert.Equal(t, []string{"@other", "@none", "-DA=1 2", "-c", "a.c", "@other"}, Without(args, (*Arg).own))
}

func FuzzScanJoin(f *testing.F) {
	for _, line := range []string{"-c a.c", "@r -o @s", "-o", "@@ - -relinterp @none", "-Xlinker @r -x"} {
		f.Add(line, "-I @s 'x", "-MF", "")
	}
	f.Fuzz(func(t *testing.T, line, r, s, none string) {
		read := files(map[string]string{"r": r, "s": s, "none": none})
		argv := strings.Split(line, " ")
		assert.Equal(t, argv, Join(Scan(argv, read)))
	})
}
