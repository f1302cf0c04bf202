package scene

import (
	"strconv"
	"strings"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/text"
)

// texts makes strings without an allocation for each: they are cut from one
// large builder, whose written bytes never change, and which is left to them and
// replaced when it is full.
type texts struct {
	sb    strings.Builder
	start int
}

const textsChunk = 16 << 10

// begin starts a string; the chain of calls ends with end.
func (t *texts) begin() *texts {
	if t.sb.Cap()-t.sb.Len() < 512 {
		t.sb.Reset()
		t.sb.Grow(textsChunk)
	}
	t.start = t.sb.Len()
	return t
}

func (t *texts) str(s string) *texts {
	t.sb.WriteString(s)
	return t
}

func (t *texts) bytes(b []byte) *texts {
	t.sb.Write(b)
	return t
}

func (t *texts) num(n uint64) *texts {
	var buf [20]byte
	t.sb.Write(strconv.AppendUint(buf[:0], n, 10))
	return t
}

// end returns what was written since begin.
func (t *texts) end() string { return t.sb.String()[t.start:] }

func (t *texts) server(id raft.ID) *texts {
	if id == raft.None {
		return t.str("nobody")
	}
	return t.str("S").num(uint64(id))
}

func (t *texts) client(id kv.ClientID) *texts { return t.str("C").num(uint64(id)) }

func (t *texts) endpoint(e script.Endpoint) *texts {
	if e.Server != raft.None {
		return t.server(e.Server)
	}
	return t.client(e.Client)
}

// plural writes "1 vote" or "2 votes".
func (t *texts) plural(n int, one, many string) *texts {
	t.num(uint64(n)).str(" ")
	if n == 1 {
		return t.str(one)
	}
	return t.str(many)
}

// span writes "18" or "18–19".
func (t *texts) span(from, to raft.Index) *texts {
	t.num(uint64(from))
	if to > from {
		t.str("–").num(uint64(to))
	}
	return t
}

// clock writes a virtual time in seconds with three decimals, "12.471".
func (t *texts) clock(at netsim.Time) *texts {
	ms := uint64(max(at, 0)) / 1e6
	return t.num(ms/1000).str(".").digits(ms%1000, 3)
}

// lasts writes a duration for people: "1.9 s", "180 ms", "0.4 ms".
func (t *texts) lasts(d time.Duration) *texts {
	d = max(d, 0)
	switch us := uint64(d / time.Microsecond); {
	case d >= 10*time.Second:
		return t.num(us / 1e6).str(" s")
	case d >= time.Second:
		return t.num(us / 1e6).str(".").num(us / 1e5 % 10).str(" s")
	case d >= 10*time.Millisecond:
		return t.num(us / 1e3).str(" ms")
	default:
		return t.num(us / 1e3).str(".").num(us / 100 % 10).str(" ms")
	}
}

// digits writes n with leading zeros.
func (t *texts) digits(n uint64, width int) *texts {
	for p, i := uint64(10), 1; i < width; p, i = p*10, i+1 {
		if n < p {
			t.str("0")
		}
	}
	return t.num(n)
}

// op writes an operation as a person would: "append x 41".
func (t *texts) op(o *kv.Op) *texts {
	if o.Kind == kv.Register {
		return t.str("register a session")
	}
	if o.Kind == kv.Expire {
		return t.str("end a session")
	}
	t.str(o.Kind.String()).str(" ").str(o.Key)
	if o.Kind != kv.Get {
		t.str(" ").str(shown(end(o.Value, 24)))
	}
	return t
}

// shortOp writes an operation as a log cell does: "x+=41", "y=7", "get x".
func (t *texts) shortOp(o *kv.Op) *texts {
	switch o.Kind {
	case kv.Put:
		return t.str(o.Key).str("=").str(shown(end(o.Value, 12)))
	case kv.Append:
		return t.str(o.Key).str("+=").str(shown(end(o.Value, 12)))
	case kv.Register:
		return t.str("register")
	case kv.Expire:
		return t.str("expire")
	default:
		return t.str("get ").str(o.Key)
	}
}

// shown is a value without the space that parts it from the next one appended,
// or quotes where there would be nothing to see.
func shown(value string) string {
	if v := strings.TrimRight(value, " "); v != "" {
		return v
	}
	return `""`
}

// end is s, or an ellipsis and its end if s is longer than n bytes.
func end(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return text.Ellipsis + tail(s, n)
}

// tail is s, or its end if s is longer than n bytes.
func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	i := len(s) - n
	for i < len(s) && s[i]&0xc0 == 0x80 {
		i++
	}
	return s[i:]
}

// cell is what a log entry holds, in short form. Entries are immutable and the
// servers share their data, so that its address finds what was decoded before.
func (s *Scratch) cell(e *raft.Entry) string {
	if e.Kind == raft.EntryNoOp {
		return "no-op"
	}
	if len(e.Data) == 0 {
		return "empty"
	}
	if c, ok := s.cells[&e.Data[0]]; ok {
		return c
	}
	if s.cells == nil || len(s.cells) >= cellsKept {
		s.cells = make(map[*byte]string, cellsKept)
	}
	c := ""
	if e.Kind == raft.EntryConfig {
		c = configCell(e.Data)
	} else {
		c = shorten(e.Data)
	}
	s.cells[&e.Data[0]] = c
	return c
}

// cellsKept bounds the texts of cells that are kept: more than any screen shows.
const cellsKept = 4096

func shorten(data []byte) string {
	cmd, err := kv.DecodeCommand(data)
	if err != nil {
		return "?" // not a command of this service
	}
	var t texts
	return strings.Clone(t.begin().shortOp(&cmd.Op).end())
}

// said is what a node of a message or a cell says; it is the same from frame to
// frame, for as long as what it depends on is.
type said struct {
	id, label, value string
	of               saidOf
}

// saidOf is all that a saying depends on.
type saidOf struct {
	message            netsim.EventID // of a message, with payload and lost
	payload            any            // a pointer: another run has the same event numbers
	index              raft.Index     // of a cell, with all the rest
	term               raft.Term
	text               string
	server             raft.ID
	lost               bool
	committed, durable bool
}

// sayingsKept bounds them: some screens full.
const sayingsKept = 4096

// said finds what was said before, or an empty saying to be filled.
func (s *Scratch) said(of saidOf) *said {
	// A number, not all that it depends on: each frame looks up hundreds.
	place := uint64(of.message)
	if of.server != raft.None {
		place = 1<<63 | uint64(of.server)<<48 | uint64(of.index)
	}
	v := s.sayings[place]
	if v != nil && v.of == of {
		return v
	}
	if v == nil {
		v = s.freshSaid()
		s.sayings[place] = v
	}
	*v = said{of: of}
	return v
}

func (s *Scratch) freshSaid() *said {
	if s.sayings == nil || len(s.sayings) >= sayingsKept {
		s.sayings = make(map[uint64]*said, 1024)
	}
	if len(s.fresh) == 0 {
		s.fresh = make([]said, 256)
	}
	v := &s.fresh[0]
	s.fresh = s.fresh[1:]
	return v
}
