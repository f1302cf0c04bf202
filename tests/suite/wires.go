package suite

import (
	"slices"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// nowhere is where users are who reach no server at all.
const nowhere = raft.ID(^uint16(0))

// disconnect takes servers off the network: they reach nobody, each other neither.
func (r *run) disconnect(ids ...raft.ID) error {
	for _, id := range ids {
		r.off[id] = true
	}
	return r.wire()
}

// connect brings servers back to the others that are connected.
func (r *run) connect(ids ...raft.ID) error {
	for _, id := range ids {
		r.off[id] = false
	}
	return r.wire()
}

// connectAll brings all servers and users together again.
func (r *run) connectAll() error {
	clear(r.off[:])
	for _, u := range r.users {
		u.place = raft.None
	}
	return r.wire()
}

// move takes users to a server that is disconnected, or nowhere. With None they are
// back among the connected.
func (r *run) move(place raft.ID, users ...*user) error {
	for _, u := range users {
		u.place = place
	}
	return r.wire()
}

// wire makes the network what the test wants it to be.
func (r *run) wire() error {
	var connected, lost []script.Endpoint
	groups := [][]script.Endpoint{nil}
	for i := range r.test.Servers {
		id := raft.ID(i + 1)
		if !r.off[id] {
			connected = append(connected, script.Endpoint{Server: id})
			continue
		}
		alone := []script.Endpoint{{Server: id}}
		for _, u := range r.users {
			if u.place == id {
				alone = append(alone, script.Endpoint{Client: u.id})
			}
		}
		groups = append(groups, alone)
	}
	for _, u := range r.users {
		switch u.place {
		case raft.None:
			connected = append(connected, script.Endpoint{Client: u.id})
		case nowhere:
			lost = append(lost, script.Endpoint{Client: u.id})
		}
	}
	groups[0] = connected
	if len(lost) > 0 {
		groups = append(groups, lost)
	}
	groups = slices.DeleteFunc(groups, func(g []script.Endpoint) bool { return len(g) == 0 })
	if len(groups) == 1 {
		return r.do(script.Heal{})
	}
	return r.do(script.Partition{Groups: groups})
}

// crash stops servers; restart starts them from their disks.
func (r *run) crash(ids ...raft.ID) error {
	return r.do(script.Crash{Servers: script.Target{IDs: ids}})
}

func (r *run) restart(ids ...raft.ID) error {
	return r.do(script.Restart{Servers: script.Target{IDs: ids}})
}

// reboot is a crash and the restart right after it.
func (r *run) reboot(ids ...raft.ID) error {
	if err := r.crash(ids...); err != nil {
		return err
	}
	return r.restart(ids...)
}

// after is the server that is k behind another one, in a ring.
func (r *run) after(id raft.ID, k int) raft.ID {
	return raft.ID((int(id)-1+k)%r.test.Servers + 1)
}

// below draws a number from 0 to n-1.
func (r *run) below(n int) int {
	r.coins++
	return int(netsim.Below(netsim.Draw(r.s.Config().Seed, domainChoice, r.coins, 0, 0), uint64(n)))
}

// anyone draws a server.
func (r *run) anyone() raft.ID { return raft.ID(1 + r.below(r.test.Servers)) }

// upTo draws a time shorter than d.
func (r *run) upTo(d time.Duration) time.Duration {
	return time.Duration(r.below(int(d/time.Microsecond))) * time.Microsecond
}
