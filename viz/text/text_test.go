package text

import (
	"slices"
	"strings"
	"testing"

	"raftarium/viz/draw"
)

func TestWidthIsTheSumOfAdvances(t *testing.T) {
	got := Width(draw.Sans, 13, "ab→")
	want := Advance(draw.Sans, 13, 'a') + Advance(draw.Sans, 13, 'b') + Advance(draw.Sans, 13, '→')
	if diff := got - want; diff > 1e-3 || diff < -1e-3 {
		t.Errorf("width %v, want %v", got, want)
	}
	if w := Width(draw.Mono, 10, "0123456789"); w < 59 || w > 61 {
		t.Errorf("ten letters of mono at 10 points are %v points wide, want about 60", w)
	}
	if Width(draw.Sans, 13, "") != 0 {
		t.Error("nothing has a width")
	}
}

func TestMeasuringDoesNotAllocate(t *testing.T) {
	var lines [8]string
	s := "S4 has not heard from a leader for 180 ms and asks for votes in term 8 →"
	Width(draw.Sans, 13, s)
	if n := testing.AllocsPerRun(100, func() {
		Width(draw.Sans, 13, s)
		Fit(draw.Sans, 13, s, 50)
		Truncate(draw.Sans, 13, s, 1000)
		AppendWrap(lines[:0], draw.Sans, 13, s, 120)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestTruncatedTextFitsAndSaysSo(t *testing.T) {
	s := "candidate of term 12"
	full := Width(draw.Sans, 12, s)
	if got := Truncate(draw.Sans, 12, s, full); got != s {
		t.Errorf("in its own width it became %q", got)
	}
	for w := full - 0.5; w > -1; w -= 0.7 {
		got := Truncate(draw.Sans, 12, s, w)
		if Width(draw.Sans, 12, got) > w+slack && got != "" {
			t.Fatalf("%q does not fit into %v", got, w)
		}
		if got != "" && (!strings.HasSuffix(got, Ellipsis) || !strings.HasPrefix(s, strings.TrimSuffix(got, Ellipsis))) {
			t.Fatalf("%q is no beginning of %q", got, s)
		}
	}
	if got := Truncate(draw.Sans, 12, "ääää", Width(draw.Sans, 12, "ää…")); got != "ää…" {
		t.Errorf("runes were cut: %q", got)
	}
}

func TestWrappedLinesFitAndLoseNothing(t *testing.T) {
	s := "S4 times out and asks S5 for its vote in term 8; S5 is down"
	for w := float32(40); w < 400; w += 13 {
		lines := Wrap(draw.Sans, 12, s, w)
		if got := strings.Join(lines, " "); got != s {
			t.Fatalf("at %v: %q", w, got)
		}
		for _, l := range lines {
			if Width(draw.Sans, 12, l) > w+slack {
				t.Errorf("at %v: %q is too wide", w, l)
			}
		}
	}
}

func TestWrapAtLineFeedsLongWordsAndNoRoom(t *testing.T) {
	for _, c := range []struct {
		s     string
		width float32
		want  []string
	}{
		{"", 100, nil},
		{"a\n\nb", 100, []string{"a", "", "b"}},
		{"abc", 0, []string{"a", "b", "c"}},
		{"aa bb", Width(draw.Mono, 10, "aa"), []string{"aa", "bb"}},
		{"aaaa b", Width(draw.Mono, 10, "aaa"), []string{"aaa", "a b"}},
		{"a  b", Width(draw.Mono, 10, "a"), []string{"a", "b"}},
	} {
		if got := Wrap(draw.Mono, 10, c.s, c.width); !slices.Equal(got, c.want) {
			t.Errorf("Wrap(%q, %v) = %q, want %q", c.s, c.width, got, c.want)
		}
	}
}

func TestMissingNamesWhatHasToBeAShape(t *testing.T) {
	if got := Missing("S1 → S2 · ≤8 ± 4 ms – 1/20× ∞ … “x”"); len(got) != 0 {
		t.Errorf("missing %q", got)
	}
	if got, want := Missing("★ leader ✓\t"), []rune{'★', '✓', '\t'}; !slices.Equal(got, want) {
		t.Errorf("missing %q, want %q", got, want)
	}
	if !Has(draw.Sans, 'A') || Has(draw.Sans, '★') {
		t.Error("Has is wrong about A or ★")
	}
}

func TestHeightsGrowWithTheSize(t *testing.T) {
	for f := draw.Sans; f <= draw.MonoBold; f++ {
		if a, c, d := Ascent(f, 10), CapHeight(f, 10), Descent(f, 10); !(a > c && c > 7 && d > 2 && LineHeight(10) > a+d) {
			t.Errorf("face %d: ascent %v, capitals %v, descent %v, line %v", f, a, c, d, LineHeight(10))
		}
	}
	if Width(draw.Font(99), 10, "x") != Width(draw.Sans, 10, "x") {
		t.Error("an unknown face is not the sans")
	}
}

func TestALineIsCutBehindAWord(t *testing.T) {
	for _, c := range []struct {
		s    string
		fits string // what fits beside the ellipsis
		want string
	}{
		{"waiting for an answer", "waiting for an an", "waiting for an…"},
		{"waiting for an answer", "waiting for an", "waiting for an…"},
		{"waiting for an answer", "waiting for an ", "waiting for an…"},
		{"C1 · waiting", "C1 · ", "C1…"},
		{"first, second", "first, sec", "first…"},
		{"x unreasonably", "x unreason", "x unreason…"}, // the word would leave too little
		{"unreasonably", "unreason", "unreason…"},
	} {
		width := Width(draw.Sans, 12, c.fits+Ellipsis)
		if got := Truncate(draw.Sans, 12, c.s, width); got != c.want {
			t.Errorf("%q cut to %q is %q, want %q", c.s, c.fits, got, c.want)
		}
	}
}
