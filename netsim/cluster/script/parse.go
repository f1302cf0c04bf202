package script

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// maxLine is the longest line that is read, in bytes.
const maxLine = 64 << 10

// MaxDuration is the longest time that a line may name. It keeps sums of times
// far from where 64 bits end.
const MaxDuration = 1000 * time.Hour

// ParseAction reads one action, such as "crash leader". Verbs and names may be in
// upper or lower case, and a comment may follow. The error is an *[Error].
// Whether the servers exist in a certain run is for [Check] to say.
func ParseAction(line string) (Action, error) {
	p, err := newParser(line)
	if err == nil {
		var a Action
		if a, err = p.action(); err == nil {
			return a, nil
		}
	}
	return nil, err
}

// ParseStep reads one step, such as "at 1.5s crash leader". The error is an
// *[Error].
func ParseStep(line string) (Step, error) {
	p, err := newParser(line)
	if err == nil {
		var s Step
		if s, err = p.step(); err == nil {
			return s, nil
		}
	}
	return Step{}, err
}

// newParser refuses what is not one line of text.
func newParser(line string) (*parser, *Error) {
	line = strings.TrimRight(line, "\r\n")
	if err := notText(line); err != nil {
		return nil, err
	}
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		return nil, &Error{Column: column(line, i), Found: "the end of a line", Want: "only one line fits here"}
	}
	if err := tooLong(line); err != nil {
		return nil, err
	}
	return &parser{lexer: lexer{line: line}}, nil
}

func tooLong(line string) *Error {
	if len(line) <= maxLine {
		return nil
	}
	return &Error{Column: column(line, maxLine), Found: fmt.Sprintf("a line of %d bytes", len(line)),
		Want: fmt.Sprintf("a line has at most %d", maxLine)}
}

// parser reads the words of one line.
type parser struct {
	lexer
	full  bool      // there are errors enough: further ones only count, see file.read
	start int       // where the action or header line starts
	verb  *VerbInfo // what is being read, for errors

	timeAt, eventAt token // of a step
	valueAt         token // the last duration or range
}

// fail makes an error at a token, unless the line could not be split into words
// there: then it says that.
func (p *parser) fail(t token, want string) *Error {
	if t.kind == tokEnd && p.err != nil {
		return p.err
	}
	return &Error{Column: column(p.line, t.off), Found: t.found(), Want: want}
}

// needs is an error at a token that says what is needed and shows the verb's
// examples.
func (p *parser) needs(t token, what string) *Error {
	return p.fail(t, "`"+p.verb.Name+"` takes "+what+", "+p.verb.like())
}

// place finds out where an error about what was read stands, from a byte offset on.
func (p *parser) place(err *Error, from int) {
	err.Column = locate(p.line, from, err.word, err.nth)
	if err.Column == 0 && p.valueAt.kind != tokEnd {
		// Durations can be written in many ways: show the one that was found.
		err.Column, err.Found = column(p.line, p.valueAt.off), p.valueAt.found()
	}
}

// finish makes sure that the line ends here.
func (p *parser) finish() *Error {
	t := p.next()
	if strings.HasPrefix(t.text, "..") && p.valueAt.kind != tokEnd {
		return p.fail(t, "a range is written without blanks, like `1ms..10ms`")
	}
	if t.kind != tokEnd || p.err != nil {
		return p.fail(t, "nothing more fits after `"+clip(p.line[p.start:t.off])+"`")
	}
	return nil
}

// prefix reads what stands in front of the action of a step.
func (p *parser) prefix() (s Step, err *Error) {
	if t := p.next(); t.lower() != "at" {
		return s, p.fail(t, "a step starts with its time, like `at 1.5s crash s1`")
	}
	t := p.next()
	if t.kind == tokEnd {
		return s, p.fail(t, "a time and an action belong after `at`, like `at 1.5s crash s1`")
	}
	d, err := p.duration(t)
	if err != nil {
		return s, err
	}
	p.timeAt, p.valueAt = t, token{}
	s.At = netsim.Time(d)
	before := p.pos
	if p.next().lower() != "event" {
		p.pos = before
		return s, nil
	}
	p.skip()
	at := p.pos
	if s.Event, err = p.eventID(); err == nil {
		p.eventAt = token{kind: tokWord, text: strconv.FormatUint(uint64(s.Event), 10), off: at}
	}
	return s, err
}

func (p *parser) step() (Step, *Error) {
	s, err := p.prefix()
	if err != nil {
		return Step{}, err
	}
	if s.Action, err = p.action(); err != nil {
		return Step{}, err
	}
	return s, nil
}

