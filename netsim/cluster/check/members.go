package check

import (
	"fmt"
	"math/bits"
	"slices"

	"raftarium/raft"
)

// Who votes stands in the logs (section 6; dissertation, chapter 4), and the judge
// reads it there itself. A server uses the latest configuration of its log, whether
// that is committed or not: so who is elected needs a majority by the log with which
// it stood, and what is committed one by a log that its leader had. Learners do not
// count, and in joint consensus there are two majorities.
//
// A change of membership comes to its end: while it is calm, no joint configuration
// stays the last one that is committed for longer than the bound.
//
// Who takes over a snapshot and keeps entries behind it begins with the configuration of the
// snapshot, and may forget a later one among them, which no majority shows before a third
// comes: there a server is asked what it goes by (its Status). What is not committed yet it
// may be late to adopt.
//
// What it cannot see: a leader that uses another configuration than that of its log,
// as long as it has the majority of that one too, and no snapshot or does not say so.

// electorate is who votes by an entry of a log. Servers are bits, from s1 on.
type electorate struct {
	index            int // of the entry, 0 for the first configuration
	term             raft.Term
	voters, outgoing uint32
	learners         uint32
}

func bit(id raft.ID) uint32 {
	if id < 1 || id > raft.MaxServers {
		return 0
	}
	return 1 << (id - 1)
}

func setOf(ids []raft.ID) (set uint32) {
	for _, id := range ids {
		set |= bit(id)
	}
	return set
}

func electorateOf(index int, term raft.Term, c *raft.Config) electorate {
	return electorate{index: index, term: term, voters: setOf(c.Voters), outgoing: setOf(c.Outgoing), learners: setOf(c.Learners)}
}

// is reports whether it is that configuration, learners included.
func (e *electorate) is(c *raft.Config) bool {
	return setOf(c.Voters) == e.voters && setOf(c.Outgoing) == e.outgoing && setOf(c.Learners) == e.learners
}

// decides reports whether a set of servers can elect and commit.
func (e *electorate) decides(set uint32) bool {
	return most(e.voters, set) && (e.outgoing == 0 || most(e.outgoing, set))
}

func most(voters, set uint32) bool {
	return bits.OnesCount32(set&voters) >= raft.Quorum(bits.OnesCount32(voters))
}

// count says how many of those who decide are in a set.
func (e *electorate) count(set uint32) string {
	if e.outgoing == 0 {
		return fmt.Sprintf("%d of %d servers", bits.OnesCount32(set&e.voters), bits.OnesCount32(e.voters))
	}
	return fmt.Sprintf("%d of %d servers of the old configuration and %d of %d of the new",
		bits.OnesCount32(set&e.outgoing), bits.OnesCount32(e.outgoing), bits.OnesCount32(set&e.voters), bits.OnesCount32(e.voters))
}

// Joined tells of a server that there is from now on, beside those from the start.
// Whether it has a say, configurations tell.
func (j *Judge) Joined(id raft.ID) {
	for bit(id) != 0 && int(id) > len(j.servers) {
		j.servers = append(j.servers, server{configs: []electorate{j.first()}})
	}
}

// first is the configuration with which the run began.
func (j *Judge) first() electorate { return j.inForce[0] }

// Reconfigured counts the changes of who may have a say.
func (j *Judge) Reconfigured() int { return j.reconfigured }

// Majority reports whether the servers of a set, bit 0 for s1, can go on if they
// hear each other and nobody else: whether they are a majority by the configuration
// that is committed, and by each later one that a log of theirs holds.
func (j *Judge) Majority(set uint32) bool {
	last := &j.inForce[len(j.inForce)-1]
	if !last.decides(set) {
		return false
	}
	for k := range j.servers {
		if set>>k&1 == 0 {
			continue
		}
		for i := range j.servers[k].configs {
			if c := &j.servers[k].configs[i]; c.index > last.index && !c.decides(set) {
				return false
			}
		}
	}
	return true
}

// Members are the servers, as a set, that the committed configuration or a later one
// in some log names, learners included.
func (j *Judge) Members() uint32 {
	last := j.inForce[len(j.inForce)-1]
	set := last.voters | last.outgoing | last.learners
	for k := range j.servers {
		for _, c := range j.servers[k].configs {
			if c.index > last.index {
				set |= c.voters | c.outgoing | c.learners
			}
		}
	}
	return set
}

// takesConfig follows an entry that a server asks to save. What is no configuration
// is passed over.
func (j *Judge) takesConfig(s *server, e *raft.Entry) {
	if c, err := raft.DecodeConfig(e.Data); err == nil && c.Check() == nil {
		s.configs = append(s.configs, electorateOf(j.saneIndex(e.Index), e.Term, &c))
		j.reconfigured++
	}
}

