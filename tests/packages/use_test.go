package packages

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// text is what the compressors get: 300 kB that repeat, but not in blocks.
var text = []byte(strings.Repeat("beside itself, wherever its folder goes; ", 7919))

// roundTrip lets the program compress a file, reads it with Go's own code, and lets the program
// decompress it.
func roundTrip(p *place, suffix string, open func(io.Reader) (io.Reader, error)) {
	t := p.t
	file := filepath.Join(p.outside, "text")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	p.run(p.inside + "/text")
	packed, err := os.ReadFile(file + suffix)
	if err != nil {
		t.Fatal(err)
	}
	r, err := open(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, text) {
		t.Errorf("compressed file: %v, %d bytes", err, len(got))
	}
	p.run("-d", p.inside+"/text"+suffix)
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, text) {
		t.Errorf("decompressed file: %v, %d bytes", err, len(got))
	}
}

func useMinigzip(p *place) {
	roundTrip(p, ".gz", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })
}

func useBzip2(p *place) {
	roundTrip(p, ".bz2", func(r io.Reader) (io.Reader, error) { return bzip2.NewReader(r), nil })
}

// A C module is opened with dlopen, and calls the program back.
func useLua(p *place) {
	p.want("1024\n", "-e", `package.cpath = "`+p.inside+`/lib/?.so"; print(string.format("%d", require("answer").power(2, 10)))`)
	p.want("no module\n", "-e", `package.cpath = ""; print(pcall(require, "answer") and "a module" or "no module")`)
}

// An extension is opened with dlopen.
func useSQLite(p *place) {
	p.env = []string{"HOME=" + p.inside} // else the shell warns that there is none
	p.want("1|eryvagrec\n", p.inside+"/data.db",
		`.load "`+p.inside+`/lib/rot13"`,
		"create table t(id integer primary key, name); insert into t(name) values('relinterp')",
		"select id, rot13(name) from t")
}

func useDash(p *place) {
	p.want("pipe one\npipe two\npipe three\nsubstitution of a child\nstatus 7\ndocument here\ntrapped\nreplaced\n",
		p.inside+"/dash-run.sh", p.program())
}

// Each extension is a plugin; fork starts a second process inside one.
func useGawk(p *place) {
	p.env = []string{"AWKLIBPATH=" + p.inside + "/lib"}
	p.want("65 directory\n", "-l", "ordchr", "-l", "filefuncs",
		`BEGIN { stat("`+p.inside+`", s); print ord("A"), s["type"] }`)
	p.want("child\nparent\n", "-l", "fork",
		`BEGIN { pid = fork(); if (!pid) { print "child"; fflush(); exit 3 } else { wait(); print "parent" } }`)
}
