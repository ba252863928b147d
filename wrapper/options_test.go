package wrapper

import (
	"sort"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheTableIsSortedAndHasNoRowTwice(t *testing.T) {
	assert.True(t, sort.SliceIsSorted(table, func(i, j int) bool { return table[i].Name < table[j].Name }))
	for i := 1; i < len(table); i++ {
		assert.NotEqual(t, table[i-1].Name, table[i].Name)
	}
}

func TestFindTakesTheLongestNameThatFits(t *testing.T) {
	for word, want := range map[string]string{
		"-o":                   "-o",
		"-ofile":               "-o",
		"-isystem":             "-isystem",
		"-isystem/x":           "-isystem",
		"-Ttext":               "-Ttext",
		"-Tfile":               "-T",
		"-static-pie":          "-static-pie",
		"-print-file-name=x":   "-print-file-name=",
		"-print-prog-name=x":   "-print-",
		"-relinterp-runpath=x": "-relinterp-runpath=",
		"-relinterp-foo":       "-relinterp",
		"-Wl,-z,now":           "-Wl,",
	} {
		if row := find(word); assert.NotNil(t, row, word) {
			assert.Equal(t, want, row.Name, word)
		}
	}
	for _, word := range []string{"-MD", "-pipe", "-pthread", "-rdynamic", "-O2", "-shared-libgcc", "-cc1", "-"} {
		assert.Nil(t, find(word), word)
	}
}
