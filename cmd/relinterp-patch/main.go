// Command relinterp-patch lets existing dynamic executables find their loader and their libraries beside
// themselves, and puts them back byte for byte.
package main

import (
	"os"

	"relinterp/internal/cli"
	"relinterp/internal/patchcmd"
)

func main() {
	os.Exit(cli.Main(patchcmd.New("relinterp-patch")))
}
