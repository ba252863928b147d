// Command musl-cc compiles with the system's gcc or clang against the musl folder beside it. With
// -relinterp its programs find their loader the way they find their libraries: beside themselves.
package main

import (
	"os"

	"relinterp/wrapper"
)

func main() {
	os.Exit(wrapper.Main(os.Args, os.Stdout, os.Stderr))
}
