package script

import (
	"fmt"
	"strconv"
	"strings"

	"raftarium/kv"
	"raftarium/netsim"
)

// disk reads "5ms" or "s1 20ms".
func (p *parser) disk() (Action, *Error) {
	before := p.pos
	name := p.next().lower()
	p.pos = before
	if name != "leader" && name != "all" && !isName(name) {
		d, err := p.duration(p.next())
		return Disk{d}, err
	}
	target, t, err := p.target()
	if err != nil {
		return nil, err
	}
	d, err := p.duration(t)
	return SlowDisk{target, d}, err
}

// clock reads "s1 +10%".
func (p *parser) clock() (Action, *Error) {
	target, t, err := p.target()
	if err != nil {
		return nil, err
	}
	d, bad := netsim.ParseDrift(t.lower())
	if bad != nil {
		if strings.ContainsAny(t.lower(), "0123456789") && strings.HasSuffix(t.lower(), "%") {
			return nil, p.fail(t, fmt.Sprintf("a drift is from %v to %v, with at most four decimals", netsim.MinDrift, netsim.MaxDrift))
		}
		return nil, p.needs(t, "servers and by how much their clocks run fast or slow")
	}
	return Clock{target, d}, nil
}

// link reads "s1 s2" or "s1 -> s2".
func (p *parser) link() (from, to Endpoint, oneWay bool, err *Error) {
	const what = "two ends of a link"
	if from, err = p.endpoint(p.next(), what); err != nil {
		return from, to, false, err
	}
	t := p.next()
	if oneWay = t.kind == tokArrow; oneWay {
		t = p.next()
	}
	to, err = p.endpoint(t, what)
	return from, to, oneWay, err
}

// latency reads "1ms..10ms" or "s1 s2 80ms".
func (p *parser) latency() (Action, *Error) {
	var l Latency
	var err *Error
	t := p.next()
	if name := t.lower(); name != "" && (name[0] == 's' || name[0] == 'c') {
		if l.From, err = p.endpoint(t, "the two ends of a link and then a range"); err != nil {
			return nil, err
		}
		if t = p.next(); t.kind == tokArrow {
			return nil, p.fail(t, "a latency is for both ways of a link, "+p.verb.like())
		}
		if l.To, err = p.endpoint(t, "the two ends of a link and then a range"); err != nil {
			return nil, err
		}
		t = p.next()
	}
	l.Range, err = p.interval(t)
	return l, err
}

// reorder reads a ratio and, where it is not the usual, how long a detour takes.
func (p *parser) reorder() (Action, *Error) {
	var r Reorder
	var err *Error
	if r.Ratio, err = p.ratio(); err != nil {
		return nil, err
	}
	if t := p.next(); t.kind != tokEnd {
		r.Detour, err = p.interval(t)
	}
	return r, err
}

// operation reads what a client is to do.
func (p *parser) operation() (Action, *Error) {
	d := Do{Op: kv.Op{Kind: kv.Get}}
	what := "a client and a key"
	switch p.verb.Name {
	case "append":
		d.Op.Kind, what = kv.Append, "a client, a key and a value"
	case "put":
		d.Op.Kind, what = kv.Put, "a client, a key and a value"
	}
	t := p.next()
	e, err := p.endpoint(t, what)
	if err != nil {
		return nil, err
	}
	if e.Client == 0 {
		return nil, p.fail(t, "only clients do operations, "+p.verb.like())
	}
	d.Client = e.Client
	if d.Op.Key, err = p.text(what); err != nil || d.Op.Kind == kv.Get {
		return d, err
	}
	p.skip()
	valueAt := p.pos
	if d.Op.Value, err = p.text(what); err != nil {
		return nil, err
	}
	if t := p.next(); t.kind != tokEnd {
		l := lexer{line: p.line, pos: valueAt}
		return nil, p.fail(t, "a value that is more than one word is written in quotes: `"+
			clip(p.line[p.start:valueAt])+" "+clip(strconv.Quote(l.tail()))+"`")
	}
	return d, nil
}

// text reads a key or a value.
func (p *parser) text(what string) (string, *Error) {
	t := p.next()
	switch t.kind {
	case tokEnd:
		return "", p.needs(t, what)
	case tokBar, tokArrow:
		return "", p.fail(t, "keys and values with `|` or `->` in them are written in quotes, like \"a|b\"")
	}
	return t.text, nil
}

func (p *parser) key(t token) (string, *Error) {
	if t.kind == tokBar || t.kind == tokArrow {
		return "", p.fail(t, "a key with `|` or `->` in it is written in quotes, like \"a|b\"")
	}
	return t.text, nil
}

// note reads the rest of the line, or a quoted text.
func (p *parser) note() (Action, *Error) {
	p.skip()
	if strings.HasPrefix(p.line[p.pos:], `"`) {
		t := p.next()
		if t.kind == tokEnd {
			return nil, p.fail(t, "")
		}
		return Note{t.text}, nil
	}
	at := p.pos
	text := p.tail()
	if text == "" {
		return nil, p.needs(token{off: at}, "a text")
	}
	return Note{text}, nil
}
