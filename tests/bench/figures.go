package main

// Unit says how a figure is written.
type Unit string

// The units.
const (
	Ratio Unit = "ratio" // against the first of the pair; 1 is equal
	Count Unit = "count"
	Bytes Unit = "bytes"
	Milli Unit = "ms" // a difference, never a duration of its own
)

// Figure is one row of the table: what is measured and the target, if there is one.
type Figure struct {
	ID    string
	What  string
	Unit  Unit
	Limit float64 // at most this; noLimit: shown for comparison
	Exact bool    // the same on every run, so that a test may insist on the limit
}

const noLimit = -1

// figures is the table to fill, in the order in which it is shown.
var figures = []Figure{
	{"startup.hello.control", "start-up of hello: PT_INTERP, a second copy (control)", Ratio, noLimit, false},
	{"startup.hello.relinterp", "start-up of hello: -relinterp", Ratio, 1.03, false},
	{"startup.hello.direct", "start-up of hello: ld-musl ./hello", Ratio, noLimit, false},
	{"startup.hello.static", "start-up of hello: -static", Ratio, noLimit, false},
	{"startup.empty.control", "start-up of an empty program: PT_INTERP, a second copy (control)", Ratio, noLimit, false},
	{"startup.empty.relinterp", "start-up of an empty program: -relinterp", Ratio, 1.03, false},
	{"startup.empty.direct", "start-up of an empty program: ld-musl ./empty", Ratio, noLimit, false},
	{"startup.empty.static", "start-up of an empty program: -static", Ratio, noLimit, false},
	{"startup.libs.control", "start-up of a program with a library in $ORIGIN: PT_INTERP, a second copy (control)", Ratio, noLimit, false},
	{"startup.libs.relinterp", "start-up of a program with a library in $ORIGIN: -relinterp", Ratio, noLimit, false},
	{"faults.hello.relinterp", "minor faults of hello over PT_INTERP", Count, 2, false},
	{"faults.empty.relinterp", "minor faults of an empty program over PT_INTERP", Count, 2, false},
	{"faults.libs.relinterp", "minor faults of a program with a library over PT_INTERP", Count, noLimit, false},
	{"entry.syscalls", "system calls until the loader runs", Count, 8, true},
	{"entry.instructions", "user instructions until the loader runs", Count, 5000, true},
	{"object.text", "relinterp.o, text and constants", Bytes, 3072, true},
	{"object.data", "relinterp.o, data and bss", Bytes, 64, true},
	{"scrt1.text", "Scrt1.o, which it replaces: text and constants", Bytes, noLimit, true},
	{"scrt1.data", "Scrt1.o: data and bss", Bytes, noLimit, true},
	{"file.hello.ptinterp", "hello, stripped, with PT_INTERP", Bytes, noLimit, true},
	{"file.hello.over", "hello, stripped, -relinterp over PT_INTERP", Bytes, 2048, true},
	{"startup.retrofit.control", "start-up of a glibc hello: the original, a second copy (control)", Ratio, noLimit, false},
	{"startup.retrofit.runpath", "start-up of a glibc hello: retrofitted", Ratio, 1.03, false},
	{"startup.retrofit.hwcaps", "start-up of a glibc hello: retrofitted, library folder with hwcaps links", Ratio, 0.98, false},
	{"startup.retrofit.copied", "start-up of a glibc hello: retrofitted against PT_INTERP and RUNPATH that name the same folder", Ratio, noLimit, false},
	{"startup.retrofit.musl.control", "start-up of a musl hello: the original, a second copy (control)", Ratio, noLimit, false},
	{"startup.retrofit.musl", "start-up of a musl hello: retrofitted", Ratio, 1.03, false},
	{"retrofit.syscalls", "system calls until the loader runs: retrofitted glibc hello", Count, 8, true},
	{"retrofit.instructions", "user instructions until the loader runs: retrofitted glibc hello", Count, noLimit, true},
	{"retrofit.stub", "the retrofit's stub, code and texts", Bytes, 3072, true},
	{"retrofit.added", "bytes added to a glibc hello, stripped, beyond a moved .dynstr", Bytes, 4096, true},
	{"patch.big.control", "a program of 100 MB: cp against itself (control)", Ratio, noLimit, false},
	{"patch.big", "a program of 100 MB: relinterp-patch in place against cp", Ratio, 1.5, false},
	{"patch.many.control", "300 programs in one call: cp against itself (control)", Ratio, noLimit, false},
	{"patch.many", "300 programs in one call: relinterp-patch in place against cp", Ratio, 1.5, false},
	{"driver.control", "musl-cc -c: the real compiler against itself (control)", Ratio, noLimit, false},
	{"driver.ratio", "musl-cc -c of an empty file against the real compiler", Ratio, noLimit, false},
	{"driver.ms", "musl-cc -c of an empty file over the real compiler, per call", Milli, 4, false},
}
