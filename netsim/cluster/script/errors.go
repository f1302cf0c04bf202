package script

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error is one thing that is wrong in a line or with an action: where, what was
// found, and what would fit.
type Error struct {
	// File and Line are "" and 0 for a line that comes from no file.
	File string
	Line int
	// Column counts characters from 1; 0 where no place is known.
	Column int
	// Found is what stands there, in words: a word in quotes or, say, "the end of
	// the line"; "" where there is nothing to point at.
	Found string
	// Want is what would fit, or why what was found does not: the rest of the
	// sentence that starts with "found ..., but".
	Want string

	// word and nth find the place of a mistake that was noticed after parsing: the
	// nth time that word stands in the line, from 1. header is the header line
	// that it concerns.
	word   string
	nth    int
	header string
}

// Error is the whole sentence with its place in front, such as
//
//	cut.txt:3:9: found "s9", but this run has s1 to s5
func (e *Error) Error() string {
	var b strings.Builder
	switch {
	case e.File != "" || e.Line != 0:
		if e.File != "" {
			b.WriteString(Visible(e.File))
			b.WriteByte(':')
		}
		if e.Line != 0 {
			fmt.Fprintf(&b, "%d:", e.Line)
		}
		if e.Column != 0 {
			fmt.Fprintf(&b, "%d:", e.Column)
		}
		b.WriteByte(' ')
	case e.Column != 0:
		fmt.Fprintf(&b, "column %d: ", e.Column)
	case e.header != "":
		b.WriteString(e.header + ": ")
	}
	if e.Found != "" {
		b.WriteString("found ")
		b.WriteString(e.Found)
		b.WriteString(", but ")
	}
	b.WriteString(e.Want)
	return b.String()
}

// Header is the word of the header line whose value is wrong, where the error comes
// from no line of a file: a flag of that name may have set it. It is "" otherwise.
func (e *Error) Header() string {
	if e.File != "" || e.Line != 0 || e.Column != 0 {
		return ""
	}
	return e.header
}

// maxErrors is how many errors of a file are told at once: enough to mend it in
// one go, few enough to read.
const maxErrors = 10

// Errors are the errors of one file, by line: the first ten, and how many more
// there are. [errors.As] finds the first *[Error] in it.
type Errors struct {
	List []*Error // 1 to 10
	More int
}

// Error has a line for each error.
func (e *Errors) Error() string {
	var b strings.Builder
	for i, one := range e.List {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(one.Error())
	}
	switch {
	case e.More == 1:
		b.WriteString("\nand 1 more error")
	case e.More > 1:
		fmt.Fprintf(&b, "\nand %d more errors", e.More)
	}
	return b.String()
}

// Unwrap returns the errors of List.
func (e *Errors) Unwrap() []error {
	out := make([]error, len(e.List))
	for i, one := range e.List {
		out[i] = one
	}
	return out
}

func (e *Errors) add(one *Error) {
	if len(e.List) < maxErrors {
		e.List = append(e.List, one)
	} else {
		e.More++
	}
}

// or returns e as an error, or nil if there is none.
func (e *Errors) or() error {
	if len(e.List) == 0 {
		return nil
	}
	return e
}

// shown is a word as an error shows it: in quotes, and not too long.
func shown(word string) string {
	const most = 40
	if utf8.RuneCountInString(word) > most {
		word = string([]rune(word)[:most]) + "…"
	}
	return strconv.Quote(word)
}

// column turns a byte offset of a line into a column.
func column(line string, off int) int {
	return utf8.RuneCountInString(line[:min(off, len(line))]) + 1
}

// oneOf joins at least one word as a sentence does: "a", "a or b", "a, b or c".
func oneOf(words []string, last string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

// Nearest returns the candidate that was most likely meant by word, or "" if none
// is close. Of equally close ones it is the first.
func Nearest(word string, candidates []string) string {
	best, bestAt := "", max(1, len(word)/3)+1
	if len(word) > 64 { // nobody mistypes that much
		return ""
	}
	for _, c := range candidates {
		if max(len(c)-len(word), len(word)-len(c)) >= bestAt {
			continue
		}
		if d := distance(word, c); d < bestAt && d < len(c) {
			best, bestAt = c, d
		}
	}
	return best
}

// distance is the number of letters to insert, remove, replace or swap with their
// neighbour that turns a into b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
