package patchcmd

import (
	"math"
	"strconv"
	"strings"

	"relinterp/internal/cli"
)

// readSize reads a size as people write it: 65536, 512K, 8M, 8MiB, 1G; units of 1,024. The result is in bytes.
func readSize(text string) (uint64, error) {
	bad := cli.Usagef("--stack-size 8M, 512K or a number of bytes", "--stack-size %s is not a size", cli.Quote(text))
	digits := strings.TrimRightFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	shift, ok := map[string]uint{"": 0, "B": 0, "K": 10, "KIB": 10, "KB": 10, "M": 20, "MIB": 20, "MB": 20, "G": 30, "GIB": 30, "GB": 30}[strings.ToUpper(text[len(digits):])]
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || !ok || n == 0 || n > math.MaxInt64>>shift {
		return 0, bad
	}
	return n << shift, nil
}
