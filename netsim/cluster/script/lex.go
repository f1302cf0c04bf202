package script

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokEnd    tokenKind = iota // the end of the line, or of what can be read of it
	tokWord                    // a bare word
	tokQuoted                  // a word in double quotes
	tokBar                     // |
	tokArrow                   // ->
)

// token is a word of a line.
type token struct {
	kind tokenKind
	text string // of a quoted word, what it says
	off  int    // where it starts, in bytes
}

// lower is the text of a bare word in lower case, in which verbs, names and rules
// are compared; "" of everything else.
func (t token) lower() string {
	if t.kind != tokWord {
		return ""
	}
	return strings.ToLower(t.text)
}

// found describes the token for an error.
func (t token) found() string {
	if t.kind == tokEnd {
		return "the end of the line"
	}
	return shown(t.text)
}

// lexer reads the words of a line one after another. After a mistake it yields
// the end of the line for ever and err says what it was.
type lexer struct {
	line string
	pos  int
	err  *Error
}

func (l *lexer) fail(off int, found, want string) token {
	l.err = &Error{Column: column(l.line, off), Found: found, Want: want}
	l.pos = len(l.line)
	return token{off: off}
}

// skip passes blanks and a comment.
func (l *lexer) skip() {
	for l.pos < len(l.line) {
		r, n := rune(l.line[l.pos]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(l.line[l.pos:])
		}
		if r == '#' && l.commentAt(l.pos) {
			l.pos = len(l.line)
			return
		}
		if !unicode.IsSpace(r) {
			return
		}
		l.pos += n
	}
}

// commentAt says whether the # at an offset starts a comment.
func (l *lexer) commentAt(off int) bool {
	r, _ := utf8.DecodeLastRuneInString(l.line[:off])
	return off == 0 || unicode.IsSpace(r)
}

// next reads a word.
func (l *lexer) next() token {
	l.skip()
	start := l.pos
	switch rest := l.line[start:]; {
	case rest == "":
		return token{off: start}
	case rest[0] == '|':
		l.pos++
		return token{kind: tokBar, text: "|", off: start}
	case strings.HasPrefix(rest, "->"):
		l.pos += 2
		return token{kind: tokArrow, text: "->", off: start}
	case rest[0] == '"':
		return l.quoted()
	}
	for l.pos < len(l.line) {
		r, n := rune(l.line[l.pos]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(l.line[l.pos:])
		}
		if r == '|' || unicode.IsSpace(r) || r == '-' && strings.HasPrefix(l.line[l.pos:], "->") {
			break
		}
		if r == '"' {
			return l.fail(l.pos, "a quote inside a word",
				`a word is quoted as a whole, like "two words", and a quote inside it is \"`)
		}
		if !unicode.IsPrint(r) {
			return l.unprintable(r)
		}
		l.pos += n
	}
	return token{kind: tokWord, text: l.line[start:l.pos], off: start}
}

func (l *lexer) unprintable(r rune) token {
	escaped := strconv.Quote(string(r))
	return l.fail(l.pos, fmt.Sprintf("the invisible character %U", r),
		"it is written inside quotes, as "+escaped)
}

// quoted reads a word that starts with a quote.
func (l *lexer) quoted() token {
	start := l.pos
	raw, err := strconv.QuotedPrefix(l.line[start:])
	if err != nil {
		return l.badQuote()
	}
	text, _ := strconv.Unquote(raw) // QuotedPrefix vouches for it
	l.pos += len(raw)
	if rest := l.line[l.pos:]; rest != "" && rest[0] != '|' && !strings.HasPrefix(rest, "->") {
		if r, _ := utf8.DecodeRuneInString(rest); !unicode.IsSpace(r) {
			return l.fail(l.pos, shown(string(r))+" right after a quote",
				`a blank belongs between two words, and a quote inside a word is written \"`)
		}
	}
	return token{kind: tokQuoted, text: text, off: start}
}

// badQuote finds out what is wrong with the quoted word at pos.
func (l *lexer) badQuote() token {
	rest := l.line[l.pos+1:]
	for rest != "" && rest[0] != '"' {
		off := len(l.line) - len(rest)
		_, _, tail, err := strconv.UnquoteChar(rest, '"')
		if err != nil {
			return l.fail(off, "a backslash with nothing known after it",
				`inside quotes a backslash is written \\, a quote \" and a new line \n`)
		}
		rest = tail
	}
	return l.fail(l.pos, "a quote that is never closed", `a quoted word ends with a quote, like "two words"`)
}

// tail reads the rest of the line as text that needs no quotes: trimmed and
// without a comment.
func (l *lexer) tail() string {
	l.skip()
	start, end := l.pos, len(l.line)
	for i := start; i < end; i++ {
		if l.line[i] == '#' && l.commentAt(i) {
			end = i
			break
		}
	}
	text := strings.TrimSpace(l.line[start:end])
	for i, r := range text {
		if !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			l.pos = start + i
			l.unprintable(r)
			return ""
		}
	}
	l.pos = len(l.line)
	return text
}

// notText finds what no line of text can hold, and says so; nil if all is well.
func notText(line string) *Error {
	for i, r := range line {
		switch {
		case r == 0:
			return &Error{Column: column(line, i), Found: "a NUL byte", Want: "only plain text in UTF-8 can be read"}
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(line[i:]); n == 1 {
				return &Error{Column: column(line, i), Found: fmt.Sprintf("the byte 0x%02x", line[i]),
					Want: "only plain text in UTF-8 can be read"}
			}
		}
	}
	return nil
}

// locate finds the column of the nth time that a word stands in a line from a byte
// offset on, alone or in a list with commas; 0 if it does not.
func locate(line string, from int, word string, nth int) int {
	if word == "" {
		return 0
	}
	l := lexer{line: line, pos: from}
	for t := l.next(); t.kind != tokEnd; t = l.next() {
		if strings.EqualFold(t.text, word) {
			if nth--; nth <= 0 {
				return column(line, t.off)
			}
			continue
		}
		for _, part := range splitList(t) {
			if strings.EqualFold(part.text, word) {
				if nth--; nth <= 0 {
					return column(line, part.off)
				}
			}
		}
	}
	return 0
}

// splitList takes a word apart at its commas. A comma at an end is taken for the
// blank that belongs beside it.
func splitList(t token) []token {
	if t.kind != tokWord || !strings.Contains(t.text, ",") {
		return []token{t}
	}
	var out []token
	off := t.off
	for part := range strings.SplitSeq(t.text, ",") {
		if part != "" {
			out = append(out, token{kind: tokWord, text: part, off: off})
		}
		off += len(part) + 1
	}
	return out
}
