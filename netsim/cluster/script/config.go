package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"raftarium/kv"
	"raftarium/netsim"
)

// Set sets what one header line sets, from the text that follows its first word:
// Set("latency", "1ms..10ms"). A flag of the same name can hand over its value as
// it is. On an error, an *[Error], c is as before.
func (c *Config) Set(name, value string) error {
	p, err := newParser(value)
	if err == nil {
		if p.verb = lookup(headers, strings.ToLower(name)); p.verb == nil {
			return &Error{Found: shown(name), Want: unknownHeader(strings.ToLower(name), name)}
		}
		if err = p.config(c); err == nil {
			return nil
		}
	}
	err.Column = 0
	return err
}

// Value is what [Config.Set] reads back: the text of a header line without its
// first word. It is "" where the line would be left out, and for a name that no
// header line has.
func (c *Config) Value(name string) string {
	switch name {
	case "servers":
		return strconv.Itoa(c.Servers)
	case "clients":
		return strconv.Itoa(c.Clients)
	case "seed":
		return strconv.FormatUint(c.Seed, 10)
	case "latency":
		return rangeString(c.Latency)
	case "loss":
		return c.Loss.String()
	case "duplicate":
		return c.Duplicate.String()
	case "reorder":
		return c.Reorder.String()
	case "disk":
		return durationString(c.Disk)
	case "for":
		return durationString(c.For)
	case "without":
		return strings.Join(c.Without, " ")
	case "bug":
		return c.Bug
	case "workload":
		return string(c.Workload)
	case "keys":
		return strconv.Itoa(c.Keys)
	case "faults":
		words := make([]string, len(c.Faults))
		for i, f := range c.Faults {
			words[i] = string(f)
		}
		return strings.Join(words, ",")
	case "heartbeat":
		return durationString(c.Timing.Heartbeat)
	case "election":
		return rangeString(netsim.Range{Min: c.Timing.ElectionMin, Max: c.Timing.ElectionMax})
	case "snapshot":
		return countString(c.Snapshot)
	case "sessions":
		return countString(c.Sessions)
	case "window":
		if c.Window > 1 {
			return strconv.Itoa(c.Window)
		}
	case "uncommitted":
		return countString(c.Uncommitted)
	case "reads":
		if c.Reads != kv.ReadsByLog {
			return c.Reads.String()
		}
	}
	return ""
}

// ParseConfigLine reads a header line such as "latency 1ms..10ms" into c and
// returns its first word. On an error, an *[Error], c is as before.
func ParseConfigLine(c *Config, line string) (name string, err error) {
	p, bad := newParser(line)
	if bad == nil {
		if name, bad = p.header(c); bad == nil {
			return name, nil
		}
	}
	return "", bad
}

// header reads a header line. The name is known even where its value is wrong.
func (p *parser) header(c *Config) (name string, err *Error) {
	t := p.next()
	p.start = t.off
	if t.kind == tokEnd {
		return "", p.fail(t, "a header line belongs here, like `servers 5`")
	}
	if p.verb = lookup(headers, t.lower()); p.verb == nil {
		if p.full {
			return "", new(Error)
		}
		return "", p.fail(t, unknownHeader(t.lower(), p.line))
	}
	return p.verb.Name, p.config(c)
}

// config reads the value of the header line p.verb, up to the end of the line.
func (p *parser) config(c *Config) *Error {
	next, from := *c, p.pos
	err := p.value(&next)
	if err == nil {
		err = p.finish()
	}
	if err != nil {
		return err
	}
	for _, err := range next.check(nil) {
		if err.header == p.verb.Name {
			p.place(err, from)
			err.header = "" // whoever asked knows what for
			return err
		}
	}
	*c = next
	return nil
}

