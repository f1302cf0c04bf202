package server

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"raftarium/kv"
)

// modelled is a store beside the simplest thing that could be right.
type modelled struct {
	store store
	model map[string]string
}

func (m *modelled) check(t *testing.T) {
	t.Helper()
	var want []kv.KeyValue
	for _, k := range slices.Sorted(maps.Keys(m.model)) {
		want = append(want, kv.KeyValue{Key: k, Value: []byte(m.model[k])})
	}
	got := m.store.inspect(nil)
	if !slices.EqualFunc(got, want, func(a, b kv.KeyValue) bool {
		return a.Key == b.Key && bytes.Equal(a.Value, b.Value)
	}) {
		t.Fatalf("the store holds %q, want %q", got, want)
	}
}

// seen is what a reader got, and what it looked like then.
type seen struct {
	view []byte
	then string
}

func TestStoreAndItsClonesEqualAModelOnRandomOperations(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		all := []*modelled{{model: map[string]string{}}}
		var views []seen
		for step := range 3000 {
			m := all[r.IntN(len(all))]
			key := fmt.Sprint("k", r.IntN(12))
			value := fmt.Sprint(step, " ")[:r.IntN(3)]
			switch r.IntN(20) {
			case 0:
				c := &modelled{store: m.store.clone(), model: maps.Clone(m.model)}
				if len(all) < 6 {
					all = append(all, c)
				} else {
					all[r.IntN(len(all))] = c
				}
			case 1, 2:
				m.store.put([]byte(key), []byte(value))
				m.model[key] = value
			case 3, 4, 5, 6:
				got := m.store.get([]byte(key))
				if string(got) != m.model[key] {
					t.Fatalf("seed %d step %d: get %s gives %q, want %q", seed, step, key, got, m.model[key])
				}
				if cap(got) != len(got) {
					t.Fatalf("seed %d step %d: get gives a slice with %d bytes of room", seed, step, cap(got)-len(got))
				}
				views = append(views, seen{view: got, then: string(got)})
			default:
				m.store.append([]byte(key), []byte(value))
				m.model[key] += value
			}
		}
		for _, m := range all {
			m.check(t)
		}
		for _, v := range views {
			if string(v.view) != v.then {
				t.Fatalf("seed %d: a value that was read as %q became %q", seed, v.then, v.view)
			}
		}
	}
}

func TestAppendNeverWritesWhatACloneSees(t *testing.T) {
	var s store
	s.put([]byte("k"), []byte("a"))
	s.append([]byte("k"), []byte("b")) // now in a buffer of its own, with room
	older := s.get([]byte("k"))
	c := s.clone()
	s.append([]byte("k"), []byte("original"))
	c.append([]byte("k"), []byte("clone"))
	d := c.clone()
	d.append([]byte("k"), []byte("!"))
	c.append([]byte("k"), []byte("?"))
	for _, tc := range []struct {
		name string
		got  []byte
		want string
	}{
		{"view from before", older, "ab"},
		{"original", s.get([]byte("k")), "aboriginal"},
		{"clone", c.get([]byte("k")), "abclone?"},
		{"clone of the clone", d.get([]byte("k")), "abclone!"},
	} {
		if string(tc.got) != tc.want {
			t.Errorf("%s holds %q, want %q", tc.name, tc.got, tc.want)
		}
	}
}

func TestStoreDoesNotWriteWhatItWasGiven(t *testing.T) {
	given := []byte("value and what stands behind it")
	before := string(given)
	var s store
	s.put([]byte("k"), given[:5])
	s.append([]byte("k"), []byte("XXXX"))
	s.append([]byte("l"), given[:5])
	s.append([]byte("l"), []byte("XXXX"))
	if string(given) != before {
		t.Errorf("the bytes given to the store became %q", given)
	}
}

func TestAppendCostsNoMoreForALongValue(t *testing.T) {
	var s store
	key, piece := []byte("k"), bytes.Repeat([]byte("x"), 10)
	copies, last := 0, 0
	const n = 100_000
	for range n {
		s.append(key, piece)
		if c := cap(s.cells[0].value); c != last {
			copies, last = copies+1, c
		}
	}
	if copies > 60 { // a growth by a quarter makes about 50
		t.Errorf("%d appends moved the value %d times", n, copies)
	}
}

func TestEqualContentsHaveEqualStateWhateverTheOrder(t *testing.T) {
	var a, b store
	for i := range 50 {
		a.put(fmt.Append(nil, i), []byte("v"))
		b.append(fmt.Append(nil, 49-i), []byte("v"))
	}
	if !bytes.Equal(a.appendState(nil), b.appendState(nil)) {
		t.Error("the same keys and values, put in another order, give other state bytes")
	}
}
