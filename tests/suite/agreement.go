package suite

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"raftarium/raft"
)

// basicAgree: what is written one after another is applied by all, one after another.
func basicAgree(r *run) error {
	u := r.users[0]
	var last raft.Index
	for range 3 {
		index, err := r.one(u, r.test.Servers)
		if err != nil {
			return err
		}
		if last != 0 && index != last+1 {
			return fmt.Errorf("an operation went to index %d, right after the one at %d", index, last)
		}
		last = index
	}
	return r.together()
}

// rpcBytes: each command is sent to each other server but once.
func rpcBytes(r *run) error {
	const commands, size = 10, 5000
	u := r.users[0]
	if _, err := r.one(u, r.test.Servers); err != nil {
		return err
	}
	before := r.seen.bytes
	for range commands {
		if _, err := r.oneOf(u, strings.Repeat("z", size), r.test.Servers); err != nil {
			return err
		}
	}
	sent, most := r.seen.bytes-before, r.test.Servers*commands*size+50_000
	if sent > most {
		return fmt.Errorf("servers sent %d bytes to agree on %d commands of %d bytes, more than %d", sent, commands, size, most)
	}
	return r.together()
}

// followerFailure: two of three go on; one alone does not.
func followerFailure(r *run) error {
	u := r.users[0]
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	leader, err := r.oneLeader()
	if err != nil {
		return err
	}
	if err := r.disconnect(r.after(leader, 1)); err != nil {
		return err
	}
	if err := r.twice(u, 2); err != nil {
		return err
	}
	if leader, err = r.oneLeader(); err != nil {
		return err
	}
	if err := r.disconnect(r.after(leader, 1), r.after(leader, 2)); err != nil {
		return err
	}
	if err := r.stuck(2*electionTimeout, u); err != nil {
		return err
	}
	return r.together()
}

// twice writes, waits for longer than an election takes, and writes again.
func (r *run) twice(u *user, servers int) error {
	if _, err := r.one(u, servers); err != nil {
		return err
	}
	if err := r.wait(electionTimeout); err != nil {
		return err
	}
	_, err := r.one(u, servers)
	return err
}

// leaderFailure: two of three go on without their leader; one alone does not.
func leaderFailure(r *run) error {
	u := r.users[0]
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	leader, err := r.oneLeader()
	if err != nil {
		return err
	}
	if err := r.disconnect(leader); err != nil {
		return err
	}
	if err := r.twice(u, 2); err != nil {
		return err
	}
	if leader, err = r.oneLeader(); err != nil {
		return err
	}
	if err := r.disconnect(leader); err != nil {
		return err
	}
	if err := r.stuck(2*electionTimeout, r.users[1:]...); err != nil {
		return err
	}
	return r.together()
}

// failAgree: a follower that comes back gets what it missed.
func failAgree(r *run) error {
	u := r.users[0]
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	leader, err := r.oneLeader()
	if err != nil {
		return err
	}
	gone := r.after(leader, 1)
	if err := r.disconnect(gone); err != nil {
		return err
	}
	for range 2 {
		if err := r.twice(u, 2); err != nil {
			return err
		}
	}
	if err := r.connect(gone); err != nil {
		return err
	}
	if err := r.twice(u, 3); err != nil {
		return err
	}
	return r.together()
}

// failNoAgree: two of five agree on nothing, and with the others back all go on.
func failNoAgree(r *run) error {
	u, waits := r.users[0], r.users[1]
	if _, err := r.one(u, 5); err != nil {
		return err
	}
	if err := r.acquaint(waits); err != nil {
		return err
	}
	leader, err := r.oneLeader()
	if err != nil {
		return err
	}
	gone := []raft.ID{r.after(leader, 1), r.after(leader, 2), r.after(leader, 3)}
	if err := r.disconnect(gone...); err != nil {
		return err
	}
	if err := r.stuck(2*electionTimeout, waits); err != nil {
		return err
	}
	if err := r.connect(gone...); err != nil {
		return err
	}
	if _, err := r.oneLeader(); err != nil {
		return err
	}
	if _, err := r.one(u, 5); err != nil {
		return err
	}
	return r.together()
}

// concurrentStarts: what comes at the same instant gets a place each.
func concurrentStarts(r *run) error {
	if _, err := r.oneLeader(); err != nil {
		return err
	}
	if err := r.acquaint(r.users...); err != nil {
		return err
	}
	for _, u := range r.users {
		if err := u.say(""); err != nil {
			return err
		}
	}
	if err := r.finish(2*time.Second, r.users...); err != nil {
		return err
	}
	taken := map[raft.Index]*user{}
	for _, u := range r.users {
		if other := taken[u.index]; other != nil {
			return fmt.Errorf("both %q of %s and %q of %s are at index %d", other.op, other.id, u.op, u.id, u.index)
		}
		taken[u.index] = u
	}
	return r.together()
}

