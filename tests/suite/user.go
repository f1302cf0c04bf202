package suite

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// patience is how long a single operation may take where nothing says otherwise.
const patience = 30 * time.Second

// user sits at a client and knows what it should see.
type user struct {
	run    *run
	id     kv.ClientID
	number int // among those who came together, from 0
	busy   bool
	op     kv.Op      // outstanding, or the last one
	got    []byte     // what the last Get returned
	index  raft.Index // in the log, of the last operation that returned
	place  raft.ID    // whom it reaches: the connected servers, one that is not, or nobody
	said   []byte     // all that was appended by say
	// next, if set, is called when an operation has returned, and may begin another.
	next func(*user) error

	key     string
	want    []byte // the key's value, by the user's own history
	appends int
	mixed   uint64 // operations of the mix so far
	stop    bool   // begin no other operation
}

// begin has the client start an operation.
func (u *user) begin(kind kv.Kind, key, value string) error {
	u.busy, u.op = true, kv.Op{Kind: kind, Key: key, Value: value}
	return u.run.do(script.Do{Client: u.id, Op: u.op})
}

// say begins to append something of its own, with so much behind it.
func (u *user) say(padding string) error {
	value := appended(u.number, u.appends) + padding
	u.appends++
	u.said = append(u.said, value...)
	return u.begin(kv.Append, u.key, value)
}

// put writes and waits for it.
func (u *user) put(key, value string) error {
	if err := u.begin(kv.Put, key, value); err != nil {
		return err
	}
	return u.run.finish(patience, u)
}

// get reads and waits for it.
func (u *user) get(key string) ([]byte, error) {
	if err := u.begin(kv.Get, key, ""); err != nil {
		return nil, err
	}
	err := u.run.finish(patience, u)
	return u.got, err
}

// expect reads and compares.
func (u *user) expect(key, want string) error {
	got, err := u.get(key)
	if err == nil && string(got) != want {
		err = fmt.Errorf("%s reads %q at %s, want %q", u.id, shorten(got), key, want)
	}
	return err
}

// mix is the load of the generic test: a fair mix of Append and Get on a key that
// nobody else writes, in which each Get must return what was written so far.
func (u *user) mix() error {
	switch u.op.Kind {
	case kv.Append:
		u.want = append(u.want, u.op.Value...)
	case kv.Get:
		if !bytes.Equal(u.got, u.want) {
			return fmt.Errorf("%s reads %q at %s, but its own history predicts %q", u.id, shorten(u.got), u.key, shorten(u.want))
		}
	}
	if u.stop {
		return nil
	}
	u.mixed++
	if netsim.Draw(u.run.s.Config().Seed, domainMix, uint64(u.id), u.mixed, 0)>>63 == 0 {
		return u.begin(kv.Get, u.key, "")
	}
	value := appended(u.number, u.appends)
	u.appends++
	return u.begin(kv.Append, u.key, value)
}

// appended is what client number i appends as its j-th.
func appended(i, j int) string {
	b := append(make([]byte, 0, 24), "x "...)
	b = strconv.AppendInt(b, int64(i), 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(j), 10)
	return string(append(b, " y"...))
}

// checkAppends makes sure that the value holds each of the client's appends
// exactly once and in order.
func checkAppends(value []byte, i, appends int) error {
	at := 0
	for j := range appends {
		want := []byte(appended(i, j))
		k := bytes.Index(value[at:], want)
		switch {
		case k < 0 && bytes.Contains(value, want):
			return fmt.Errorf("%q is out of order in %q", want, shorten(value))
		case k < 0:
			return fmt.Errorf("%q is missing in %q", want, shorten(value))
		case bytes.Contains(value[at+k+1:], want):
			return fmt.Errorf("%q is there twice in %q", want, shorten(value))
		}
		at += k + len(want)
	}
	return nil
}

// shorten keeps both ends of a long value.
func shorten(v []byte) string {
	const end = 60
	if len(v) <= 2*end+20 {
		return string(v)
	}
	return fmt.Sprintf("%s...(%d bytes)...%s", v[:end], len(v)-2*end, v[len(v)-end:])
}