// action reads an action up to the end of the line.
func (p *parser) action() (Action, *Error) {
	t := p.next()
	if t.kind == tokEnd {
		return nil, p.fail(t, "an action belongs here, like `crash s1` or `heal`")
	}
	p.start = t.off
	if p.verb = lookup(verbs, t.lower()); p.verb == nil {
		if p.full {
			return nil, new(Error)
		}
		return nil, p.fail(t, unknownVerb(t.lower()))
	}
	a, err := p.arguments()
	if err == nil {
		err = p.finish()
	}
	if err == nil {
		if err = check(a, anyRun); err != nil {
			p.place(err, p.start)
		}
	}
	if err != nil {
		return nil, err
	}
	return a, nil
}

// arguments reads what follows the verb.
func (p *parser) arguments() (a Action, err *Error) {
	switch p.verb.Name {
	case "partition":
		var groups [][]Endpoint
		groups, err = p.groups()
		a = Partition{groups}
	case "isolate":
		a, err = targeted(p, func(t Target) Action { return Isolate{t} })
	case "bridge":
		var e Endpoint
		e, err = p.endpoint(p.next(), "a server")
		if err == nil && e.Client != 0 {
			err = at(e.String(), 1, "only a server can be a bridge, %s", p.verb.like())
			p.place(err, p.start)
		}
		a = Bridge{e.Server}
	case "transfer":
		var e Endpoint
		e, err = p.endpoint(p.next(), "the server that is to lead")
		if err == nil && e.Client != 0 {
			err = at(e.String(), 1, "only a server can lead, %s", p.verb.like())
			p.place(err, p.start)
		}
		a = Transfer{e.Server}
	case "expire":
		var e Endpoint
		e, err = p.endpoint(p.next(), "the client whose session is to end")
		if err == nil && e.Client == 0 {
			err = at(e.String(), 1, "only a client has a session, %s", p.verb.like())
			p.place(err, p.start)
		}
		a = Expire{e.Client}
	case "cut":
		var c Cut
		c.From, c.To, c.OneWay, err = p.link()
		a = c
	case "mend":
		var m Mend
		m.From, m.To, m.OneWay, err = p.link()
		a = m
	case "heal":
		a = Heal{}
	case "crash":
		a, err = targeted(p, func(t Target) Action { return Crash{t} })
	case "restart":
		a, err = targeted(p, func(t Target) Action { return Restart{t} })
	case "pause":
		a, err = targeted(p, func(t Target) Action { return Pause{t} })
	case "resume":
		a, err = targeted(p, func(t Target) Action { return Resume{t} })
	case "timeout":
		a, err = targeted(p, func(t Target) Action { return Timeout{t} })
	case "add":
		a, err = p.change(func(t Target, joint bool) Action { return Add{t, joint} })
	case "promote":
		a, err = p.change(func(t Target, joint bool) Action { return Promote{t, joint} })
	case "remove":
		a, err = p.change(func(t Target, joint bool) Action { return Remove{t, joint} })
	case "drop":
		var d Drop
		d.Message, err = p.eventID()
		a = d
	case "append", "put", "get":
		a, err = p.operation()
	case "fire":
		f := Fire{Key: "x"}
		if f.N, err = p.number(1, MaxClients); err == nil {
			if t := p.next(); t.kind != tokEnd {
				f.Key, err = p.key(t)
			}
		}
		a = f
	case "load":
		var l Load
		if l.Workload, err = p.workload(); err == nil {
			before := p.pos
			if p.next().kind != tokEnd {
				p.pos = before
				l.Keys, err = p.number(1, MaxKeys)
			}
		}
		a = l
	case "reads":
		var r Reads
		r.By, err = p.reads()
		a = r
	case "clients":
		var c Clients
		c.N, err = p.number(0, MaxClients)
		a = c
	case "latency":
		a, err = p.latency()
	case "loss":
		var l Loss
		l.Ratio, err = p.ratio()
		a = l
	case "duplicate":
		var d Duplicate
		d.Ratio, err = p.ratio()
		a = d
	case "reorder":
		a, err = p.reorder()
	case "disk":
		a, err = p.disk()
	case "tear":
		a, err = targeted(p, func(t Target) Action { return Tear{t} })
	case "fill":
		a, err = targeted(p, func(t Target) Action { return Fill{t} })
	case "free":
		a, err = targeted(p, func(t Target) Action { return Free{t} })
	case "clock":
		a, err = p.clock()
	case "without":
		var w Without
		w.Rules, err = p.rules(false)
		a = w
	case "with":
		var w With
		w.Rules, err = p.rules(false)
		a = w
	case "note":
		a, err = p.note()
	}
	return a, err
}

