package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// colours is how many colours a PNG with a palette can have.
const colours = 256

// small encodes a picture with a palette of its own, which takes less than half the
// room; the pictures are flat, and nobody sees the difference.
func small(data []byte) ([]byte, error) {
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	bounds := img.Bounds()
	pixels := make([]color.RGBA, 0, bounds.Dx()*bounds.Dy())
	counts := map[color.RGBA]int{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
			pixels = append(pixels, c)
			counts[c]++
		}
	}
	pal := palette(counts)
	to := image.NewPaletted(image.Rect(0, 0, bounds.Dx(), bounds.Dy()), pal)
	nearest := make(map[color.RGBA]uint8, len(counts))
	for i, c := range pixels {
		n, ok := nearest[c]
		if !ok {
			n = uint8(pal.Index(c))
			nearest[c] = n
		}
		to.Pix[i] = n
	}
	var b bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, to)
	return b.Bytes(), err
}

// counted is a colour and how many pixels have it.
type counted struct {
	c color.RGBA
	n int
}

// exact is how many colours keep their value: the commonest, which are those of
// areas. The rest are the edges of shapes and letters.
const exact = 128

// palette takes the commonest colours as they are and chooses the rest by median
// cut: the box of colours with the largest spread is halved until there are enough
// boxes, and each gives its commonest colour.
func palette(counts map[color.RGBA]int) color.Palette {
	all := make([]counted, 0, len(counts))
	for c, n := range counts {
		all = append(all, counted{c, n})
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Or(-cmp.Compare(a.n, b.n), compare(a.c, b.c)) })
	pal := make(color.Palette, 0, colours)
	for _, x := range all[:min(exact, len(all))] {
		pal = append(pal, x.c)
	}
	if all = all[len(pal):]; len(all) == 0 {
		return pal
	}
	boxes := [][]counted{all}
	for len(pal)+len(boxes) < colours {
		worst, at, channel := 0, -1, 0
		for i, b := range boxes {
			for ch := range 3 {
				if s := spread(b, ch); s > worst {
					worst, at, channel = s, i, ch
				}
			}
		}
		if at < 0 {
			break // each box holds one colour
		}
		b := boxes[at]
		slices.SortStableFunc(b, func(x, y counted) int { return cmp.Compare(value(x.c, channel), value(y.c, channel)) })
		half := len(b) / 2
		boxes[at] = b[:half]
		boxes = append(boxes, b[half:])
	}
	for _, b := range boxes {
		pal = append(pal, slices.MaxFunc(b, func(x, y counted) int { return cmp.Compare(x.n, y.n) }).c)
	}
	return pal
}

func value(c color.RGBA, channel int) uint8 { return [...]uint8{c.R, c.G, c.B}[channel] }

// spread is how far apart the colours of a box are in a channel.
func spread(b []counted, channel int) int {
	lo, hi := uint8(255), uint8(0)
	for _, x := range b {
		lo, hi = min(lo, value(x.c, channel)), max(hi, value(x.c, channel))
	}
	return int(hi) - int(lo)
}

func compare(a, b color.RGBA) int {
	return cmp.Or(cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
}
