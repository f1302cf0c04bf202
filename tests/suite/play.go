package suite

import (
	"fmt"
	"strconv"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

const (
	rounds = 3 // of a generic test
	// round is how long clients work in each round of the generic test.
	round = 5 * time.Second
	// electionTimeout is the course's: long enough for an election to be over.
	electionTimeout = time.Second
	// rest ends a round: the time which the course's own takes beside its sleeps.
	rest = 800 * time.Millisecond
)

var everybody = script.Target{All: true}

// generic is the course's generic test, which ten of the twelve are.
func generic(r *run) error {
	first, err := r.newUsers(1)
	if err != nil {
		return err
	}
	judge := first[0]
	for range rounds {
		users, err := r.newUsers(r.test.Clients)
		if err != nil {
			return err
		}
		for _, u := range users {
			u.key = strconv.Itoa(u.number)
			u.next = (*user).mix
			if err := u.begin(kv.Put, u.key, ""); err != nil {
				return err
			}
		}
		if err := r.trouble(users); err != nil {
			return err
		}
		if err := r.finish(patience, users...); err != nil {
			return err
		}
		if err := r.wait(rest); err != nil {
			return err
		}
		if err := r.logsAreShort(); err != nil {
			return err
		}
		for _, u := range users {
			got, err := judge.get(u.key)
			if err != nil {
				return err
			}
			if err := checkAppends(got, u.number, u.appends); err != nil {
				return fmt.Errorf("after the appends of %s to %s: %w", u.id, u.key, err)
			}
			if string(got) != string(u.want) {
				return fmt.Errorf("%s holds %q, but %s wrote %q", u.key, shorten(got), u.id, shorten(u.want))
			}
		}
	}
	return nil
}

// trouble is what happens to the servers while the users work, and to the users'
// work at the end of a round.
func (r *run) trouble(users []*user) error {
	if r.test.Partitions {
		// Let them do some work before the first partition.
		if err := r.wait(electionTimeout); err != nil {
			return err
		}
		if err := r.partitions(r.s.Now().Add(round)); err != nil {
			return err
		}
	} else if err := r.wait(round); err != nil {
		return err
	}
	for _, u := range users {
		u.stop = true
	}
	if r.test.Partitions {
		if err := r.do(script.Heal{}); err != nil {
			return err
		}
		if err := r.wait(electionTimeout); err != nil {
			return err
		}
	}
	if r.test.Crash {
		for id := range r.test.Servers {
			if err := r.do(script.Crash{Servers: script.Target{IDs: []raft.ID{raft.ID(id + 1)}}}); err != nil {
				return err
			}
		}
		if err := r.wait(electionTimeout); err != nil {
			return err
		}
		return r.do(script.Restart{Servers: everybody})
	}
	return nil
}

// partitions tears the servers into two groups, by a fair coin for each, again and
// again until the time is over. Clients reach all servers all the time.
func (r *run) partitions(end netsim.Time) error {
	for r.s.Now() < end {
		r.coins++
		u := netsim.Draw(r.s.Config().Seed, domainPartition, r.coins, 0, 0)
		var groups [2][]script.Endpoint
		for i := range r.test.Servers {
			side := u >> i & 1
			groups[side] = append(groups[side], script.Endpoint{Server: raft.ID(i + 1)})
		}
		a := script.Action(script.Heal{}) // all on one side
		if len(groups[0]) > 0 && len(groups[1]) > 0 {
			a = script.Partition{Groups: groups[:]}
		}
		if err := r.do(a); err != nil {
			return err
		}
		spell := electionTimeout + time.Duration(netsim.Below(netsim.Mix(u, 1), 200))*time.Millisecond
		if err := r.until(min(end, r.s.Now().Add(spell)), func() bool { return false }); err != nil {
			return err
		}
	}
	return nil
}

// oneKey has clients append to one key at the same time, over an unkind network.
func oneKey(r *run) error {
	const key, each = "k", 10
	users, err := r.newUsers(1 + r.test.Clients)
	if err != nil {
		return err
	}
	judge, users := users[0], users[1:]
	if err := judge.put(key, ""); err != nil {
		return err
	}
	for _, u := range users {
		u.next = func(u *user) error {
			if u.appends == each {
				return nil
			}
			u.appends++
			return u.begin(kv.Append, key, appended(u.number, u.appends-1))
		}
		if err := u.next(u); err != nil {
			return err
		}
	}
	if err := r.finish(patience, users...); err != nil {
		return err
	}
	got, err := judge.get(key)
	if err != nil {
		return err
	}
	length := 0
	for _, u := range users {
		if err := checkAppends(got, u.number, each); err != nil {
			return fmt.Errorf("the appends of %s: %w", u.id, err)
		}
		for j := range each {
			length += len(appended(u.number, j))
		}
	}
	if length != len(got) {
		return fmt.Errorf("%s holds %d bytes, but only %d were appended: %q", key, len(got), length, shorten(got))
	}
	return nil
}

// onePartition cuts the leader off with one other server: the majority goes on,
// the minority must not, and what waits there is done after the heal.
func onePartition(r *run) error {
	const key = "1"
	users, err := r.newUsers(4)
	if err != nil {
		return err
	}
	all, major, minorPut, minorGet := users[0], users[1], users[2], users[3]
	if err := all.put(key, "13"); err != nil {
		return err
	}
	leader, err := r.leader()
	if err != nil {
		return err
	}
	companion := leader%raft.ID(r.test.Servers) + 1
	majority := []script.Endpoint{{Client: major.id}}
	minority := []script.Endpoint{{Client: minorPut.id}, {Client: minorGet.id}}
	for i := range r.test.Servers {
		id := raft.ID(i + 1)
		if id == leader || id == companion {
			minority = append(minority, script.Endpoint{Server: id})
		} else {
			majority = append(majority, script.Endpoint{Server: id})
		}
	}
	if err := r.do(script.Partition{Groups: [][]script.Endpoint{majority, minority}}); err != nil {
		return err
	}

	// Progress in the majority.
	if err := major.put(key, "14"); err != nil {
		return err
	}
	if err := major.expect(key, "14"); err != nil {
		return err
	}

	// No progress in the minority.
	if err := minorPut.begin(kv.Put, key, "15"); err != nil {
		return err
	}
	if err := minorGet.begin(kv.Get, key, ""); err != nil {
		return err
	}
	if err := r.wait(time.Second); err != nil {
		return err
	}
	if err := noneDone(minorPut, minorGet); err != nil {
		return err
	}
	if err := major.expect(key, "14"); err != nil {
		return err
	}
	if err := major.put(key, "16"); err != nil {
		return err
	}
	if err := major.expect(key, "16"); err != nil {
		return err
	}
	if err := noneDone(minorPut, minorGet); err != nil {
		return err
	}

	// Completion after the heal.
	if err := r.do(script.Heal{}); err != nil {
		return err
	}
	if err := r.wait(electionTimeout); err != nil {
		return err
	}
	if err := r.finish(3*time.Second, minorPut, minorGet); err != nil {
		return err
	}
	return all.expect(key, "15")
}

// noneDone makes sure that nobody in the minority has an answer.
func noneDone(users ...*user) error {
	for _, u := range users {
		if !u.busy {
			return fmt.Errorf("%s has its answer to %q, though it reaches only a minority, which can commit nothing", u.id, u.op)
		}
	}
	return nil
}
