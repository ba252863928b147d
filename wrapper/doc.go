// Package wrapper is the compiler driver musl-cc: a command line goes in, a command line for gcc
// or clang comes out.
//
//	argv -Scan-> []Arg -Parse-> *Invocation --+
//	Env -Detect-> *Toolchain -----------------+-NewPlan-> *Plan -Run-> exit status
//
// All but the two ends are pure functions.
package wrapper
