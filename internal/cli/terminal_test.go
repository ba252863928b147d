package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// terminal gives both ends of a pseudo-terminal.
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { master.Close() })
	require.NoError(t, unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	require.NoError(t, err)
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { slave.Close() })
	return master, slave
}

func TestALongRunTellsATerminalHowFarItIs(t *testing.T) {
	master, slave := terminal(t)
	p := NewProgress(slave, 3)
	p.Step("at once") // too early to be worth a line
	time.Sleep(120 * time.Millisecond)
	p.Step("second\x1b")
	p.Around(func() { fmt.Fprint(slave, "result") })
	want := "\r\x1b[K2 of 3  second?\r\x1b[Kresult"
	got := make([]byte, len(want))
	_, err := io.ReadFull(master, got)
	require.NoError(t, err)
	assert.Equal(t, want, string(got))
}

func TestAPipeHearsNothing(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(&b, 3)
	p.last = time.Time{}
	p.Step("one")
	assert.Empty(t, b.String())
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	assert.False(t, Terminal(w))
	assert.Nil(t, NewProgress(w, 3).w)
	_, slave := terminal(t)
	assert.Nil(t, NewProgress(slave, 1).w, "one file is no long run")
}
