// Package docpage rewrites the part of a page that a program makes.
package docpage

import (
	"fmt"
	"strings"
)

// Replace puts body between the lines begin and end of a page, which stay.
func Replace(page, begin, end, body string) (string, error) {
	before, rest, begins := strings.Cut(page, begin)
	_, after, ends := strings.Cut(rest, end)
	if !begins || !ends {
		return "", fmt.Errorf("no %s ... %s; put the two lines where the table belongs", begin, end)
	}
	return before + begin + "\n" + body + end + after, nil
}
