package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
)

// number reads a whole number from lo to hi.
func (p *parser) number(lo, hi int) (int, *Error) {
	t := p.next()
	n, err := strconv.ParseUint(t.lower(), 10, 31)
	if err != nil || int(n) < lo || int(n) > hi {
		return 0, p.needs(t, fmt.Sprintf("a number from %d to %d", lo, hi))
	}
	return int(n), nil
}

func (p *parser) eventID() (netsim.EventID, *Error) {
	t := p.next()
	n, err := strconv.ParseUint(t.lower(), 10, 64)
	if err != nil || n == 0 {
		return 0, p.fail(t, "the number of an event belongs here, like 1234")
	}
	return netsim.EventID(n), nil
}

// duration reads a duration and says what is wrong with a bad one.
func (p *parser) duration(t token) (time.Duration, *Error) {
	p.valueAt = t
	d, err := netsim.ParseDuration(t.lower())
	switch {
	case err == nil && d <= MaxDuration:
		return d, nil
	case err == nil:
		return 0, p.fail(t, "the longest time is "+durationString(MaxDuration))
	case t.kind == tokWord && t.text[0] == '-':
		return 0, p.fail(t, "a duration is 0 or more")
	case t.kind == tokWord && strings.Trim(t.text, "0123456789.") == "":
		return 0, p.fail(t, fmt.Sprintf("a duration needs a unit: `%[1]sms` or `%[1]ss`", clip(t.text)))
	case p.verb == nil:
		return 0, p.fail(t, "a duration belongs here, like 200ms or 1.5s")
	}
	return 0, p.needs(t, "a duration")
}

// interval reads a range of durations, or one duration.
func (p *parser) interval(t token) (netsim.Range, *Error) {
	lo, hi, two := strings.Cut(t.text, "..")
	if !two || t.kind != tokWord || lo == "" || hi == "" {
		if t.kind != tokWord || two {
			return netsim.Range{}, p.needs(t, "a range of durations")
		}
		d, err := p.duration(t)
		return netsim.Exactly(d), err
	}
	a, err := p.duration(token{kind: tokWord, text: lo, off: t.off})
	if err != nil {
		return netsim.Range{}, err
	}
	b, err := p.duration(token{kind: tokWord, text: hi, off: t.off + len(lo) + len("..")})
	if err != nil {
		return netsim.Range{}, err
	}
	p.valueAt = t
	if b < a {
		return netsim.Range{}, p.fail(t, fmt.Sprintf("the shorter duration comes first: `%s..%s`", hi, lo))
	}
	return netsim.Range{Min: a, Max: b}, nil
}

// ratio reads a percentage and says what is wrong with a bad one.
func (p *parser) ratio() (netsim.Ratio, *Error) {
	t := p.next()
	r, err := netsim.ParseRatio(t.lower())
	number := strings.TrimSuffix(t.lower(), "%")
	switch {
	case err == nil:
		return r, nil
	case t.kind != tokWord || !digits(strings.Replace(number, ".", "", 1)):
		return 0, p.needs(t, "a percentage from 0% to 100%")
	case number == t.lower():
		return 0, p.fail(t, "a percentage ends with its sign: `"+clip(number)+"%`")
	case len(number)-strings.IndexByte(number+".", '.') > 5 || number[0] == '.':
		return 0, p.fail(t, "a percentage has a digit before its point and at most four after it")
	}
	return 0, p.fail(t, "no percentage here is more than 100%")
}

func (p *parser) workload() (Workload, *Error) {
	t := p.next()
	w := Workload(t.lower())
	if !slices.Contains(workloads, w) {
		return "", p.needs(t, "`append`, `mixed` or `none`")
	}
	return w, nil
}

// reads reads how Gets are answered.
func (p *parser) reads() (kv.Reads, *Error) {
	t := p.next()
	r, ok := kv.ParseReads(t.lower())
	if !ok {
		return r, p.needs(t, "`log`, `index` or `lease`")
	}
	return r, nil
}

// rules reads names of rules up to the end of the line; in a header also "none"
// alone, with which a flag overrides what a scenario says.
func (p *parser) rules(header bool) (rules []string, err *Error) {
	none := false
	for {
		t := p.next()
		if t.kind == tokEnd {
			if rules == nil && !none {
				return nil, p.needs(t, "names of rules")
			}
			return rules, nil
		}
		for _, part := range splitList(t) {
			name := part.lower()
			switch {
			case header && name == "none" && rules == nil:
				none = true
			case none:
				return nil, p.fail(part, "`none` stands alone")
			case !isRule(name):
				return nil, p.needs(part, "names of rules")
			default:
				rules = append(rules, name)
			}
		}
	}
}
