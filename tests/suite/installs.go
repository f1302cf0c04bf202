package suite

import (
	"errors"
	"fmt"
)

// every is about how many commands make a snapshot in the tests of Raft alone.
const every = 10

// installLimit is at how many bytes of log that is.
const installLimit = 25 * every

// install is the course's common test of snapshots in Raft alone: somebody misses a
// snapshot's worth of commands, comes back, and has to be brought up to date by one.
// With neither, snapshots are made and nobody needs them.
func install(disconnect, crash bool) func(*run) error {
	return func(r *run) error {
		u := r.users[0]
		if _, err := r.one(u, 3); err != nil {
			return err
		}
		leader, err := r.oneLeader()
		if err != nil {
			return err
		}
		for i := range 30 {
			victim, present := r.after(leader, 1), 3
			if i%3 == 1 {
				victim = leader
			}
			if disconnect {
				present = 2
				err = r.disconnect(victim)
			} else if crash {
				present = 2
				err = r.crash(victim)
			}
			if err != nil {
				return err
			}
			for range every/2 + r.below(every) + 1 {
				if _, err := r.one(u, present); err != nil {
					return err
				}
			}
			if err := r.logsAreShort(); err != nil {
				return err
			}
			if present == 3 {
				continue
			}
			if crash {
				err = r.restart(victim)
			} else {
				err = r.connect(victim)
			}
			if err != nil {
				return err
			}
			if _, err := r.one(u, 3); err != nil {
				return err
			}
			if leader, err = r.oneLeader(); err != nil {
				return err
			}
		}
		if (disconnect || crash) && r.seen.chunks == 0 {
			return errors.New("nobody who came back was sent a snapshot")
		}
		if err := r.snapshots(); err != nil {
			return err
		}
		return r.together()
	}
}

// snapshots makes sure that every server has one.
func (r *run) snapshots() error {
	for s := range r.reachable {
		if s.Raft.Snapshot.Index == 0 {
			return fmt.Errorf("%s has made no snapshot up to index %d", s.ID, s.Raft.Applied)
		}
	}
	return nil
}

// allCrash restarts all servers again and again, from snapshots and logs.
func allCrash(r *run) error {
	u := r.users[0]
	for range 5 {
		for range every/2 + r.below(every) {
			if _, err := r.one(u, 3); err != nil {
				return err
			}
		}
		before, err := r.one(u, 3)
		if err != nil {
			return err
		}
		if err := r.reboot(1, 2, 3); err != nil {
			return err
		}
		after, err := r.one(u, 3)
		if err != nil {
			return err
		}
		if after <= before {
			return fmt.Errorf("after the restart an operation went to index %d, but before it one had %d", after, before)
		}
	}
	if err := r.snapshots(); err != nil {
		return err
	}
	return r.together()
}

// snapshotInit restarts all servers twice with next to nothing in between, so that the
// second start finds the snapshot that the first one found.
func snapshotInit(r *run) error {
	u := r.users[0]
	for range 2 * every {
		if _, err := r.one(u, 3); err != nil {
			return err
		}
	}
	for range 2 {
		if err := r.snapshots(); err != nil {
			return err
		}
		if err := r.reboot(1, 2, 3); err != nil {
			return err
		}
		if _, err := r.one(u, 3); err != nil {
			return err
		}
	}
	return r.together()
}
