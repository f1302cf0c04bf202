package scene

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// Keys draws the keys and values of all servers side by side, as far as they were
// applied, and marks what differs from the server that has applied most: behind,
// or, at the same applied index, wrong. first is how many of that server's keys
// are scrolled past; it returns how many keys were shown, and how many it has.
func (f *Frame) Keys(area draw.Rect, first int) (shown, total int) {
	v := f.View
	f.Tree.Add(ui.Node{ID: "keys", Role: ui.RoleGroup, Label: "Keys and values", Rect: area})
	ref := mostApplied(v)
	if ref == nil || area.Empty() {
		return 0, 0
	}
	f.List.Clip(area)
	k := keyTable{ref: ref, pad: f.pt(16)}
	if f.Options.Narrow {
		k.pad = 12
	}
	total = len(ref.KV.Keys)
	first = min(max(first, 0), max(total-1, 0))
	k.names = min(f.pt(96), area.W*0.22)
	k.column = (area.W - 2*k.pad - k.names) / float32(len(v.Servers))
	if k.column < f.pt(62) {
		shown = f.keysByValue(area, k, first)
	} else {
		shown = f.keysByServer(area, k, first)
	}
	f.List.Clip(draw.Rect{})
	return shown, total
}

type keyTable struct {
	ref                *cluster.ServerView
	pad, names, column float32
}

// mostApplied is the server with the highest applied index, the first if several.
func mostApplied(v *cluster.View) *cluster.ServerView {
	var best *cluster.ServerView
	for i := range v.Servers {
		s := &v.Servers[i]
		if best == nil || s.Up && (!best.Up || s.KV.Applied > best.KV.Applied) {
			best = s
		}
	}
	return best
}

// valueAt finds a key among those of a server, which are sorted.
func valueAt(s *cluster.ServerView, key string) (value []byte, ok bool) {
	i, ok := slices.BinarySearchFunc(s.KV.Keys, key, func(e kv.KeyValue, k string) int { return strings.Compare(e.Key, k) })
	if !ok {
		return nil, false
	}
	return s.KV.Keys[i].Value, true
}

// standing compares a server's value with that of the reference.
type standing uint8

const (
	same   standing = iota
	behind          // it has applied less
	wrong           // it has applied as much, and has something else
)

func (k *keyTable) standing(s *cluster.ServerView, value []byte, ok bool, want []byte, has bool) standing {
	switch {
	case ok == has && bytes.Equal(value, want):
		return same
	case s.KV.Applied < k.ref.KV.Applied:
		return behind
	}
	return wrong
}

// keysByServer has a column for each server.
func (f *Frame) keysByServer(area draw.Rect, k keyTable, first int) (shown int) {
	v, th, t := f.View, f.theme(), &f.scratch().texts
	x0 := area.X + k.pad
	y := area.Y + f.pt(14)
	f.head(draw.Point{X: x0, Y: y}, "KEY")
	for i := range v.Servers {
		s := &v.Servers[i]
		x := x0 + k.names + k.column*float32(i)
		c := th.Text
		if !s.Up {
			c = th.Dim
		}
		name := t.begin().server(s.ID).end()
		f.text(draw.Point{X: x, Y: y}, name, draw.SansBold, sizeNote, draw.Left, c)
		w := f.width(name, draw.SansBold, sizeNote)
		note := t.begin().str("at ").num(uint64(s.KV.Applied)).end()
		if !s.Up {
			note = "down"
		}
		if w+f.width(note, draw.Sans, sizeSmall)+f.pt(8) < k.column {
			f.text(draw.Point{X: x + w + f.pt(6), Y: y}, note, draw.Sans, sizeSmall, draw.Left, th.Dim)
		}
	}
	y += f.pt(14)
	row := f.pt(27)
	fits := max(int((area.Y+area.H-y)/row), 1)
	first = min(first, max(len(k.ref.KV.Keys)-fits, 0))
	f.thumb(draw.Rect{X: area.X, Y: y, W: area.W, H: float32(fits) * row}, float32(first)*row, float32(len(k.ref.KV.Keys))*row)
	if len(k.ref.KV.Keys) == 0 {
		f.text(draw.Point{X: x0, Y: y + row/2}, "no keys yet", draw.Sans, sizeBody, draw.Left, th.Dim)
	}
	for i := first; i < len(k.ref.KV.Keys) && y+row <= area.Y+area.H; i++ {
		e := &k.ref.KV.Keys[i]
		f.List.Line(th.Line, 1, draw.Point{X: x0, Y: y}, draw.Point{X: area.X + area.W - k.pad, Y: y})
		f.text(draw.Point{X: x0, Y: y + row/2}, f.fitEnds(e.Key, draw.Sans, sizeNote, k.names-f.pt(10)), draw.Sans, sizeNote, draw.Left, th.Text)
		differs := 0
		for j := range v.Servers {
			r := draw.Rect{X: x0 + k.names + k.column*float32(j), Y: y, W: k.column, H: row}
			if f.keyValue(r, &k, &v.Servers[j], e) != same {
				differs++
			}
		}
		f.keyNode(e, differs, draw.Rect{X: x0, Y: y, W: area.W - 2*k.pad, H: row})
		y += row
		shown++
	}
	return shown
}

