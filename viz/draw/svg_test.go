package draw

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func sample() *List {
	var l List
	l.Clip(Rect{0, 0, 50, 50})
	l.Box(Rect{1, 2, 30, 20}, 4, RGB(0x112233), RGB(0xff0000).Fade(0.5), 1)
	l.Clip(Rect{})
	l.DashedCircle(Point{20, 20}, 9, 0, RGB(0xff), 2, 3, 1)
	l.Arc(Point{40, 40}, 10, 0, 0.75, RGB(0xff00), 3)
	l.Arc(Point{40, 40}, 10, 0, 2, RGB(0xff00), 3)
	l.RoundLine(RGB(0xffffff), 1, Point{0, 0}, Point{10, 10.126}, Point{0, 3})
	Star(&l, Point{70, 70}, 8, RGB(0xffff00))
	l.Text(Point{5, 60}, "a < b & \"c\" →\x01", MonoBold, 12, Right, RGB(0xabcdef))
	return &l
}

// elements reads the SVG back.
func elements(t *testing.T, s string) (starts []xml.StartElement, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return starts, text
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, s)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			starts = append(starts, tok.Copy())
		case xml.CharData:
			text += string(tok)
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestSVGHoldsEveryCommandInOrder(t *testing.T) {
	var b strings.Builder
	if err := WriteSVG(&b, sample(), 100, 80, RGB(0x0f141b)); err != nil {
		t.Fatal(err)
	}
	es, text := elements(t, b.String())
	var names []string
	for _, e := range es {
		names = append(names, e.Name.Local)
	}
	want := []string{"svg", "rect", "clipPath", "rect", "g", "rect", "circle", "path", "circle", "polyline", "polygon", "text"}
	if !slices.Equal(names, want) {
		t.Fatalf("elements %v, want %v", names, want)
	}
	for _, c := range []struct {
		i          int
		name, want string
	}{
		{0, "viewBox", "0 0 100 80"}, {1, "fill", "#0f141b"}, {4, "clip-path", "url(#clip1)"},
		{5, "rx", "4"}, {5, "stroke-opacity", "0.5"}, {6, "fill", "none"}, {6, "stroke-dasharray", "3 1"},
		{7, "d", "M40 30A10 10 0 1 1 30 40"}, {9, "stroke-linecap", "round"}, {9, "points", "0,0 10,10.13 0,3"},
		{11, "text-anchor", "end"}, {11, "font-weight", "700"},
	} {
		if got := attr(es[c.i], c.name); got != c.want {
			t.Errorf("%s %s = %q, want %q", names[c.i], c.name, got, c.want)
		}
	}
	if !strings.Contains(text, "a < b & \"c\" →\ufffd") {
		t.Errorf("text came out as %q", text)
	}
	if n := len(strings.Fields(attr(es[10], "points"))); n != 10 {
		t.Errorf("the star has %d points", n)
	}
}

func TestSVGTextIsAsWideAsInTheEmbeddedFace(t *testing.T) {
	var l List
	l.Text(Point{0, 20}, "0123456789", Mono, 10, Left, RGB(0))
	var b strings.Builder
	if err := WriteSVG(&b, &l, 100, 40, 0); err != nil {
		t.Fatal(err)
	}
	es, _ := elements(t, b.String())
	if len(es) != 2 {
		t.Fatalf("a transparent background was drawn: %v", es)
	}
	w, err := strconv.ParseFloat(attr(es[1], "textLength"), 64)
	if err != nil || w < 59 || w > 61 {
		t.Errorf("textLength %v, %v; want about 60", w, err)
	}
	y, err := strconv.ParseFloat(attr(es[1], "y"), 64)
	if err != nil || y < 23 || y > 24 {
		t.Errorf("baseline %v, %v; want half a capital below 20", y, err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestSVGReportsTheWritersError(t *testing.T) {
	if err := WriteSVG(broken{}, sample(), 10, 10, 0); err == nil || err.Error() != "disk full" {
		t.Errorf("error %v, want disk full", err)
	}
}
