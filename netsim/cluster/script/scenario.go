package script

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"raftarium/netsim"
)

// maxFile is the largest scenario file that is read, in bytes.
const maxFile = 64 << 20

// Parse reads a scenario file: header lines, then steps. What the file does not
// say is as in [DefaultConfig]. name stands in errors.
//
// Bad input gives an *[Errors], a reader that fails its own error. Whether the
// servers and rules that the steps name exist is left to [Scenario.Check], since
// a flag may still change how many there are.
func Parse(r io.Reader, name string) (*Scenario, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cmp.Or(name, "scenario"), err)
	}
	if err := refuse(data, name); err != nil {
		return nil, &Errors{List: []*Error{err}}
	}
	f := file{
		Scenario: Scenario{
			Config: DefaultConfig(), Set: make(map[string]bool),
			Source: Source{Name: name, Text: strings.TrimPrefix(string(data), "\ufeff")},
		},
		headerAt: make(map[string]int),
	}
	for line := range strings.Lines(f.Source.Text) {
		f.line++
		if err := f.read(strings.TrimRight(line, "\r\n")); err != nil {
			err.File, err.Line = name, f.line
			f.errs.add(err)
		}
	}
	if err := f.errs.or(); err != nil {
		return nil, err
	}
	return &f.Scenario, nil
}

// refuse finds out whether a file is text at all.
func refuse(data []byte, name string) *Error {
	if len(data) > maxFile {
		return &Error{File: name, Want: fmt.Sprintf("a scenario file has at most %d MB, and this one is longer", maxFile>>20)}
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return &Error{File: name, Line: 1, Column: 1, Found: "text in UTF-16", Want: "only plain text in UTF-8 can be read: save it as UTF-8"}
	}
	if utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 {
		return nil
	}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if err := notText(string(line)); err != nil {
			err.File, err.Line = name, n
			return err
		}
	}
	return nil
}

// file is a scenario that is being read.
type file struct {
	Scenario
	errs      Errors
	line      int            // the current one
	headerAt  map[string]int // where each header line stands
	stepsAt   int            // where the steps begin, 0 before
	lastAt    Step           // the last step whose time was good
	lastEvent Step           // the last step with an event
}

func (f *file) read(line string) *Error {
	if err := tooLong(line); err != nil {
		return err
	}
	// To find what was meant takes long, and of a million errors nobody would be told.
	p := parser{lexer: lexer{line: line}, full: len(f.errs.List) == maxErrors}
	first := p.next()
	if first.kind == tokEnd && p.err == nil {
		return nil
	}
	p.pos = first.off
	word := first.lower()
	switch {
	case word == "at":
		if f.stepsAt == 0 {
			f.stepsAt = f.line
		}
		return f.step(&p)
	case f.stepsAt != 0 && p.full:
		return new(Error)
	case f.stepsAt != 0:
		return p.fail(first, f.misplaced(word, line))
	}
	name, err := p.header(&f.Config)
	if name != "" {
		if before := f.headerAt[name]; before != 0 {
			return p.fail(first, fmt.Sprintf("line %d says that already", before))
		}
		f.headerAt[name] = f.line
		f.Set[name] = true
	}
	return err
}

func (f *file) step(p *parser) *Error {
	s, err := p.prefix()
	if err != nil {
		return err
	}
	s.Line = f.line
	// The order is judged even if the action is wrong, so that one mistake does
	// not hide another; but times that are wrong do not count for later lines.
	if s.At < f.lastAt.At {
		return p.fail(p.timeAt, fmt.Sprintf("line %d is at %s already, and times never go back",
			f.lastAt.Line, durationString(f.lastAt.At.Duration())))
	}
	f.lastAt = s
	if s.Event != 0 {
		if s.Event < f.lastEvent.Event {
			return p.fail(p.eventAt, fmt.Sprintf("line %d is at event %d already, and events never go back",
				f.lastEvent.Line, f.lastEvent.Event))
		}
		f.lastEvent = s
	}
	if s.Action, err = p.action(); err != nil {
		return err
	}
	f.Steps = append(f.Steps, s)
	return nil
}

// misplaced says what is wrong with a line among the steps that does not start
// with "at".
func (f *file) misplaced(word, line string) string {
	now := durationString(f.lastAt.At.Duration())
	switch {
	case lookup(verbs, word) != nil:
		return "an action needs its time: write `at " + now + " " + clip(line) + "`"
	case lookup(headers, word) != nil:
		return fmt.Sprintf("that says what a run is: it belongs above line %d, where the steps begin", f.stepsAt)
	}
	if isTime(word) {
		return "a step starts with `at`: write `at " + clip(line) + "`"
	}
	if m := meant(word, verbs); m != "" {
		return "a step starts with its time; did you mean `at " + now + " " + m + " ...`?"
	}
	return "a step starts with its time, like `at " + now + " crash s1`"
}

