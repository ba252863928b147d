package retrofit

import (
	"path/filepath"
	"strings"
	"testing"

	"relinterp/internal/need"
	"relinterp/internal/trial"
)

// links are the ways in which a program may have been linked.
var links = []struct {
	name  string
	words string
}{
	{"bfd", ""},
	{"bfd, no-pie", "-no-pie"},
	{"bfd, no separate code", "-Wl,-z,noseparate-code"},
	{"bfd, no separate code, no-pie", "-Wl,-z,noseparate-code -no-pie"},
	{"bfd, RELR", "-Wl,-z,pack-relative-relocs"},
	{"bfd, no relro", "-Wl,-z,norelro"},
	{"bfd, full relro", "-Wl,-z,relro,-z,now"},
	{"bfd, lazy", "-Wl,-z,lazy"},
	{"bfd, sysv hash", "-Wl,--hash-style=sysv"},
	{"bfd, both hashes", "-Wl,--hash-style=both"},
	{"bfd, stripped", "-s"},
	{"bfd, 2 MiB pages", "-Wl,-z,max-page-size=0x200000"},
	{"bfd, 64 KiB pages", "-Wl,-z,max-page-size=0x10000"},
	{"bfd, 64 KiB pages, no-pie", "-Wl,-z,max-page-size=0x10000 -no-pie"},
	{"bfd, no spare dynamic slot", "-Wl,--spare-dynamic-tags=0"},
	{"bfd, no spare dynamic slot, both hashes", "-Wl,--spare-dynamic-tags=0 -Wl,--hash-style=both"},
	{"bfd, no spare dynamic slot, no-pie, sysv hash", "-Wl,--spare-dynamic-tags=0 -Wl,--hash-style=sysv -no-pie"},
	{"bfd, no spare dynamic slot, RUNPATH", "-Wl,--spare-dynamic-tags=0 -Wl,-rpath,/none"},
	{"bfd, RUNPATH", "-Wl,-rpath,/none:$ORIGIN/../other"},
	{"bfd, RPATH", "-Wl,--disable-new-dtags,-rpath,/none"},
	{"bfd, a base address as prelink leaves", "-Wl,-Ttext-segment=0x41000000"},
	{"bfd, no build id", "-Wl,--build-id=none"},
	{"bfd, no eh_frame_hdr", "-Wl,--no-eh-frame-hdr"},
	{"lld", "-fuse-ld=lld"},
	{"lld, no-pie", "-fuse-ld=lld -no-pie"},
	{"lld, no-pie, stripped", "-fuse-ld=lld -no-pie -s"},
	{"lld, sysv hash", "-fuse-ld=lld -Wl,--hash-style=sysv"},
	{"lld, separate code", "-fuse-ld=lld -Wl,-z,separate-code"},
	{"lld, 2 MiB pages", "-fuse-ld=lld -Wl,-z,max-page-size=0x200000"},
	{"lld, image base", "-fuse-ld=lld -Wl,--image-base=0x41000000"},
	{"lld, no-pie, image base below 64 KiB", "-fuse-ld=lld -no-pie -Wl,--image-base=0x10000"},
	{"gold", "-fuse-ld=gold"},
	{"gold, no-pie", "-fuse-ld=gold -no-pie"},
	{"gold, no relro", "-fuse-ld=gold -Wl,-z,norelro"},
	{"mold", "-fuse-ld=mold"},
	{"mold, no-pie", "-fuse-ld=mold -no-pie"},
	{"mold, no spare dynamic slot", "-fuse-ld=mold -Wl,--spare-dynamic-tags=0"},
	{"mold, stripped", "-fuse-ld=mold -s"},
}

// muslLinks are those that glibc's loader refuses also unpatched: these linkers leave out a version that it wants.
var muslLinks = []struct {
	name  string
	words string
}{
	{"lld, RELR", "-fuse-ld=lld -Wl,--pack-dyn-relocs=relr"},
	{"mold, RELR", "-fuse-ld=mold -Wl,--pack-dyn-relocs=relr"},
}

// compilerFor asks for the linker, and gives the compiler.
func (l libc) compilerFor(t testing.TB, words string) string {
	t.Helper()
	switch {
	case strings.Contains(words, "lld"):
		need.Tool(t, "ld.lld", "lld")
	case strings.Contains(words, "gold"):
		need.Tool(t, "ld.gold", "binutils-gold")
	case strings.Contains(words, "mold"):
		need.Tool(t, "mold", "mold")
	}
	return l.cc(t)
}

func TestEveryWayOfLinking(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		all := links
		if l.name == "musl" {
			all = append(all[:len(all):len(all)], muslLinks...)
		}
		for _, link := range all {
			t.Run(link.name, func(t *testing.T) {
				t.Parallel()
				runsPatched(t, l.usesBy(t, l.compilerFor(t, link.words), strings.Fields(link.words)...))
			})
		}
	})
}

func TestClangsPrograms(t *testing.T) {
	both(t, func(t *testing.T, l libc) {
		clang := need.Tool(t, "clang", "clang")
		if l.name == "musl" {
			clang = filepath.Join(need.Dist(t), "bin", "musl-clang")
		}
		need.Tool(t, "ld.lld", "lld")
		for _, words := range []string{"", "-fuse-ld=lld", "-fuse-ld=lld -no-pie", "-fuse-ld=lld -O2 -flto"} {
			runsPatched(t, l.usesBy(t, clang, strings.Fields(words)...))
		}
	})
}

// runsPatched patches the program of uses and runs it on the host and in empty roots.
func runsPatched(t *testing.T, dir string) {
	t.Helper()
	retrofit(t, dir+"/app")
	trial.Works(t, trial.Run(t, trial.Command(dir+"/app")), greets)
	for _, proc := range []bool{true, false} {
		if r := trial.InEmptyRoot(t, dir, proc, nil, "/app"); r.Output != greets || r.Status != 0 {
			t.Errorf("in an empty root, /proc %v: %+v", proc, r)
		}
	}
}
