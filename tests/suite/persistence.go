package suite

import (
	"time"

	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// persist1: servers that restart, all or one, go on with what they had.
func persist1(r *run) error {
	u := r.users[0]
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	if err := r.reboot(1, 2, 3); err != nil {
		return err
	}
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	first, err := r.oneLeader()
	if err != nil {
		return err
	}
	if err := r.reboot(first); err != nil {
		return err
	}
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	second, err := r.oneLeader()
	if err != nil {
		return err
	}
	third := r.after(second, 1)
	for _, id := range []raft.ID{second, third} {
		if err := r.disconnect(id); err != nil {
			return err
		}
		index, err := r.one(u, 2)
		if err != nil {
			return err
		}
		if err := r.reboot(id); err != nil {
			return err
		}
		if err := r.connect(id); err != nil {
			return err
		}
		if err := r.appliedEverywhere(index, 3, agreement); err != nil {
			return err
		}
	}
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	return r.together()
}

// persist2: majorities that share one server take turns, and all restart in between.
func persist2(r *run) error {
	u := r.users[0]
	for range 5 {
		if _, err := r.one(u, 5); err != nil {
			return err
		}
		leader, err := r.oneLeader()
		if err != nil {
			return err
		}
		s := func(k int) raft.ID { return r.after(leader, k) }
		if err := r.disconnect(s(1), s(2)); err != nil {
			return err
		}
		if _, err := r.one(u, 3); err != nil {
			return err
		}
		if err := r.disconnect(s(0), s(3), s(4)); err != nil {
			return err
		}
		if err := r.reboot(s(1), s(2)); err != nil {
			return err
		}
		if err := r.connect(s(1), s(2)); err != nil {
			return err
		}
		if err := r.wait(electionTimeout); err != nil {
			return err
		}
		if err := r.reboot(s(3)); err != nil {
			return err
		}
		if err := r.connect(s(3)); err != nil {
			return err
		}
		if _, err := r.one(u, 3); err != nil {
			return err
		}
		if err := r.connect(s(4), s(0)); err != nil {
			return err
		}
	}
	if _, err := r.one(u, 5); err != nil {
		return err
	}
	return r.together()
}

// persist3: leader and follower of a majority crash, and the leader comes back to
// the one that missed all.
func persist3(r *run) error {
	u := r.users[0]
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	leader, err := r.oneLeader()
	if err != nil {
		return err
	}
	partner, away := r.after(leader, 1), r.after(leader, 2)
	if err := r.disconnect(away); err != nil {
		return err
	}
	if _, err := r.one(u, 2); err != nil {
		return err
	}
	if err := r.crash(leader, partner); err != nil {
		return err
	}
	if err := r.connect(away); err != nil {
		return err
	}
	if err := r.restart(leader); err != nil {
		return err
	}
	if _, err := r.one(u, 2); err != nil {
		return err
	}
	if err := r.restart(partner); err != nil {
		return err
	}
	if _, err := r.one(u, 3); err != nil {
		return err
	}
	return r.together()
}

// busyUsers have all users write without end.
func (r *run) busyUsers() error {
	for _, u := range r.users {
		u.next = func(u *user) error {
			if u.stop {
				return nil
			}
			return u.say("")
		}
		if err := u.say(""); err != nil {
			return err
		}
	}
	return nil
}

// nap waits a moment: seldom for as long as an election takes, mostly less than an
// agreement does.
func (r *run) nap() error {
	if r.below(10) == 0 {
		return r.wait(r.upTo(electionTimeout / 2))
	}
	return r.wait(r.upTo(13 * time.Millisecond))
}

// figure8 crashes leaders again and again, mostly before their entries are committed,
// as in Figure 8 of the paper.
func figure8(r *run) error {
	if err := r.busyUsers(); err != nil {
		return err
	}
	up := r.test.Servers
	for range 1000 {
		leader := raft.None
		if l := r.look().Leader(); l != nil {
			leader = l.ID
		}
		if err := r.nap(); err != nil {
			return err
		}
		if leader != raft.None && r.up(leader) {
			if err := r.crash(leader); err != nil {
				return err
			}
			up--
		}
		if up < r.majority() {
			if id := r.anyone(); !r.up(id) {
				if err := r.restart(id); err != nil {
					return err
				}
				up++
			}
		}
	}
	return r.together()
}

func (r *run) majority() int { return raft.Quorum(r.test.Servers) }

// figure8Unreliable disconnects leaders instead, over a network that loses and delays.
func figure8Unreliable(r *run) error {
	if err := r.busyUsers(); err != nil {
		return err
	}
	connected := r.test.Servers
	for i := range 1000 {
		if i == 200 {
			if err := r.do(longReordering); err != nil {
				return err
			}
		}
		leader := raft.None
		if l := r.look().Leader(); l != nil && !r.off[l.ID] {
			leader = l.ID
		}
		if err := r.nap(); err != nil {
			return err
		}
		if leader != raft.None && r.below(2) == 0 {
			if err := r.disconnect(leader); err != nil {
				return err
			}
			connected--
		}
		if connected < r.majority() {
			if id := r.anyone(); r.off[id] {
				if err := r.connect(id); err != nil {
					return err
				}
				connected++
			}
		}
	}
	// The course's delays only replies, and lasts. This one delays requests too.
	if err := r.do(script.Reorder{}); err != nil {
		return err
	}
	return r.together()
}

// churn has servers come and go, by the network and by crashes, while users write.
func churn(r *run) error {
	if err := r.busyUsers(); err != nil {
		return err
	}
	for range 20 {
		if r.below(1000) < 200 {
			if err := r.disconnect(r.anyone()); err != nil {
				return err
			}
		}
		if r.below(1000) < 500 {
			id := r.anyone()
			if !r.up(id) {
				if err := r.restart(id); err != nil {
					return err
				}
			}
			if err := r.connect(id); err != nil {
				return err
			}
		}
		if r.below(1000) < 200 {
			if id := r.anyone(); r.up(id) {
				if err := r.crash(id); err != nil {
					return err
				}
			}
		}
		if err := r.wait(electionTimeout * 7 / 10); err != nil {
			return err
		}
	}
	if err := r.wait(electionTimeout); err != nil {
		return err
	}
	return r.together()
}

// unreliableAgree: many write at the same time over a network that loses.
func unreliableAgree(r *run) error {
	for range 50 {
		for _, u := range r.users {
			if err := u.say(""); err != nil {
				return err
			}
		}
		if err := r.finish(agreement, r.users...); err != nil {
			return err
		}
	}
	return r.together()
}
