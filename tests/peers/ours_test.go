package peers

import (
	"errors"

	"raftarium/raft"
	"raftarium/raft/core"
)

// ourCluster drives raftarium's core.
type ourCluster struct {
	nodes   []raft.Machine
	out     raft.Effects
	queue   []letter
	applied []int
	data    []byte

	deliver raft.Deliver
	saved   raft.Saved
	propose raft.Propose
}

type letter struct {
	from, to raft.ID
	msg      raft.Message
}

func newOurs(size, bytes int) (cluster, error) {
	c := &ourCluster{data: make([]byte, bytes), applied: make([]int, size)}
	var ids []raft.ID
	for i := range size {
		ids = append(ids, raft.ID(i+1))
	}
	for i, id := range ids {
		c.nodes = append(c.nodes, core.New())
		c.step(i, &raft.Start{ID: id, Servers: ids, Timing: raft.DefaultTiming})
	}
	c.step(0, &raft.TimerFired{Key: raft.TimerElection})
	c.drain()
	if c.applied[0] != 1 {
		return nil, errors.New("raftarium: the first server was not elected")
	}
	return c, nil
}

// step hands over an event. All messages may leave at once, because the disk
// writes at once.
func (c *ourCluster) step(i int, ev raft.Event) {
	for {
		c.out.Reset()
		c.nodes[i].Step(ev, &c.out)
		for _, a := range c.out.Applies {
			c.applied[i] += len(a.Entries)
		}
		for _, s := range c.out.Sends {
			c.queue = append(c.queue, letter{raft.ID(i + 1), s.To, s.Msg})
		}
		if len(c.out.Saves) == 0 {
			return
		}
		c.saved.Seq = c.out.Saves[len(c.out.Saves)-1].Seq
		ev = &c.saved
	}
}

func (c *ourCluster) drain() {
	for k := 0; k < len(c.queue); k++ {
		l := c.queue[k]
		c.deliver = raft.Deliver{From: l.from, Msg: l.msg}
		c.step(int(l.to-1), &c.deliver)
	}
	clear(c.queue)
	c.queue = c.queue[:0]
}

func (c *ourCluster) commit(events, each int) (int, error) {
	before := c.applied[0]
	for range events {
		c.propose.Proposals = c.propose.Proposals[:0]
		for k := range each {
			c.propose.Proposals = append(c.propose.Proposals, raft.Proposal{Handle: raft.Handle(k), Data: c.data})
		}
		c.step(0, &c.propose)
	}
	c.drain()
	return c.applied[0] - before, nil
}

func (c *ourCluster) entries() int { return c.applied[0] }
