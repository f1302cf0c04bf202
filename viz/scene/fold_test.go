package scene

import (
	"strings"
	"testing"

	"raftarium/netsim/cluster"
	"raftarium/viz/draw"
	"raftarium/viz/text"
	"raftarium/viz/ui"
)

// No heading stands alone at the foot of the inspector, whatever its height and
// however many lines its first row takes.
func TestNoHeadingStandsAloneAtTheFold(t *testing.T) {
	for _, width := range []float32{150, 256, 316} {
		for high := float32(60); high < 500; high += 3 {
			f := partitionView()
			o := options(&ui.Dark, ThingServer(2))
			fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: o}
			fr.Inspector(draw.Rect{W: width, H: high}, 0)
			var last *draw.Cmd
			for i := range fr.List.Cmds {
				if c := &fr.List.Cmds[i]; c.Op == draw.OpText {
					last = c
				}
			}
			if last != nil && last.Font == draw.SansBold {
				t.Errorf("%vx%v: %q stands alone", width, high, last.Text)
			}
		}
	}
}

// The legend says all that it has to say on the narrowest of phones.
func TestTheLegendIsWholeOnASmallPhone(t *testing.T) {
	f := partitionView()
	o := Options{Narrow: true, Touch: true}
	for _, width := range []float32{360, 390} {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: o}
		g := fr.Logs(draw.Rect{W: width, H: 164}, LogScroll{Follow: true})
		said := ""
		for _, p := range textsOf(fr.List) {
			said += p.text + "\n"
			if p.rect.X+p.rect.W > width || p.rect.Y+p.rect.H > 164 {
				t.Errorf("%v: %q is cut", width, p.text)
			}
		}
		if !strings.Contains(said, "next, as S2 sees it") || g.Rows != 5 {
			t.Errorf("%v: %d rows, and the legend says\n%s", width, g.Rows, said)
		}
	}
}

// A number beside a value says what it counts.
func TestTheLengthOfAValueHasItsUnit(t *testing.T) {
	f := partitionView()
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
	fr.Keys(draw.Rect{W: 1000, H: 300}, 0)
	units := 0
	for _, p := range textsOf(fr.List) {
		if strings.HasSuffix(p.text, " B") {
			units++
		}
	}
	if units == 0 {
		t.Error("no length has its unit")
	}
}

// Of a value whose beginning is cut off, whole words are shown where it has some.
func TestAValueIsCutBeforeAWord(t *testing.T) {
	for _, c := range []struct {
		value string
		from  int
		want  string
	}{
		{"1.137 2.137 2.138", 2, " 2.137 2.138"},
		{"1.137 2.137 2.138", 6, "2.137 2.138"},
		{"1.137 2.137 2.138", 0, "1.137 2.137 2.138"},
		{"a longestword b", 3, "ongestword b"}, // one word is most of it
		{"abcdef", 2, "cdef"},
	} {
		if got := c.value[wordStart([]byte(c.value), c.from):]; got != c.want {
			t.Errorf("%q from %d is %q, want %q", c.value, c.from, got, c.want)
		}
	}
}

// However little room there is, the newest sentence is told, shortened behind a word.
func TestTheNewestSentenceIsToldInLittleRoom(t *testing.T) {
	f := partitionView()
	note := cluster.Note{Text: "S1 got no majority behind it within 278 ms and asks again whether it could win term 3"}
	whole := 0
	for high := float32(60); high < 140; high++ {
		fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree)}
		shown := fr.Narration(draw.Rect{W: 220, H: high}, []cluster.Note{{Text: "before"}, note}, 0)
		said := ""
		for _, p := range textsOf(fr.List)[1:] {
			if p.rect.Y+p.rect.H > high || p.rect.X+p.rect.W > 220 {
				t.Errorf("at %v %q leaves its room", high, p.text)
			}
			said += p.text + " "
		}
		if shown == 0 {
			t.Errorf("at %v nothing is told", high)
		}
		cut := strings.Contains(said, text.Ellipsis)
		if !cut && !strings.Contains(said, "win term 3") {
			t.Errorf("at %v is told %q", high, said)
		}
		if !cut {
			whole++
		}
	}
	if whole == 0 || whole == 80 {
		t.Errorf("it is whole at %d of 80 heights", whole)
	}
}

// Nine logs on a phone leave low rows, and still each cell says what it holds.
func TestLowCellsSayWhatTheyHold(t *testing.T) {
	f := newFake(9, 0, 0)
	for id := 1; id <= 9; id++ {
		f.log(id, log("1:x+=1 1:x+=2"), 1)
	}
	fr := &Frame{View: &f.v, List: new(draw.List), Tree: new(ui.Tree), Options: Options{Narrow: true, Touch: true}}
	g := fr.Logs(draw.Rect{W: 340, H: 25 + 9*13}, LogScroll{Follow: true})
	said := 0
	for _, p := range textsOf(fr.List) {
		if strings.HasPrefix(p.text, "x+=") {
			said++
		}
	}
	if said != 18 || g.Rows != 9 {
		t.Errorf("%d of 18 cells say what they hold, in %d rows", said, g.Rows)
	}
}
