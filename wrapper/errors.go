package wrapper

// Error is a user's error: what and where, and how to mend it.
type Error struct {
	What string
	Hint string
}

func (e *Error) Error() string { return e.What }

// Lines gives the two lines that the user reads.
func (e *Error) Lines(name string) string {
	text := name + ": error: " + e.What + "\n"
	if e.Hint != "" {
		text += name + ": hint: " + e.Hint + "\n"
	}
	return text
}