func (p *parser) value(c *Config) (err *Error) {
	switch p.verb.Name {
	case "servers":
		c.Servers, err = p.number(1, MaxServers)
	case "clients":
		c.Clients, err = p.number(0, MaxClients)
	case "seed":
		t := p.next()
		seed, bad := strconv.ParseUint(t.lower(), 10, 64)
		if bad != nil {
			return p.needs(t, fmt.Sprintf("a number from 0 to %d", uint64(1<<64-1)))
		}
		c.Seed = seed
	case "latency":
		c.Latency, err = p.interval(p.next())
	case "loss":
		c.Loss, err = p.ratio()
	case "duplicate":
		c.Duplicate, err = p.ratio()
	case "reorder":
		c.Reorder, err = p.ratio()
	case "disk":
		c.Disk, err = p.duration(p.next())
	case "for":
		c.For, err = p.duration(p.next())
	case "without":
		c.Without, err = p.rules(true)
	case "bug":
		c.Bug, err = p.bug()
	case "workload":
		c.Workload, err = p.workload()
	case "keys":
		c.Keys, err = p.number(1, MaxKeys)
	case "faults":
		c.Faults, err = p.faults()
	case "heartbeat":
		c.Timing.Heartbeat, err = p.duration(p.next())
	case "election":
		var r netsim.Range
		r, err = p.interval(p.next())
		c.Timing.ElectionMin, c.Timing.ElectionMax = r.Min, r.Max
	case "snapshot":
		c.Snapshot, err = p.limit("none", MinSnapshot, MaxSnapshot, "bytes")
	case "sessions":
		c.Sessions, err = p.sessions()
	case "window":
		c.Window, err = p.number(1, MaxWindow)
	case "uncommitted":
		c.Uncommitted, err = p.limit("default", 1, MaxUncommitted, "bytes")
	case "reads":
		c.Reads, err = p.reads()
	}
	return err
}

// bug reads the name of a seeded bug, or "none".
func (p *parser) bug() (string, *Error) {
	t := p.next()
	switch name := t.lower(); {
	case name == "none":
		return "", nil
	case isRule(name):
		return name, nil
	}
	return "", p.needs(t, "the name of a seeded bug, like perch, or `none`")
}

// limit reads a number of something, or the word that stands for 0.
func (p *parser) limit(zero string, least, most int, of string) (int, *Error) {
	return p.limitIn(p.next(), zero, least, most, of)
}

func (p *parser) limitIn(t token, zero string, least, most int, of string) (int, *Error) {
	if t.lower() == zero {
		return 0, nil
	}
	n, err := strconv.ParseUint(t.lower(), 10, 31)
	if err != nil || int(n) < least || int(n) > most {
		return 0, p.needs(t, fmt.Sprintf("a number of %s from %d to %d, or `%s`", of, least, most, zero))
	}
	return int(n), nil
}

// sessions reads how many sessions there are at most, if clients register.
func (p *parser) sessions() (int, *Error) {
	t := p.next()
	if t.lower() == "registered" {
		return DefaultSessions, nil
	}
	return p.limitIn(t, "implicit", 1, MaxSessions, "sessions")
}

// countString is a limit as a header line writes it, "" for 0.
func countString(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// knownFaults is what the header line faults takes.
const knownFaults = "`crash`, `partition`, `pause`, `disk` and `clock`, or `none`"

// faults reads families of faults, or "none", up to the end of the line.
func (p *parser) faults() (list []Fault, err *Error) {
	none := false
	for t := p.next(); ; t = p.next() {
		if t.kind == tokEnd {
			if list == nil && !none {
				return nil, p.needs(t, knownFaults)
			}
			return list, nil
		}
		for _, part := range splitList(t) {
			f := Fault(part.lower())
			switch {
			case f == "none" && list == nil:
				none = true
			case none || f == "none":
				return nil, p.fail(part, "`none` stands alone")
			case !slices.Contains(faults, f):
				return nil, p.needs(part, knownFaults)
			default:
				list = append(list, f)
			}
		}
	}
}