// cutConfigs drops those of entries from index from on, which are removed.
func (j *Judge) cutConfigs(s *server, from int) {
	n := len(s.configs)
	for n > 1 && s.configs[n-1].index >= from {
		n--
	}
	if n < len(s.configs) {
		s.configs = s.configs[:n]
		j.reconfigured++
	}
}

// coverConfigs lets a snapshot stand for the entries up to its index; whole tells
// that nothing of the log before stays.
func (j *Judge) coverConfigs(s *server, snapshot *raft.Snapshot, whole bool) {
	at, n := j.saneIndex(snapshot.Index), 0
	for n+1 < len(s.configs) && s.configs[n+1].index <= at {
		n++
	}
	rest := s.configs[n+1:]
	if whole {
		rest = nil
	}
	base := s.configs[n]
	if snapshot.Config.Check() == nil {
		base = electorateOf(at, snapshot.Term, &snapshot.Config)
	}
	if was := &s.configs[0]; len(s.configs) > 1 || was.voters != base.voters || was.outgoing != base.outgoing || was.learners != base.learners {
		j.reconfigured++
	}
	s.configs = append(append(make([]electorate, 0, 1+len(rest)), base), rest...)
}

// configIs judges what a server says is in force, if it has a snapshot and has committed a
// configuration behind that. A machine that knows no change of membership says nothing.
func (j *Judge) configIs(id raft.ID, s *server, st *raft.Status) {
	n := len(s.configs) - 1
	if n == 0 || s.configs[0].index == 0 || len(st.Config.Voters) == 0 {
		return
	}
	for n > 0 && raft.Index(s.configs[n].index) > st.Commit {
		n--
	}
	// What is in force may be later than what is committed.
	if latest := &s.configs[n]; n > 0 && st.ConfigIndex <= raft.Index(latest.index) && !latest.is(&st.Config) {
		j.outdated(id, latest.index, st)
	}
}

//go:noinline
func (j *Judge) outdated(id raft.ID, at int, st *raft.Status) {
	j.fail(Contract, id, "%v goes by the configuration %v of index %d, but the latest that it knows to be committed is another one, at index %d",
		id, &st.Config, st.ConfigIndex, at)
}

// commitsConfig follows an entry that is applied for the first time.
func (j *Judge) commitsConfig(e *raft.Entry) {
	c, err := raft.DecodeConfig(e.Data)
	if err != nil || c.Check() != nil {
		return
	}
	// Clones share what stands before.
	j.inForce = append(slices.Clip(j.inForce), electorateOf(int(e.Index), e.Term, &c))
	j.reconfigured++
	j.joint(len(c.Outgoing) > 0)
}

// names reports whether a snapshot of index at names the configuration that was
// committed there; one that names none is passed over.
func (j *Judge) names(snapshot *raft.Snapshot) bool {
	if len(snapshot.Config.Voters) == 0 {
		return true
	}
	n := len(j.inForce) - 1
	for n > 0 && raft.Index(j.inForce[n].index) > snapshot.Index {
		n--
	}
	return j.inForce[n].is(&snapshot.Config)
}

// elects is the configuration by which a server that leads a term was elected: the
// latest of an earlier term in its log.
func (j *Judge) elects(s *server, term raft.Term) *electorate {
	n := len(s.configs) - 1
	for n > 0 && s.configs[n].term >= term {
		n--
	}
	return &s.configs[n]
}

// committable reports whether it is enough that a set of disks holds the log up to
// index at for the server id to apply it first, and by which configuration it is not.
// Its leader may have had each of the configurations from the one at or before that
// index on, up to the last in its log: what it has just appended, behind the entry, is in
// force at once, and may be what lets it commit.
func (j *Judge) committable(id raft.ID, at int, set uint32) (*electorate, bool) {
	s := &j.servers[id-1]
	configs := s.configs
	if s.leads == 0 || s.leads != s.term {
		if l := j.highestLeader(); l != nil {
			configs = l.configs
		}
	}
	n := len(configs) - 1
	last := &configs[n]
	for {
		c := &configs[n]
		if c.decides(set) {
			return last, true
		}
		if n == 0 || c.index <= at {
			return last, false
		}
		n--
	}
}

// highestLeader is who leads the highest term, nil if nobody ever led.
func (j *Judge) highestLeader() *server {
	for k := len(j.reigns) - 1; k >= 0; k-- {
		if r := &j.reigns[k]; r.sent {
			return &j.servers[r.leader-1]
		}
	}
	return nil
}

// keeps reports whether a set of disks can elect nobody who lacks what it holds: it
// is a majority by the configuration that is committed, or by the one in the log of
// the leader of the highest term.
func (j *Judge) keeps(set uint32) (*electorate, bool) {
	last := &j.inForce[len(j.inForce)-1]
	if last.decides(set) {
		return last, true
	}
	if l := j.highestLeader(); l != nil && l.configs[len(l.configs)-1].decides(set) {
		return last, true
	}
	return last, false
}
