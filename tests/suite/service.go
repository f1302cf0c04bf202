package suite

import (
	"fmt"
	"strconv"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/raft"
)

// speed: operations one after another, each well within a heartbeat.
func speed(r *run) error {
	const puts, most = 1000, 33 * time.Millisecond
	users, err := r.newUsers(1)
	if err != nil {
		return err
	}
	u := users[0]
	if _, err := u.get("x"); err != nil { // until somebody leads
		return err
	}
	start := r.s.Now()
	for i := range puts {
		if err := u.put("x", "x 0 "+strconv.Itoa(i)+" y"); err != nil {
			return err
		}
	}
	if each := time.Duration(r.s.Now()-start) / puts; each > most {
		return fmt.Errorf("a Put takes %v, more than %v", each, most)
	}
	return u.expect("x", "x 0 "+strconv.Itoa(puts-1)+" y")
}

// linearizable has clients do anything to any of a hundred keys. What they see is for
// the judge.
func linearizable(r *run) error {
	const keys = 100
	users, err := r.newUsers(r.test.Clients)
	if err != nil {
		return err
	}
	anything := func(u *user) error {
		if u.stop {
			return nil
		}
		u.mixed++
		d := netsim.Draw(r.s.Config().Seed, domainMix, uint64(u.id), u.mixed, 1)
		kind := [...]kv.Kind{kv.Get, kv.Get, kv.Append, kv.Append, kv.Put}[netsim.Below(netsim.Mix(d, 1), 5)]
		value := ""
		if kind != kv.Get {
			value = appended(u.number, int(u.mixed))
		}
		return u.begin(kind, "k"+strconv.FormatUint(netsim.Below(netsim.Mix(d, 2), keys), 10), value)
	}
	for _, u := range users {
		u.next = anything
	}
	for range rounds {
		for _, u := range users {
			u.stop = false
			if err := anything(u); err != nil {
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
	}
	return nil
}

// snapshotRPC leaves one of three servers so far behind that it needs a snapshot, and
// then makes it one of a majority.
func snapshotRPC(r *run) error {
	users, err := r.newUsers(1)
	if err != nil {
		return err
	}
	u := users[0]
	write := func(puts int) error {
		for i := range puts {
			if err := u.put(strconv.Itoa(i), strconv.Itoa(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := u.put("a", "A"); err != nil {
		return err
	}
	if err := r.disconnect(3); err != nil {
		return err
	}
	if err := write(100); err != nil {
		return err
	}
	if err := r.wait(electionTimeout); err != nil {
		return err
	}
	if err := u.put("b", "B"); err != nil {
		return err
	}
	if err := r.logsAreShort(); err != nil {
		return err
	}
	// The one that is behind makes a majority with one that is not.
	if err := r.disconnect(2); err != nil {
		return err
	}
	if err := r.connect(3); err != nil {
		return err
	}
	for _, p := range [...]string{"c", "d"} {
		if err := u.put(p, "of "+p); err != nil {
			return err
		}
	}
	for _, p := range [...][2]string{{"a", "A"}, {"b", "B"}, {"1", "1"}, {"49", "49"}} {
		if err := u.expect(p[0], p[1]); err != nil {
			return err
		}
	}
	if r.seen.chunks == 0 {
		return fmt.Errorf("%s was not sent a snapshot", raft.ID(3))
	}
	if err := r.connect(2); err != nil {
		return err
	}
	for _, p := range [...]string{"e", "c"} {
		if err := u.put(p, "again"); err != nil {
			return err
		}
		if err := u.expect(p, "again"); err != nil {
			return err
		}
	}
	return nil
}

// snapshotSize: the snapshot of a store with one key is small, and so is the log.
func snapshotSize(r *run) error {
	const most = 500
	users, err := r.newUsers(1)
	if err != nil {
		return err
	}
	u := users[0]
	for range 200 {
		for _, value := range [...]string{"0", "1"} {
			if err := u.put("x", value); err != nil {
				return err
			}
			if err := u.expect("x", value); err != nil {
				return err
			}
		}
	}
	if err := r.wait(electionTimeout); err != nil {
		return err
	}
	if err := r.snapshots(); err != nil {
		return err
	}
	for s := range r.reachable {
		if n := s.Raft.Snapshot.Size; n > most {
			return fmt.Errorf("the snapshot of %s takes %d bytes, more than %d", s.ID, n, most)
		}
	}
	return r.logsAreShort()
}
