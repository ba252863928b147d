package wrapper

// Word is one word as the compiler reads it: from the command line, or out of a response file.
type Word struct {
	Text string
	// From is the @file word of the command line that this word came out of, nil for a word
	// of the command line itself. Nested files count as the outermost one.
	From *Response
	// Blank marks the stand-in for a response file without words.
	Blank bool
}

// Response is one @file word of the command line.
type Response struct{ Raw string }

// Arg is an option with its value, an input, or a word that we do not know.
type Arg struct {
	Words []Word
	Row   *Row   // nil for an input and for an unknown option
	Value string // the option's value; the input itself
	// Short means that the words ended before the option's value.
	Short bool
}

// Input says whether the argument is an input file ("-" is standard input).
func (a *Arg) Input() bool {
	return a.Row == nil && !a.Words[0].Blank && isInput(a.Words[0].Text)
}

func isInput(word string) bool { return word == "-" || word == "" || word[0] != '-' }

// maxResponses bounds response files that name each other, as in gcc, which then gives up with a
// message of its own: here the word simply stays.
const maxResponses = 2000

// Scan splits a command line, response files included, into arguments. Nothing is lost:
// Join(Scan(argv)) equals argv.
func Scan(argv []string, readFile func(string) ([]byte, error)) []Arg {
	words := expand(argv, readFile)
	var args []Arg
	for i := 0; i < len(words); i++ {
		arg := Arg{Words: words[i : i+1 : i+1]}
		text := words[i].Text
		switch {
		case words[i].Blank:
		case isInput(text):
			arg.Value = text
		default:
			if arg.Row = find(text); arg.Row == nil {
				break
			}
			if arg.Value = text[len(arg.Row.Name):]; arg.Value != "" || !arg.Row.takesNext() {
				break
			}
			j := i + 1
			for j < len(words) && words[j].Blank {
				j++
			}
			if j == len(words) {
				arg.Short = true
				break
			}
			arg.Value, arg.Words, i = words[j].Text, words[i:j+1:j+1], j
		}
		args = append(args, arg)
	}
	return args
}

func (r *Row) takesNext() bool { return r.Form == Separate || r.Form == JoinedOrSeparate }

// expand puts the words of response files in the place of the word that names them. A file that
// cannot be read is a word like any other: so the compilers do it.
func expand(argv []string, readFile func(string) ([]byte, error)) []Word {
	words := make([]Word, 0, len(argv))
	r := responses{readFile: readFile, left: maxResponses}
	for _, text := range argv {
		inner, ok := r.words(text)
		if !ok {
			words = append(words, Word{Text: text})
			continue
		}
		from := &Response{Raw: text}
		if len(inner) == 0 {
			words = append(words, Word{From: from, Blank: true})
		}
		for _, w := range inner {
			words = append(words, Word{Text: w, From: from})
		}
	}
	return words
}

// responses reads response files until too many were read.
type responses struct {
	readFile func(string) ([]byte, error)
	left     int
}

// words gives the words of a response file and of those that it names in turn.
func (r *responses) words(text string) ([]string, bool) {
	if len(text) < 2 || text[0] != '@' || r.left == 0 {
		return nil, false
	}
	data, err := r.readFile(text[1:])
	if err != nil {
		return nil, false
	}
	r.left--
	var words []string
	for _, w := range splitResponse(string(data)) {
		if inner, ok := r.words(w); ok {
			words = append(words, inner...)
		} else {
			words = append(words, w)
		}
	}
	return words, true
}

// Join gives back the command line that was scanned.
func Join(args []Arg) []string {
	return Without(args, func(*Arg) bool { return false })
}

// Without gives the command line less the arguments that drop names. A response file that holds
// a dropped one is replaced by its words; all others stay as they were written.
func Without(args []Arg, drop func(*Arg) bool) []string {
	opened := map[*Response]bool{}
	for i := range args {
		for _, w := range args[i].Words {
			if w.From != nil && drop(&args[i]) {
				opened[w.From] = true
			}
		}
	}
	var argv []string
	var last *Response
	for i := range args {
		gone := drop(&args[i])
		for _, w := range args[i].Words {
			switch {
			case w.From != nil && !opened[w.From]:
				if w.From != last {
					argv = append(argv, w.From.Raw)
				}
			case !gone && !w.Blank:
				argv = append(argv, w.Text)
			}
			last = w.From
		}
	}
	return argv
}
