package raft

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Config is who belongs to the cluster (section 6; dissertation, chapter 4). It is
// a value that is shared freely: its lists are never written after it was made. All
// are in increasing order, and no server is both a voter and a learner.
type Config struct {
	// Voters elect leaders and commit entries, by majority.
	Voters []ID
	// Outgoing, if not empty, are the voters of the old configuration during joint
	// consensus: then it takes a majority of Voters and one of Outgoing.
	Outgoing []ID
	// Learners get the log, and have no say.
	Learners []ID
}

// Members returns all servers that the configuration names, in increasing order.
// The slice is the caller's.
func (c *Config) Members() []ID {
	all := slices.Concat(c.Voters, c.Outgoing, c.Learners)
	slices.Sort(all)
	return slices.Compact(all)
}

// IsVoter reports whether a server has a say, in either half of a joint
// configuration.
func (c *Config) IsVoter(id ID) bool {
	return slices.Contains(c.Voters, id) || slices.Contains(c.Outgoing, id)
}

// Equal reports whether two configurations name the same servers for the same parts.
func (c *Config) Equal(d *Config) bool {
	return slices.Equal(c.Voters, d.Voters) && slices.Equal(c.Outgoing, d.Outgoing) && slices.Equal(c.Learners, d.Learners)
}

// Check says what makes a configuration impossible, or returns nil.
func (c *Config) Check() error {
	if len(c.Voters) == 0 {
		return fmt.Errorf("configuration: it has no voters; it needs one at least")
	}
	for _, list := range [][]ID{c.Voters, c.Outgoing, c.Learners} {
		for i, id := range list {
			if id == None {
				return fmt.Errorf("configuration: server 0 is nobody; servers are numbered from 1")
			}
			if i > 0 && id <= list[i-1] {
				return fmt.Errorf("configuration: %v stands behind %v; servers come in increasing order, each once", id, list[i-1])
			}
		}
	}
	for _, id := range c.Learners {
		if slices.Contains(c.Voters, id) {
			return fmt.Errorf("configuration: %v is a voter and a learner; it can be one of them", id)
		}
	}
	if n := len(c.Members()); n > MaxServers {
		return fmt.Errorf("configuration: it names %d servers; the most is %d", n, MaxServers)
	}
	return nil
}

// String lists the servers: "s1 s2 s3", "s1 s2 and s2 s3" in joint consensus, and
// learners behind a plus sign: "s1 s2 s3 + s4".
func (c *Config) String() string {
	var b strings.Builder
	list := func(before string, ids []ID) {
		if len(ids) == 0 {
			return
		}
		b.WriteString(before)
		for i, id := range ids {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(id.String())
		}
	}
	list("", c.Outgoing)
	if len(c.Outgoing) > 0 {
		b.WriteString(" and ")
	}
	list("", c.Voters)
	list(" + ", c.Learners)
	return b.String()
}

// AppendTo appends the canonical encoding: each list with its length in front.
func (c *Config) AppendTo(b []byte) []byte {
	for _, list := range [...][]ID{c.Voters, c.Outgoing, c.Learners} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, id := range list {
			b = binary.AppendUvarint(b, uint64(id))
		}
	}
	return b
}

// DecodeConfig reads a configuration that AppendTo wrote, and refuses anything else
// with an error that names the field and the offset.
func DecodeConfig(b []byte) (Config, error) {
	d := decoder{buf: b}
	c := d.config()
	d.end()
	if d.err != nil {
		return Config{}, fmt.Errorf("configuration: %w", d.err)
	}
	return c, nil
}

func (d *decoder) config() Config {
	return Config{Voters: d.ids("voters"), Outgoing: d.ids("outgoing voters"), Learners: d.ids("learners")}
}

func (d *decoder) ids(field string) []ID {
	n := d.uvarint(field)
	if d.err == nil && n > uint64(len(d.buf)-d.at) {
		d.fail(field, "are more than the message can hold")
	}
	var list []ID
	for range n {
		v := d.uvarint(field)
		if v > 1<<16-1 {
			d.fail(field, fmt.Sprintf("there is no server %d", v))
		}
		if d.err != nil {
			return nil
		}
		list = append(list, ID(v))
	}
	return list
}
