package check

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/anishathalye/porcupine"

	"raftarium/kv"
	"raftarium/netsim"
)

// htmlOperations is how many operations of one key WriteHTML shows: the first
// ones, since later ones cannot be explained without them.
const htmlOperations = 1_000

// htmlSteps bounds the search for each key in WriteHTML, which remembers more of
// each step than Final does.
const htmlSteps = 20_000

// Operation is an operation of a client's history.
type Operation struct {
	Client kv.ClientID
	Op     kv.Op
	Call   netsim.Time
	Return netsim.Time // meaningless if Pending
	// Pending: it has not returned, or nobody can tell whether it took effect.
	Pending bool
	// ResultLen is the length of a Get's result in bytes, ResultTail its end, the
	// whole of it if it is short.
	ResultLen  uint64
	ResultTail string
}

// History is what the clients did and saw.
type History struct {
	// Operations are in the order of their invocation.
	Operations []Operation

	kept    bool // by the judge: there is none otherwise
	names   []string
	records []*record
}

// History returns what the clients did so far. It is empty unless the judge keeps
// it, and does not change afterwards.
func (j *Judge) History() *History {
	h := &History{}
	if !j.cfg.KeepHistory {
		return h
	}
	h.kept = true
	for k := range j.model.keys {
		h.names = append(h.names, j.model.keys[k].name)
	}
	for k := range j.history.n {
		r := j.history.get(k)
		h.records = append(h.records, &r)
	}
	for k := range j.clients {
		for i := range j.clients[k].ops {
			if o := &j.clients[k].ops[i]; o.open {
				r := pendingRecord(kv.ClientID(k+1), o)
				h.records = append(h.records, &r)
			}
		}
	}
	slices.SortFunc(h.records, func(a, b *record) int { return cmp.Compare(a.call, b.call) })
	for _, r := range h.records {
		o := Operation{
			Client: r.client, Op: kv.Op{Kind: r.kind, Key: h.names[r.key], Value: r.value},
			Call: r.callAt, Return: r.retAt, Pending: r.pending(),
		}
		if r.kind == kv.Get && !o.Pending {
			o.ResultLen, o.ResultTail = r.out.n, string(r.tail[:r.tails])
		}
		h.Operations = append(h.Operations, o)
	}
	return h
}

// shown is a state for people: the value and how it ends. left bounds the search
// that it belongs to.
type shown struct {
	val  value
	tail string
	left *int
}

// WriteHTML writes a page that draws the history of each key with porcupine's
// attempt to explain it. Of a key with very many operations it shows the first
// thousand. Where clients asked for nothing that could be drawn, the page says so.
func (h *History) WriteHTML(w io.Writer) error {
	if !h.kept {
		return errors.New("there is no history to draw: no operation was kept")
	}
	seen := make([]int, len(h.names))
	var ops []porcupine.Operation
	for _, r := range h.records {
		if r.pending() && r.kind == kv.Get {
			continue
		}
		if seen[r.key]++; seen[r.key] > htmlOperations {
			continue
		}
		ops = append(ops, porcupine.Operation{
			ClientId: int(r.client) - 1, Input: r, Call: int64(r.call), Return: int64(r.ret),
		})
	}
	if len(ops) == 0 {
		_, err := io.WriteString(w, emptyHistory)
		return err
	}
	m := h.drawing()
	_, info := porcupine.CheckOperationsVerbose(m, ops, 0)
	if err := porcupine.Visualize(m, info, w); err != nil {
		return fmt.Errorf("cannot draw the history: %w", err)
	}
	return nil
}

// emptyHistory is the page of a run in which there is nothing to draw.
const emptyHistory = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>No operations</title>
<p>There is nothing to draw: no client asked for anything, or only for Gets that did not return.
</html>
`

// drawing is the model of all keys with words for people.
func (h *History) drawing() porcupine.Model {
	return porcupine.Model{
		Partition: func(ops []porcupine.Operation) [][]porcupine.Operation {
			keys := make([][]porcupine.Operation, len(h.names))
			for _, o := range ops {
				k := o.Input.(*record).key
				keys[k] = append(keys[k], o)
			}
			return slices.DeleteFunc(keys, func(k []porcupine.Operation) bool { return len(k) == 0 })
		},
		Init: func() any {
			left := htmlSteps
			return shown{left: &left}
		},
		Step: func(state, input, _ any) (bool, any) {
			s, r := state.(shown), input.(*record)
			if *s.left <= 0 {
				return false, s
			}
			*s.left--
			ok, next := r.step(s.val)
			s.val = next.(value)
			switch r.kind {
			case kv.Put:
				s.tail = ending(r.value)
			case kv.Append:
				s.tail = ending(s.tail + r.value)
			}
			return ok, s
		},
		Equal: func(a, b any) bool { return a.(shown).val == b.(shown).val },
		Hash:  func(s any) uint64 { return s.(shown).val.digest().hash },
		DescribeOperation: func(input, _ any) string {
			r := input.(*record)
			op := quoted(kv.Op{Kind: r.kind, Key: h.names[r.key], Value: r.value})
			switch {
			case r.pending():
				return op + " did not return"
			case r.kind == kv.Get:
				return op + " " + r.result()
			}
			return op
		},
		DescribeState: func(state any) string {
			s := state.(shown)
			if uint64(len(s.tail)) < s.val.n {
				return fmt.Sprintf("%d bytes that end in %q", s.val.n, s.tail)
			}
			return strconv.Quote(s.tail)
		},
	}
}

// ending is the last bytes of s.
func ending(s string) string {
	if n := len(record{}.tail); len(s) > n {
		return s[len(s)-n:]
	}
	return s
}
