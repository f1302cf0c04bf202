package peers

import (
	"errors"
	"io"
	"log"

	etcdraft "go.etcd.io/raft/v3"
	pb "go.etcd.io/raft/v3/raftpb"
)

// etcdCluster drives RawNodes of etcd-io/raft.
type etcdCluster struct {
	nodes   []*etcdraft.RawNode
	disks   []*etcdraft.MemoryStorage
	queue   []*pb.Message
	applied []int
	data    []byte
}

func newEtcd(size, bytes int) (cluster, error) {
	c := &etcdCluster{data: make([]byte, bytes), applied: make([]int, size)}
	var ids []uint64
	for i := range size {
		ids = append(ids, uint64(i+1))
	}
	for _, id := range ids {
		disk := etcdraft.NewMemoryStorage()
		if err := disk.ApplySnapshot(&pb.Snapshot{Metadata: &pb.SnapshotMetadata{
			Index: new(uint64(1)), Term: new(uint64(1)), ConfState: &pb.ConfState{Voters: ids},
		}}); err != nil {
			return nil, err
		}
		node, err := etcdraft.NewRawNode(&etcdraft.Config{
			ID:              id,
			ElectionTick:    10,
			HeartbeatTick:   1,
			Storage:         disk,
			Applied:         1,
			MaxSizePerMsg:   1 << 20,
			MaxInflightMsgs: 256,
			PreVote:         true,
			CheckQuorum:     true,
			Logger:          &etcdraft.DefaultLogger{Logger: log.New(io.Discard, "", 0)},
		})
		if err != nil {
			return nil, err
		}
		c.nodes, c.disks = append(c.nodes, node), append(c.disks, disk)
	}
	if err := c.nodes[0].Campaign(); err != nil {
		return nil, err
	}
	if err := errors.Join(c.ready(0), c.drain()); err != nil {
		return nil, err
	}
	if c.nodes[0].BasicStatus().RaftState != etcdraft.StateLeader {
		return nil, errors.New("etcd: the first server was not elected")
	}
	return c, nil
}

// ready carries out what a node wants done, until it wants nothing more.
func (c *etcdCluster) ready(i int) error {
	node, disk := c.nodes[i], c.disks[i]
	for node.HasReady() {
		rd := node.Ready()
		if rd.HardState != nil {
			if err := disk.SetHardState(rd.HardState); err != nil {
				return err
			}
		}
		if err := disk.Append(rd.Entries); err != nil {
			return err
		}
		c.queue = append(c.queue, rd.Messages...)
		for _, e := range rd.CommittedEntries {
			if len(e.GetData()) > 0 {
				c.applied[i]++
			}
		}
		node.Advance(rd)
	}
	return nil
}

func (c *etcdCluster) drain() error {
	for k := 0; k < len(c.queue); k++ {
		m := c.queue[k]
		i := int(m.GetTo() - 1)
		if err := c.nodes[i].Step(m); err != nil {
			return err
		}
		if err := c.ready(i); err != nil {
			return err
		}
	}
	clear(c.queue)
	c.queue = c.queue[:0]
	return nil
}

func (c *etcdCluster) commit(events, each int) (int, error) {
	before := c.applied[0]
	for range events {
		if err := c.propose(each); err != nil {
			return 0, err
		}
	}
	// One Ready takes all proposals together, which is cheaper than one for each.
	if err := errors.Join(c.ready(0), c.drain()); err != nil {
		return 0, err
	}
	return c.applied[0] - before, nil
}

// propose puts the commands into one message.
func (c *etcdCluster) propose(commands int) error {
	if commands == 1 {
		return c.nodes[0].Propose(c.data)
	}
	entries := make([]*pb.Entry, commands)
	for k := range entries {
		entries[k] = &pb.Entry{Data: c.data}
	}
	return c.nodes[0].Step(&pb.Message{Type: pb.MsgProp.Enum(), From: new(uint64(1)), Entries: entries})
}

func (c *etcdCluster) entries() int { return c.applied[0] }