// keyValue draws one value with its length, and a mark if it differs.
func (f *Frame) keyValue(r draw.Rect, k *keyTable, s *cluster.ServerView, e *kv.KeyValue) standing {
	th, t := f.theme(), &f.scratch().texts
	if !s.Up {
		f.text(draw.Point{X: r.X, Y: r.Y + r.H/2}, "–", draw.Sans, sizeNote, draw.Left, th.Dim)
		return same
	}
	value, ok := valueAt(s, e.Key)
	st := k.standing(s, value, ok, e.Value, true)
	c := th.Text
	right := r.X + r.W - f.pt(18) // clear of the next value
	switch st {
	case behind:
		c = th.Dim
		f.List.DashedBox(draw.Rect{X: r.X - f.pt(5), Y: r.Y + 3, W: r.W - f.pt(3), H: r.H - 6}, 4, 0, th.Warning.Fade(0.8), 1.25, 3, 3)
	case wrong:
		c = th.Danger
		f.List.Box(draw.Rect{X: r.X - f.pt(5), Y: r.Y + 3, W: r.W - f.pt(3), H: r.H - 6}, 4, th.Danger.Fade(0.14), th.Danger, 1.5)
	}
	length := ""
	if ok && len(value) > 0 {
		length = t.begin().num(uint64(len(value))).str(" B").end()
	}
	lw := f.width(length, draw.Sans, sizeSmall)
	room := right - r.X
	line := "none"
	if ok && len(value) == 0 {
		line = `""`
	} else if ok {
		if room-lw > f.pt(34) {
			f.text(draw.Point{X: right, Y: r.Y + r.H/2}, length, draw.Sans, sizeSmall, draw.Right, th.Dim)
			room -= lw + f.pt(5)
		}
		line = f.valueTail(value, room)
	}
	f.text(draw.Point{X: r.X, Y: r.Y + r.H/2}, line, draw.Sans, sizeNote, draw.Left, c)
	return st
}

// valueTail is the end of a value, as much as fits: the end is what appends change.
func (f *Frame) valueTail(value []byte, w float32) string {
	size := f.pt(sizeNote)
	dots := text.Advance(draw.Sans, size, '…')
	used, kept := float32(0), len(value) // what fits beside the ellipsis
	for from := len(value); from > 0; {
		r, n := utf8.DecodeLastRune(value[:from])
		if used += text.Advance(draw.Sans, size, r); used > w {
			return f.scratch().texts.begin().str(text.Ellipsis).bytes(value[wordStart(value, kept):]).end()
		}
		if from -= n; used+dots <= w {
			kept = from
		}
	}
	return f.scratch().texts.begin().bytes(value).end()
}

// wordStart is where the first whole word begins of the part of a value that begins at
// from: behind the next space, unless that would leave less than half.
func wordStart(value []byte, from int) int {
	if from == 0 || value[from-1] == ' ' {
		return from
	}
	if sp := bytes.IndexByte(value[from:], ' '); sp >= 0 && 2*sp <= len(value)-from {
		return from + sp // the space as well: it sets the ellipsis off
	}
	return from
}

