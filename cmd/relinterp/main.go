// Command relinterp holds the project's commands under one name: `relinterp patch`.
package main

import (
	"os"

	"github.com/spf13/cobra"

	"relinterp/internal/cli"
	"relinterp/internal/patchcmd"
)

func main() {
	root := &cobra.Command{
		Use:   "relinterp",
		Short: "programs that find their dynamic loader beside themselves",
	}
	root.SetFlagErrorFunc(cli.FlagError)
	root.AddCommand(patchcmd.New("patch"))
	os.Exit(cli.Main(root))
}