// isTime says whether a word is a time that lost its "at".
func isTime(word string) bool {
	_, err := netsim.ParseDuration(word)
	return err == nil && word != "0"
}

// Check says which steps do not fit the run, or returns nil: servers, clients and
// rules that do not exist, values of Config out of their range, times that go
// back. Without known, the names of rules and bugs go unchecked. Call it once flags
// have changed Config as they will. The error is an *[Errors], with places where the
// scenario was parsed.
func (s *Scenario) Check(known *Known) error {
	var errs Errors
	wrong := s.Config.check(known)
	for _, err := range wrong {
		s.placeHeader(err)
	}
	slices.SortStableFunc(wrong, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
	for _, err := range wrong {
		errs.add(err)
	}
	run := limits{servers: FirstServers(min(s.Config.Servers, MaxServers)), clients: s.Config.Clients, rules: known.rules()}
	var before Step
	for _, step := range s.Steps {
		if step.At < before.At {
			errs.add(&Error{File: s.Source.Name, Line: step.Line, Found: shown(durationString(step.At.Duration())),
				Want: "the step before is at " + durationString(before.At.Duration()) + ", and times never go back"})
		}
		before = step
		run.full = len(errs.List) == maxErrors
		if err := check(step.Action, run); err != nil {
			if len(errs.List) < maxErrors { // it costs a walk through the file
				s.place(err, step)
			}
			errs.add(err)
		}
		switch a := step.Action.(type) {
		case Clients:
			run.clients = a.N
		case Add: // they may have left again when the time comes
			for _, id := range a.Servers.IDs {
				if i, known := slices.BinarySearch(run.servers, id); !known {
					run.servers = slices.Insert(run.servers, i, id)
				}
			}
		}
	}
	return errs.or()
}

// place finds out where an error about a step stands.
func (s *Scenario) place(err *Error, step Step) {
	err.File, err.Line = s.Source.Name, step.Line
	n := 0
	for line := range strings.Lines(s.Source.Text) {
		if n++; n == step.Line {
			p := parser{lexer: lexer{line: line}}
			if _, bad := p.prefix(); bad == nil {
				err.Column = locate(line, p.pos, err.word, err.nth)
			}
			return
		}
	}
}

// placeHeader finds out where an error about the configuration stands. A value
// that does not come from the file, but from a flag, has no place.
func (s *Scenario) placeHeader(err *Error) {
	n := 0
	for line := range strings.Lines(s.Source.Text) {
		n++
		l := lexer{line: line}
		first := l.next()
		if first.lower() == "at" {
			return
		}
		if first.lower() != err.header {
			continue
		}
		if col := locate(line, l.pos, err.word, err.nth); col != 0 {
			err.File, err.Line, err.Column = s.Source.Name, n, col
		}
	}
}

// WriteTo writes the scenario as a file that [Parse] reads back to the same Config
// and Steps, apart from their Line. It says all of Config, so that the file means
// the same where defaults differ. A scenario that no file could hold, because a
// value is out of range or a time goes back, is refused before anything is written.
func (s *Scenario) WriteTo(w io.Writer) (int64, error) {
	if err := s.writable(); err != nil {
		return 0, fmt.Errorf("scenario cannot be written: %w", err)
	}
	count := counter{w: w}
	b := bufio.NewWriter(&count)
	for _, h := range headers {
		if value := s.Config.Value(h.Name); value != "" {
			fmt.Fprintf(b, "%s %s\n", h.Name, value)
		}
	}
	for i, step := range s.Steps {
		if i == 0 {
			b.WriteByte('\n')
		}
		b.WriteString(step.String())
		b.WriteByte('\n')
	}
	err := b.Flush()
	return count.n, err
}

func (s *Scenario) writable() error {
	if err := s.Config.Check(nil); err != nil {
		return err
	}
	var lastAt, lastEvent Step
	for i, step := range s.Steps {
		var why string
		switch err := check(step.Action, anyRun); {
		case err != nil:
			why = err.Error()
		case step.At < lastAt.At || step.At < 0 || step.At.Duration() > MaxDuration:
			why = fmt.Sprintf("it is at %s, after a step at %s", durationString(step.At.Duration()), durationString(lastAt.At.Duration()))
		case step.Event != 0 && step.Event < lastEvent.Event:
			why = fmt.Sprintf("it is at event %d, after a step at event %d", step.Event, lastEvent.Event)
		case len(step.String()) > maxLine:
			why = fmt.Sprintf("its line is longer than %d bytes", maxLine)
		}
		if why != "" {
			return fmt.Errorf("step %d: %s", i+1, why)
		}
		lastAt = step
		if step.Event != 0 {
			lastEvent = step
		}
	}
	return nil
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