func (f *Frame) keyNode(e *kv.KeyValue, differs int, r draw.Rect) {
	t := f.scratch().texts.begin().plural(len(e.Value), "byte", "bytes").str(", ends in ").bytes(e.Value[max(len(e.Value)-24, 0):])
	if differs > 0 {
		t.str(", differs on ").plural(differs, "server", "servers")
	}
	value := t.end()
	f.Tree.Add(ui.Node{
		ID:   f.scratch().texts.begin().str("key/").str(e.Key).end(),
		Role: ui.RoleText, Label: e.Key, Value: value, Rect: r,
	})
}

// keysByValue is for when there is no room for columns: below each key the
// different values, and which servers have them.
func (f *Frame) keysByValue(area draw.Rect, k keyTable, first int) (shown int) {
	v, th := f.View, f.theme()
	x0, right := area.X+k.pad, area.X+area.W-k.pad
	y := area.Y + f.pt(14)
	f.head(draw.Point{X: x0, Y: y}, "KEYS")
	y += f.pt(12)
	line := f.pt(21)
	if len(k.ref.KV.Keys) == 0 {
		f.text(draw.Point{X: x0, Y: y + line/2}, "no keys yet", draw.Sans, sizeBody, draw.Left, th.Dim)
	}
	for i := first; i < len(k.ref.KV.Keys); i++ {
		e := &k.ref.KV.Keys[i]
		var done, groups uint64 // sets of servers, by place
		for j := range v.Servers {
			if done>>j&1 == 0 && v.Servers[j].Up {
				done |= f.sameValue(j, e.Key)
				groups++
			}
		}
		tall := line*float32(groups) + f.pt(6)
		if y+tall > area.Y+area.H {
			break
		}
		f.List.Line(th.Line, 1, draw.Point{X: x0, Y: y}, draw.Point{X: right, Y: y})
		f.text(draw.Point{X: x0, Y: y + f.pt(3) + line/2}, f.fitEnds(e.Key, draw.Sans, sizeNote, k.names-f.pt(8)), draw.Sans, sizeNote, draw.Left, th.Text)
		row := y + f.pt(3)
		done = 0
		for j := range v.Servers {
			if done>>j&1 == 1 || !v.Servers[j].Up {
				continue
			}
			set := f.sameValue(j, e.Key)
			done |= set
			f.keyGroup(draw.Rect{X: x0 + k.names, Y: row, W: right - x0 - k.names, H: line}, &k, j, set, e)
			row += line
		}
		f.keyNode(e, int(groups)-1, draw.Rect{X: x0, Y: y, W: right - x0, H: tall})
		y += tall
		shown++
	}
	return shown
}

// sameValue is the set of running servers, by place, that have the value of
// server j for a key.
func (f *Frame) sameValue(j int, key string) (set uint64) {
	want, has := valueAt(&f.View.Servers[j], key)
	for i := range f.View.Servers {
		s := &f.View.Servers[i]
		if value, ok := valueAt(s, key); s.Up && ok == has && bytes.Equal(value, want) {
			set |= 1 << i
		}
	}
	return set
}

func (f *Frame) keyGroup(r draw.Rect, k *keyTable, j int, set uint64, e *kv.KeyValue) {
	th, t := f.theme(), f.scratch().texts.begin()
	up, n := 0, 0
	for i := range f.View.Servers {
		if f.View.Servers[i].Up {
			up++
		}
		if set>>i&1 == 1 {
			if n++; n > 1 {
				t.str(" ")
			}
			t.server(f.View.Servers[i].ID)
		}
	}
	who := t.end()
	if n == up {
		who = "all"
	}
	s := &f.View.Servers[j]
	value, ok := valueAt(s, e.Key)
	c := th.Text
	switch k.standing(s, value, ok, e.Value, true) {
	case behind:
		c = th.Warning
	case wrong:
		c = th.Danger
	}
	y := r.Y + r.H/2
	who = f.fit(who, draw.Sans, sizeLabel, r.W*0.45)
	f.text(draw.Point{X: r.X + r.W, Y: y}, who, draw.Sans, sizeLabel, draw.Right, th.Dim)
	line := "none"
	if ok && len(value) == 0 {
		line = `""`
	} else if ok {
		line = f.valueTail(value, r.W-f.width(who, draw.Sans, sizeLabel)-f.pt(10))
	}
	f.text(draw.Point{X: r.X, Y: y}, line, draw.Sans, sizeNote, draw.Left, c)
}
