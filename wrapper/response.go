package wrapper

// splitResponse splits the text of a response file into words the way gcc and clang do: white
// space parts words, either quote holds a word together, and a backslash takes the next byte as
// it is, within quotes too. It is not the shell's quoting.
func splitResponse(text string) []string {
	var words []string
	var word []byte
	var quote byte
	inWord, escaped := false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case escaped:
			word, escaped = append(word, c), false
		case c == '\\':
			inWord, escaped = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word = append(word, c)
		case c == '\'' || c == '"':
			inWord, quote = true, c
		case isSpace(c):
			if inWord {
				words, word, inWord = append(words, string(word)), nil, false
			}
		default:
			word, inWord = append(word, c), true
		}
	}
	if inWord {
		words = append(words, string(word))
	}
	return words
}

func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r'
}
