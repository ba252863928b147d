package debug

import (
	"cmp"
	"debug/elf"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A fact is a line "word: rest", said in one way for all tools: "stop: main", "value: 42",
// "libraries: greet loader". What a tool said becomes the facts that it holds, in its order.

// reader finds facts of one word in what a tool said.
type reader struct {
	word    string
	pattern *regexp.Regexp
	// rest makes a fact of a match, "" where it is none. Without it the rest is the pattern's group.
	rest func(f *finder, match []string) string
}

// finder is what readers may look at besides their own match.
type finder struct {
	t    testing.TB
	p    *place
	text string
}

// aside is what lldb says of its own accord when it has the time, in the middle of an answer, too.
var aside = regexp.MustCompile(`(?m)^\d+ locations? added to breakpoint \d+\n`)

func (f *finder) facts(readers []reader, words map[string]bool) []string {
	type found struct {
		at   int
		fact string
	}
	f.text = aside.ReplaceAllString(f.text, "")
	var all []found
	for _, r := range readers {
		if !words[r.word] {
			continue
		}
		for _, at := range r.pattern.FindAllStringSubmatchIndex(f.text, -1) {
			match := groups(f.text, at)
			rest := match[len(match)-1]
			if r.rest != nil {
				rest = r.rest(f, match)
			}
			if rest != "" {
				all = append(all, found{at[0], r.word + ": " + rest})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	var facts []string
	for _, one := range all {
		facts = append(facts, one.fact)
	}
	return facts
}

// groups gives the match and those of its groups that matched.
func groups(text string, at []int) []string {
	var match []string
	for i := 0; i < len(at); i += 2 {
		if at[i] >= 0 {
			match = append(match, text[at[i]:at[i+1]])
		}
	}
	return match
}

// wordOf is the word of a fact.
func wordOf(fact string) string {
	word, _, _ := strings.Cut(fact, ":")
	return word
}

// ours are the functions that frames are told by; what libc calls its own is its own affair.
var ours = []string{
	"main", "call_greet", "greet", "greet_constructor", "plug", "plugin_constructor", "app_constructor",
	"between", "here", "wait_here", "work", "in_thread", "burn", "burn_in_library", "lose",
}

var (
	gdbFrame  = regexp.MustCompile(`(?m)^#\d+ +(?:0x[0-9a-f]+ in )?(\w+)`)
	lldbFrame = regexp.MustCompile("frame #\\d+: 0x[0-9a-f]+ [^`\n]+`(\\w+)")
	gdbPath   = regexp.MustCompile(`(?m)[ :](/\S+)$`)
	lldbPath  = regexp.MustCompile(`(?m)^\[ *\d+\] \S+ +0x[0-9a-f]+ (/\S+)`)
	gdbThread = regexp.MustCompile(`(?m)^[ *] +\d+ `)
)

// frames tells our functions of a backtrace.
func frames(line *regexp.Regexp) func(*finder, []string) string {
	return func(_ *finder, match []string) string {
		var list []string
		for _, m := range line.FindAllStringSubmatch(match[0], -1) {
			if slices.Contains(ours, m[1]) {
				list = append(list, m[1])
			}
		}
		return strings.Join(list, " ")
	}
}

// files tells the files of a list by their words, each once, but for the program itself.
func files(line *regexp.Regexp) func(*finder, []string) string {
	return func(f *finder, match []string) string {
		var list []string
		for _, m := range line.FindAllStringSubmatch(match[0], -1) {
			if word := f.p.word(m[1]); word != "app" {
				list = append(list, word)
			}
		}
		slices.Sort(list)
		return strings.Join(slices.Compact(list), " ")
	}
}

func count(line *regexp.Regexp) func(*finder, []string) string {
	return func(_ *finder, match []string) string { return fmt.Sprint(len(line.FindAllString(match[0], -1))) }
}

// inPlace tells a file by its word.
func inPlace(f *finder, match []string) string { return f.p.word(match[1]) }

func constant(rest string) func(*finder, []string) string {
	return func(*finder, []string) string { return rest }
}

// base compares AT_BASE with where gdb says that the loader's text is.
func base(f *finder, match []string) string {
	for _, m := range regexp.MustCompile(`(?m)^0x([0-9a-f]+) .*[ :](/\S+)$`).FindAllStringSubmatch(f.text, -1) {
		if f.p.word(m[2]) == "loader" && number(match[1]) == number(m[1])-f.p.file(f.t, "loader").Section(".text").Addr {
			return "the loader's"
		}
	}
	if number(match[1]) == 0 {
		return "none"
	}
	return "not the loader's"
}

// entry compares AT_ENTRY and AT_PHDR with what the file says.
func entry(f *finder, match []string) string {
	phdr := regexp.MustCompile(`(?m)AT_PHDR .*0x([0-9a-f]+)$`).FindStringSubmatch(f.text)
	file := f.p.file(f.t, "app")
	load := file.Progs[slices.IndexFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_LOAD && p.Off == 0 })]
	headers := map[elf.Class]uint64{elf.ELFCLASS32: 52, elf.ELFCLASS64: 64}[file.Class] // the table lies behind the ELF header
	if phdr != nil && number(match[1])-file.Entry == number(phdr[1])-load.Vaddr-headers {
		return "the file's"
	}
	return "not the file's"
}

func number(hex string) uint64 {
	n, _ := strconv.ParseUint(hex, 16, 64)
	return n
}

func TestWhatLldbSaysInBetweenCutsNoList(t *testing.T) {
	const list = "[  0] A-1 0x400000 /t/app \n[  1] B-2 0x7000 /t/lib/libgreet.so \n"
	first, second, _ := strings.Cut(list, "\n")
	f := &finder{t: t, text: first + "\n1 location added to breakpoint 2\n" + second}
	images := reader{word: "images", pattern: regexp.MustCompile(`(?m)(?:^\[.*\n)+`), rest: count(lldbPath)}
	if got := f.facts([]reader{images}, map[string]bool{"images": true}); !slices.Equal(got, []string{"images: 2"}) {
		t.Errorf("got %v", got)
	}
}
