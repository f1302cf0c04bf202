package cli

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Trace writes events as JSON lines, as `run --trace` does.
type Trace struct {
	buf *bufio.Writer
	enc *json.Encoder
	err error // the first
}

// NewTrace writes to w, which has all of it after Flush.
func NewTrace(w io.Writer) *Trace {
	b := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	return &Trace{buf: b, enc: enc}
}

// traceLine is one event in a trace file.
type traceLine struct {
	ID    netsim.EventID `json:"id"`
	Cause netsim.EventID `json:"cause,omitempty"`
	// At is in nanoseconds of virtual time; Sent, of a message, likewise.
	At   netsim.Time `json:"at"`
	Kind string      `json:"kind"`
	Node string      `json:"node,omitempty"`
	Peer string      `json:"peer,omitempty"`
	Sent netsim.Time `json:"sent,omitempty"`
	Text string      `json:"text"`
}

// Write writes an event. Flush tells of errors.
func (t *Trace) Write(r *netsim.Record) {
	if t.err != nil {
		return
	}
	t.err = t.enc.Encode(traceLine{
		ID: r.ID, Cause: r.Cause, At: r.At, Kind: kindName(r.Kind),
		Node: nodeName(r.Node), Peer: nodeName(r.Peer),
		Sent: r.Sent, Text: cluster.Describe(r),
	})
}

// Flush writes what is left, and returns the first error that there was.
func (t *Trace) Flush() error { return cmp.Or(t.err, t.buf.Flush()) }

// kindName names a kind of event in a trace.
func kindName(k netsim.Kind) string {
	switch k {
	case cluster.KindStart:
		return "start"
	case cluster.KindAction:
		return "action"
	}
	return k.String()
}

// nodeName names an endpoint: servers have the numbers of their IDs, and clients
// follow the largest server that there can be.
func nodeName(n netsim.NodeID) string {
	switch {
	case n == 0:
		return ""
	case n <= script.MaxServers:
		return raft.ID(n).String()
	}
	return kv.ClientID(n - script.MaxServers).String()
}