// endpoint reads a server or a client; what says which of them would fit.
func (p *parser) endpoint(t token, what string) (Endpoint, *Error) {
	name := t.lower()
	if isName(name) {
		n, err := strconv.ParseUint(name[1:], 10, 16)
		switch {
		case name[0] == 's' && (err != nil || n < 1 || n > MaxServers):
			return Endpoint{}, p.fail(t, serversExist(anyRun))
		case name[0] == 'c' && (err != nil || n < 1 || n > MaxClients):
			return Endpoint{}, p.fail(t, clientsExist(anyRun))
		case name[1] == '0':
			return Endpoint{}, p.fail(t, fmt.Sprintf("that is written `%c%d`", name[0], n))
		case name[0] == 's':
			return Endpoint{Server: raft.ID(n)}, nil
		}
		return Endpoint{Client: kv.ClientID(n)}, nil
	}
	switch {
	case digits(name):
		return Endpoint{}, p.fail(t, fmt.Sprintf("names start with a letter: `s%[1]s` is a server and `c%[1]s` a client", clip(name)))
	case strings.Contains(strings.Trim(name, ","), ","):
		return Endpoint{}, p.fail(t, "names are separated by blanks: `"+
			clip(strings.ReplaceAll(name, ",", " "))+"`")
	}
	return Endpoint{}, p.needs(t, what)
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// groups reads "s1 s2 | s3 s4 s5".
func (p *parser) groups() (groups [][]Endpoint, err *Error) {
	var group []Endpoint
	for {
		switch t := p.next(); {
		case t.kind == tokBar || t.kind == tokEnd:
			if len(group) == 0 {
				return nil, p.needs(t, "groups of servers with `|` between them")
			}
			groups = append(groups, group)
			if t.kind == tokEnd {
				return groups, nil
			}
			group = nil
		default:
			if t.lower() == "leader" {
				return nil, p.fail(t, "a partition names its servers; write `isolate leader` to cut it off")
			}
			e, err := p.endpoint(t, "servers and perhaps clients")
			if err != nil {
				return nil, err
			}
			group = append(group, e)
		}
	}
}

// targeted reads servers, "leader" or "all", up to the end of the line.
func targeted(p *parser, with func(Target) Action) (Action, *Error) {
	target, t, err := p.target()
	if err == nil && t.kind != tokEnd {
		_, err = p.endpoint(t, "servers")
	}
	if err != nil {
		return nil, err
	}
	return with(target), nil
}

// change reads servers and perhaps "joint".
func (p *parser) change(with func(t Target, joint bool) Action) (Action, *Error) {
	target, t, err := p.target()
	joint := t.lower() == "joint"
	switch {
	case err != nil && p.verb.Name == "add" && strings.HasPrefix(t.lower(), "c") && isName(t.lower()):
		return nil, p.fail(t, "`add` has servers join, like `add s6`; a client appends by `append "+t.lower()+" x hello`")
	case err == nil && !joint && t.kind != tokEnd:
		_, err = p.endpoint(t, "servers, and perhaps `joint`")
	}
	if err != nil {
		return nil, err
	}
	return with(target, joint), nil
}

// target reads servers, "leader" or "all", up to the first word after them, which
// it returns.
func (p *parser) target() (target Target, after token, err *Error) {
	for {
		t := p.next()
		name := t.lower()
		some := target.IDs != nil || target.Leader || target.All
		switch {
		case name == "leader":
			if target.Leader {
				return target, t, p.fail(t, "the leader is named already")
			}
			target.Leader = true
		case name == "all":
			target.All = true
		case some && (t.kind == tokEnd || !isName(name)):
			return target, t, nil
		default:
			e, err := p.endpoint(t, "servers")
			if err != nil {
				return target, t, err
			}
			if e.Client != 0 {
				return target, t, p.needs(t, "servers, not clients")
			}
			target.IDs = append(target.IDs, e.Server)
		}
		if target.All && (target.Leader || target.IDs != nil) {
			return target, t, p.fail(t, "`all` stands alone: it includes everybody")
		}
	}
}

// isName says whether a word looks like the name of a server or a client.
func isName(word string) bool {
	return len(word) >= 2 && (word[0] == 's' || word[0] == 'c') && digits(word[1:])
}