// rejoin: a leader that was cut off with entries of its own gives them up for those
// of its successor, and an older one for those of the next.
func rejoin(r *run) error {
	u, waiting := r.users[0], r.users[1:]
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	if err := r.acquaint(waiting...); err != nil {
		return err
	}
	first, err := r.oneLeader()
	if err != nil {
		return err
	}
	if err := r.strand(first, waiting); err != nil {
		return err
	}
	if _, err := r.one(u, 2); err != nil {
		return err
	}
	second, err := r.oneLeader()
	if err != nil {
		return err
	}
	if err := r.disconnect(second); err != nil {
		return err
	}
	if err := r.connect(first); err != nil {
		return err
	}
	if _, err := r.one(u, 2); err != nil {
		return err
	}
	if err := r.connect(second); err != nil {
		return err
	}
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	return r.together()
}

// strand disconnects a leader and has users, who know it, write to it what can not be
// agreed on; then they reach nobody any more, and what they wrote stays in its log.
func (r *run) strand(leader raft.ID, users []*user) error {
	if err := r.disconnect(leader); err != nil {
		return err
	}
	if err := r.move(leader, users...); err != nil {
		return err
	}
	return r.leave(leader, users)
}

// leave has users write to a leader, whom they know, what cannot be agreed on, and
// takes them away.
func (r *run) leave(leader raft.ID, users []*user) error {
	before := r.look().Servers[leader-1].Raft.Last()
	if err := r.stuck(20*time.Millisecond, users...); err != nil {
		return err
	}
	if after, want := r.look().Servers[leader-1].Raft.Last(), before+raft.Index(len(users)); after < want {
		return fmt.Errorf("the log of %s ends at index %d after %d requests at once, want %d", leader, after, len(users), want)
	}
	return r.move(nowhere, users...)
}

// backup: leaders with fifty entries that could not be agreed on come back one after
// another, and each time the logs are brought in line fast.
func backup(r *run) error {
	const many = 49
	u, firstMany, secondMany := r.users[0], r.users[1:1+many], r.users[1+many:]
	if _, err := r.one(u, 5); err != nil {
		return err
	}
	if err := r.acquaint(firstMany...); err != nil {
		return err
	}
	// The leader and one follower get entries that nobody else has.
	first, err := r.oneLeader()
	if err != nil {
		return err
	}
	partner := r.after(first, 1)
	others := []raft.ID{r.after(first, 2), r.after(first, 3), r.after(first, 4)}
	if err := r.disconnect(others...); err != nil {
		return err
	}
	if err := r.leave(first, firstMany); err != nil {
		return err
	}
	// The other three go on.
	if err := r.disconnect(first, partner); err != nil {
		return err
	}
	if err := r.connect(others...); err != nil {
		return err
	}
	for range many {
		if _, err := r.one(u, 3); err != nil {
			return err
		}
	}
	if err := r.acquaint(secondMany...); err != nil {
		return err
	}
	// Of those, a leader and a follower get entries that nobody else has.
	second, err := r.oneLeader()
	if err != nil {
		return err
	}
	third := others[0]
	if third == second {
		third = others[1]
	}
	if err := r.disconnect(third); err != nil {
		return err
	}
	if err := r.leave(second, secondMany); err != nil {
		return err
	}
	// The first leader and its follower come back to the one who knows better.
	if err := r.disconnect(others...); err != nil {
		return err
	}
	before := r.seen.refusals
	if err := r.connect(first, partner, third); err != nil {
		return err
	}
	for range many {
		if _, err := r.one(u, 3); err != nil {
			return err
		}
	}
	if err := r.connect(others...); err != nil {
		return err
	}
	if _, err := r.one(u, 5); err != nil {
		return err
	}
	if n := r.seen.refusals - before; n > mostRefusals {
		return fmt.Errorf("servers refused %d appends until their logs were in line, more than %d: they went back entry by entry", n, mostRefusals)
	}
	return r.together()
}

// mostRefusals is how often four followers may refuse an append: for each a few
// terms to go back, and what was under way already.
const mostRefusals = 40

// count: agreement takes few messages, and peace even fewer.
func count(r *run) error {
	const commands = 10
	if _, err := r.oneLeader(); err != nil {
		return err
	}
	if n := r.seen.requests; n < 1 || n > 30 {
		return fmt.Errorf("servers sent %d requests for the first election, want 1 to 30", n)
	}
	if err := r.acquaint(r.users...); err != nil {
		return err
	}
	term, err := r.term()
	if err != nil {
		return err
	}
	before := r.seen.requests
	for _, u := range r.users {
		if _, err := r.one(u, 1); err != nil {
			return err
		}
	}
	if after, err := r.term(); err != nil || after != term {
		return errors.Join(err, fmt.Errorf("the term went from %d to %d, though nothing failed", term, after))
	}
	if n, most := r.seen.requests-before, (commands+1+3)*3; n > most {
		return fmt.Errorf("servers sent %d requests for %d commands, more than %d", n, commands, most)
	}
	if err := r.wait(electionTimeout); err != nil {
		return err
	}
	before = r.seen.requests
	if err := r.wait(electionTimeout); err != nil {
		return err
	}
	if n := r.seen.requests - before; n > 3*20 {
		return fmt.Errorf("servers sent %d requests in one second of peace, more than %d", n, 3*20)
	}
	return r.together()
}
