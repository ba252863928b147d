package patcher

import (
	"slices"
	"strings"
)

// newRunpath gives the folders for DT_RUNPATH in place of the old ones, and which of those are dropped.
func newRunpath(old []string, o Options) (list, dropped []string, err error) {
	kept := map[string]bool{"": true} // a RUNPATH may have a hundred thousand entries
	add := func(entry string) {
		if !kept[entry] {
			kept[entry] = true
			list = append(list, entry)
		}
	}
	switch {
	case o.Runpath != nil:
		if !slices.Contains(o.Runpath, o.LoaderDir) {
			add(o.LoaderDir)
		}
		for _, entry := range o.Runpath {
			add(entry)
		}
	case o.KeepRunpath:
		add(o.LoaderDir)
		for _, entry := range old {
			add(entry)
		}
	default:
		add(o.LoaderDir)
		for _, entry := range old {
			if underOrigin(entry) && !otherToken(entry) {
				add(entry)
			}
		}
	}
	for _, entry := range list {
		if strings.ContainsAny(entry, ":\x00") {
			return nil, nil, refuse(BadOptions, "the folder "+entry+" has a colon in its name, which separates folders in a RUNPATH", "rename the folder")
		}
		if otherToken(entry) && !o.RunpathOnly {
			return nil, nil, refuse(BadOptions, "the RUNPATH entry "+entry+" has a $ that is not $ORIGIN; the stub does not know it, and musl ignores the whole RUNPATH then", "write the folder out")
		}
	}
	for _, entry := range old {
		if !kept[entry] {
			kept[entry] = true
			dropped = append(dropped, entry)
		}
	}
	return list, dropped, nil
}

// underOrigin says whether an entry stands for a place relative to the program. Without braces the
// name ends at a slash or the end (glibc, elf/dl-load.c, is_dst).
func underOrigin(entry string) bool {
	rest, ok := strings.CutPrefix(entry, "$ORIGIN")
	return ok && (rest == "" || rest[0] == '/') || strings.HasPrefix(entry, "${ORIGIN}")
}

// otherToken says whether an entry has another $ than $ORIGIN, such as glibc's $LIB.
func otherToken(entry string) bool {
	entry = strings.ReplaceAll(entry, "${ORIGIN}", "")
	entry = strings.ReplaceAll(entry, "$ORIGIN", "")
	return strings.Contains(entry, "$")
}
