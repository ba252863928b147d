package patchcmd

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"relinterp/internal/atomicfile"
	"relinterp/patcher"
)

// Who owns a folder on the way can lead it elsewhere for a moment; the file of the same name there is not theirs.
func TestAFolderThatIsSwappedMeanwhileLosesNoFile(t *testing.T) {
	top := t.TempDir()
	x, aside, other := filepath.Join(top, "x"), filepath.Join(top, "aside"), filepath.Join(top, "other")
	require.NoError(t, os.Mkdir(x, 0o755))
	require.NoError(t, os.Mkdir(other, 0o755))
	require.NoError(t, os.Rename(program(t, "10"), filepath.Join(x, "app")))
	require.NoError(t, os.WriteFile(filepath.Join(other, "app"), []byte("theirs"), 0o644))
	in, err := openInput(filepath.Join(x, "app"), false)
	require.NoError(t, err)
	defer in.close()
	plan, err := patcher.MakePlan(in, in.state.Size(), options)
	require.NoError(t, err)
	require.NoError(t, os.Rename(x, aside))
	require.NoError(t, os.Rename(other, x)) // a folder, so that no look at links sees it
	ready, _, err := in.write(context.Background(), plan.Output(), place{filepath.Join(x, "app"), true, true}, false)
	require.NoError(t, err)
	require.NoError(t, os.Rename(x, other))
	require.NoError(t, os.Rename(aside, x))
	assert.ErrorIs(t, ready.commit(), atomicfile.ErrChanged)
	got, err := os.ReadFile(filepath.Join(other, "app"))
	require.NoError(t, err)
	assert.Equal(t, "theirs", string(got))
}

func TestAFoundFileLiesInItsTree(t *testing.T) {
	for _, one := range []struct {
		root, path string
		want       bool
	}{{"/a", "/a/b/app", true}, {"/a", "/ab/app", false}, {"/a", "/b", false}, {"/", "/b", true}, {"..", "../app", true}, {"a", "../app", false}, {".", "app", true}} {
		assert.Equal(t, one.want, below(one.root, one.path), one.path)
	}
}

// The tree was walked, then a folder of it became a link: neither what it leads to nor its place is written to.
func TestAFolderThatBecomesALinkIsNotFollowed(t *testing.T) {
	app := program(t, "10")
	dir, err := filepath.EvalSymlinks(filepath.Dir(app))
	require.NoError(t, err)
	tree := t.TempDir()
	require.NoError(t, os.Symlink(dir, filepath.Join(tree, "sub")))
	before, err := os.ReadFile(app)
	require.NoError(t, err)
	w := &worker{q: &request{action: doPatch, options: patcher.Options{LoaderDir: "$ORIGIN", Runpath: []string{"$ORIGIN"}, RunpathOnly: true}}}
	r := w.do(context.Background(), target{path: filepath.Join(tree, "sub", "app"), real: filepath.Join(tree, "sub", "app"), found: true, root: tree})
	assert.Equal(t, failed, r.Status)
	assert.Nil(t, r.ready)
	assert.Equal(t, "changed while it was read", r.Error.What)
	after, err := os.ReadFile(app)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}
