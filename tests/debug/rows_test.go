package debug

import (
	"slices"
	"strings"
	"testing"
)

// row is one thing that a debugger or tracer is asked, of the program in every mode.
type row struct {
	name    string
	variant variant
	args    []string            // the program's
	ask     map[string][]string // the tools that are asked, and what they are told
	want    []string            // the facts of every mode, but for those in limits
	limits  []limit
	// everywhere: asked of other machines' programs too, that the host runs.
	everywhere bool
}

// limit is what is known to come out otherwise. It is checked as everything else, so one that has
// ceased to be fails.
type limit struct {
	tool  string
	modes []string
	below int      // it ends with this version of the tool (the last number of "3.22"); 0: it has not ended
	get   []string // the facts instead of the row's; of those words that the row has
	why   string   // for the reader of docs/debuggers.md
}

// limitOf gives the limit of a tool in a mode. What holds for a program with PT_INTERP holds for those
// that are compared with it, too.
func (r row) limitOf(tool string, version int, m mode) *limit {
	for i, l := range r.limits {
		if l.tool == tool && (l.below == 0 || version < l.below) && (slices.Contains(l.modes, m.name) || slices.Contains(l.modes, m.like)) {
			return &r.limits[i]
		}
	}
	return nil
}

// wants gives the facts that the row shall find, {start} and {all} replaced by the libraries of the place.
func (r row) wants(l *limit, p *place) []string {
	want := r.want
	if l != nil {
		want = l.get
	}
	all := p.words()
	start := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == "plugin" })
	var list []string
	for _, fact := range want {
		fact = strings.ReplaceAll(fact, "{start}", strings.Join(start, " "))
		list = append(list, strings.ReplaceAll(fact, "{all}", strings.Join(all, " ")))
	}
	return list
}

// words are the words of the facts that matter to the row.
func (r row) words() map[string]bool {
	words := map[string]bool{}
	for _, fact := range r.want {
		words[wordOf(fact)] = true
	}
	return words
}

func TestRows(t *testing.T) {
	for _, r := range rows() {
		t.Run(r.name, func(t *testing.T) {
			for _, k := range toolTable {
				if r.ask[k.name] != nil {
					t.Run(k.name, func(t *testing.T) { r.checkAll(t, k) })
				}
			}
		})
	}
}

// modes are those of whose programs a tool is asked.
func (r row) modes(k *tool) []mode {
	if k.qemu {
		return qemuModes
	}
	if r.everywhere && k.everywhere {
		return slices.Concat(modes, otherModes)
	}
	return modes
}

// checkAll asks one question of the program in every mode.
func (r row) checkAll(t *testing.T, k *tool) {
	if k.cannot != nil {
		if why := k.cannot(t); why != "" {
			t.Skip(why)
		}
	}
	for _, m := range r.modes(k) {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			r.check(t, k, m)
		})
	}
}

// check asks one question of one program.
func (r row) check(t *testing.T, k *tool, m mode) {
	t.Helper()
	p := m.place(t, r.variant)
	f := &finder{t: t, p: p, text: k.ask(t, p, r.ask[k.name], r.args)}
	got := f.facts(k.readers, r.words())
	l := r.limitOf(k.name, k.major(t), m)
	want := r.wants(l, p)
	if slices.Equal(got, want) {
		return
	}
	if l != nil && slices.Equal(got, r.wants(nil, p)) {
		t.Fatalf("this limit is one no more, take it out of the table: %s", l.why)
	}
	t.Errorf("got\n  %s\nwant\n  %s\n%s", strings.Join(got, "\n  "), strings.Join(want, "\n  "), f.text)
}

// rows gives the whole table.
func rows() []row {
	all := slices.Concat(launchRows, processRows, tracerRows)
	for i := range all {
		if all[i].variant.name == "" {
			all[i].variant = pie
		}
	}
	return all
}
