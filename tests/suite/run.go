package suite

import (
	"errors"
	"fmt"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Draws of the suite, apart from those of the world.
const (
	domainMix netsim.Domain = netsim.DomainUser + 100 + iota
	domainPartition
	domainChoice
)

// lossOfTheUnreliable is how many requests, and how many replies, get lost.
var lossOfTheUnreliable = netsim.Percent(10)

// run is a test under way.
type run struct {
	test  *Test
	s     *cluster.Session
	users []*user
	done  []cluster.Completion
	coins uint64 // drawn for partitions and other choices so far

	// What the tests of Raft alone look at.
	off  [script.MaxServers + 1]bool // servers that are disconnected, by ID
	view cluster.View
	seen traffic
}

// play plays the whole test and ends the judgement.
func (r *run) play() error {
	if r.test.Unreliable {
		if err := r.do(script.Loss{Ratio: lossOfTheUnreliable}); err != nil {
			return err
		}
	}
	if err := r.test.play(r); err != nil {
		return err
	}
	if err := r.wait(r.test.Least - r.s.Now().Duration()); err != nil {
		return err
	}
	return verdict(r.s.Final())
}

// verdict is nil if all is well: progress may have had nothing to be judged by,
// everything else must be known.
func verdict(v check.Verdict) error {
	switch {
	case !v.Safety:
		return errors.New("the judge saw safety violated")
	case !v.ExactlyOnce:
		return errors.New("the judge saw an operation take effect not exactly once")
	case v.Linearizable != check.Yes:
		return fmt.Errorf("linearizable: %s", v.Linearizable)
	case v.Progress == check.No:
		return errors.New("the judge saw no progress where it was due")
	}
	return nil
}

// scenario is what was done so far, as a run of its length.
func (r *run) scenario() *script.Scenario {
	sc := r.s.Scenario()
	sc.Config.For = max(r.s.Now().Duration(), time.Millisecond)
	return sc
}

func (r *run) do(a script.Action) error {
	if _, err := r.s.Act(a); err != nil {
		return fmt.Errorf("%s: %w", a, err)
	}
	return r.judged()
}

// judged is an error once the judge saw a violation.
func (r *run) judged() error {
	if vs := r.s.Judge().Violations(); len(vs) > 0 {
		return fmt.Errorf("the judge saw a violation of %s", vs[0].Property)
	}
	return nil
}

// wait lets the world and the users go on for d.
func (r *run) wait(d time.Duration) error {
	return r.until(r.s.Now().Add(d), func() bool { return false })
}

// until lets the world and the users go on until stop says so, at most until end.
func (r *run) until(end netsim.Time, stop func() bool) error {
	for !stop() {
		if !r.s.World.Step(end) {
			r.s.AdvanceTo(end)
			return r.judged()
		}
		if err := r.judged(); err != nil {
			return err
		}
		// The slice is the world's: what the users do next may write to it.
		r.done = append(r.done[:0], r.s.TakeCompleted()...)
		for i := range r.done {
			if err := r.returned(&r.done[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// returned hands a finished operation to the user who asked for it.
func (r *run) returned(c *cluster.Completion) error {
	u := r.users[c.Client-1]
	u.busy, u.index = false, c.Result.Index
	if c.Op.Kind == kv.Get {
		u.got = c.Result.Value
	}
	if u.next == nil {
		return nil
	}
	return u.next(u)
}

// newUsers brings in n clients that nobody has seen before.
func (r *run) newUsers(n int) ([]*user, error) {
	first := len(r.users)
	for i := range n {
		r.users = append(r.users, &user{run: r, id: kv.ClientID(first + i + 1), number: i})
	}
	return r.users[first:], r.do(script.Clients{N: len(r.users)})
}

// finish waits until the users have no operation outstanding, at most for d.
func (r *run) finish(d time.Duration, users ...*user) error {
	idle := func() bool {
		for _, u := range users {
			if u.busy {
				return false
			}
		}
		return true
	}
	if err := r.until(r.s.Now().Add(d), idle); err != nil {
		return err
	}
	for _, u := range users {
		if u.busy {
			return fmt.Errorf("%s should have its answer to %q, but still waits for it after %v", u.id, u.op, d)
		}
	}
	return nil
}

// leader is the server that leads the highest term.
func (r *run) leader() (raft.ID, error) {
	var v cluster.View
	r.s.View(&v)
	l := v.Leader()
	if l == nil {
		return raft.None, errors.New("nobody leads")
	}
	return l.ID, nil
}
