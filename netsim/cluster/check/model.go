package check

import (
	"encoding/binary"
	"maps"

	"raftarium/kv"
	"raftarium/raft"
)

// model is the judge's own service: it performs the commands in the order in
// which they were applied first, each operation once, however often and under
// whatever sequence numbers it stands in the log.
type model struct {
	names map[string]int // position in keys
	// recent is, by their last byte, where keys stand that were looked up not long ago.
	recent [32]int
	keys   []keyState
	// blind is set once the log held something whose effect on the store the
	// judge cannot know.
	blind bool
	// skewed is set once it depends on the servers whether a command took effect
	// that came late: their stores cannot be held against the model any more.
	skewed   bool
	openKeys int // keys for which the witness is open
	// digest stands for all keys with their values, whatever their order.
	digest uint64
	// versions are the values that were replaced last, a ring with the oldest at oldest;
	// nil where no Get does without the log.
	versions []version
	oldest   int
}

// version is the value that a key held until a write took its place.
type version struct {
	key   int
	val   digest
	until uint64 // tick of that write
}

// The witness looks for what a Get read that did without the log among the values
// that the last writes replaced. It keeps those of versionsKept writes, and more of
// them, up to maxVersions, while a Get is outstanding that began before.
const (
	versionsKept = 256
	maxVersions  = 1 << 17
)

// keyState is a key with its value in the model.
type keyState struct {
	name string
	hash uint64 // of the name
	val  value
	part uint64 // of the model's digest
	// open: the witness could not accept some operation, and only a search can
	// decide.
	open bool
	// seen is a long result for this key, whose bytes begin at start.
	start *byte
	seen  value
}

func (m *model) init() { m.names = make(map[string]int) }

func (m *model) clone() model {
	c := *m
	c.names = maps.Clone(m.names)
	c.keys = append([]keyState(nil), m.keys...)
	c.versions = append([]version(nil), m.versions...)
	return c
}

// key returns the position of a key, which is new if need be.
func (m *model) key(name string) int {
	if name == "" {
		return m.lookUp(name)
	}
	k := &m.recent[name[len(name)-1]%32]
	if *k >= len(m.keys) || m.keys[*k].name != name {
		*k = m.lookUp(name)
	}
	return *k
}

// lookUp is key in a map, which costs several times as much.
func (m *model) lookUp(name string) int {
	k, ok := m.names[name]
	if !ok {
		k = len(m.keys)
		m.names[name] = k
		m.keys = append(m.keys, keyState{name: name, hash: hashName(name)})
	}
	return k
}

// perform follows the first application, on server id, of the entry at an index.
// data is the hash of its Data.
func (j *Judge) perform(id raft.ID, e *raft.Entry, data uint64) {
	if e.Kind != raft.EntryCommand {
		return
	}
	j.tick++
	if c, o := j.outstanding(e, data); o != nil {
		if j.cfg.Sessions == 0 || j.sessions.use(o.session, e.Index) {
			j.reach(c, o.number, e.Index)
			j.take(c, o.number, o.kind, o.key, o.value)
		}
		return
	}
	j.performOther(id, e)
}

// performOther is perform for what no client waits for: an older copy, or something
// wrong.
func (j *Judge) performOther(id raft.ID, e *raft.Entry) {
	cmd, err := kv.DecodeCommand(e.Data)
	if err == nil && cmd.Op.Kind == kv.Register {
		j.sessions.open(j.cfg.Sessions, e.Index)
		return
	}
	if err == nil && cmd.Op.Kind == kv.Expire {
		j.sessions.end(cmd.Session)
		return
	}
	if err != nil || cmd.Client < 1 || uint64(cmd.Client) > uint64(len(j.clients)) || j.clients[cmd.Client-1].operations == 0 {
		j.model.blind = true
		return
	}
	c := &j.clients[cmd.Client-1]
	number := c.numberOf(cmd.Seq)
	if number == 0 {
		j.model.blind = true
		j.fail(ExactlyOnce, id, "index %d holds a command of %v with sequence number %d, which it never sent", e.Index, cmd.Client, cmd.Seq)
		return
	}
	if o := c.numbered(number); o != nil && !j.asks(o, &cmd.Op) {
		j.model.blind = true
		j.fail(ExactlyOnce, id, "index %d holds %q as operation %d of %v, which asked for %q", e.Index, cmd.Op, number, cmd.Client, j.asked(o))
		return
	}
	if j.cfg.Sessions > 0 && !j.sessions.use(cmd.Session, e.Index) {
		return
	}
	j.reach(c, number, e.Index)
	j.take(c, number, cmd.Op.Kind, j.model.key(cmd.Op.Key), cmd.Op.Value)
}

// outstanding recognises the usual command: byte for byte the request of an
// outstanding operation, or of one that was.
func (j *Judge) outstanding(e *raft.Entry, data uint64) (*client, *operation) {
	v, n := binary.Uvarint(e.Data)
	if n <= 0 || v < 1 || v > uint64(len(j.clients)) {
		return nil, nil
	}
	c := &j.clients[v-1]
	for k := range c.ops {
		if o := &c.ops[k]; o.asked && o.command == data {
			return c, o
		}
	}
	return c, nil
}

// take performs operation number of a client, if it was not performed before.
func (j *Judge) take(c *client, number uint32, kind kv.Kind, key int, text string) {
	k := &j.model.keys[key]
	if kind == kv.Get {
		if o := c.numbered(number); o != nil && o.open {
			o.saw(k.val.digest())
		}
		return
	}
	if c.taken.has(number) {
		if c.late(number) {
			// It would take effect after a later operation of its client.
			j.model.skewed = true
			j.reject(key)
		}
		return
	}
	c.taken.add(number, j.cfg.Window > 1)
	c.late(number)
	if j.model.versions != nil {
		j.replaced(version{key, k.val.digest(), j.tick})
	}
	if kind == kv.Put {
		k.val = value{}
	}
	k.val.writeString(text)
	part := partOf(k.hash, k.val.digest())
	j.model.digest += part - k.part
	k.part = part
}

// replaced keeps a value that a write has replaced, in place of the oldest unless a Get
// is outstanding that may have read that one.
func (j *Judge) replaced(v version) {
	m := &j.model
	if n := len(m.versions); n < maxVersions && m.versions[m.oldest].until > j.oldestGet() {
		grown := make([]version, 2*n)
		copy(grown[n+copy(grown[n:], m.versions[m.oldest:]):], m.versions[:m.oldest])
		m.versions, m.oldest = grown, 0
	}
	m.versions[m.oldest] = v
	m.oldest = (m.oldest + 1) % len(m.versions)
}

// oldestGet is the tick at which the oldest outstanding Get began, and the current one
// if there is none.
func (j *Judge) oldestGet() uint64 {
	oldest := j.tick
	for i := range j.clients {
		for k := range j.clients[i].ops {
			if o := &j.clients[i].ops[k]; o.open && !o.stopped && o.kind == kv.Get {
				oldest = min(oldest, o.call)
			}
		}
	}
	return oldest
}

// held reports whether a key held a value that was replaced after the given tick,
// as far as that is still known.
func (m *model) held(key int, val digest, since uint64) bool {
	for i := range m.versions {
		v := &m.versions[(m.oldest+len(m.versions)-1-i)%len(m.versions)] // the latest first
		if v.until <= since {
			return false
		}
		if v.key == key && v.val == val {
			return true
		}
	}
	return false
}
