package paint

import "github.com/hajimehoshi/ebiten/v2"

// clipFrom cuts the triangles from index i0 on, whose vertices begin at v0, to
// the clip rectangle. Places in the atlas and colours are cut with them.
func (b *builder) clipFrom(v0, i0 int) {
	d := &b.clip
	box := device{1e9, 1e9, -1e9, -1e9}
	for k := v0; k < len(b.v); k++ {
		x, y := b.v[k].DstX, b.v[k].DstY
		box = device{min(box.x0, x), min(box.y0, y), max(box.x1, x), max(box.y1, y)}
	}
	if box.x0 >= d.x0 && box.y0 >= d.y0 && box.x1 <= d.x1 && box.y1 <= d.y1 {
		return
	}
	if box.x1 <= d.x0 || box.y1 <= d.y0 || box.x0 >= d.x1 || box.y0 >= d.y1 {
		b.v, b.i = b.v[:v0], b.i[:i0]
		return
	}
	b.spare = append(b.spare[:0], b.i[i0:]...)
	b.i = b.i[:i0]
	for k := 0; k < len(b.spare); k += 3 {
		b.clipTriangle(b.spare[k], b.spare[k+1], b.spare[k+2])
	}
}

// outside has a bit for each side of the clip rectangle that the vertex lies
// beyond.
func (d *device) outside(v *ebiten.Vertex) (bits int) {
	if v.DstX < d.x0 {
		bits |= 1
	}
	if v.DstX > d.x1 {
		bits |= 2
	}
	if v.DstY < d.y0 {
		bits |= 4
	}
	if v.DstY > d.y1 {
		bits |= 8
	}
	return bits
}

func (b *builder) clipTriangle(p, q, r uint32) {
	d := &b.clip
	o, u, w := d.outside(&b.v[p]), d.outside(&b.v[q]), d.outside(&b.v[r])
	switch {
	case o|u|w == 0:
		b.i = append(b.i, p, q, r)
		return
	case o&u&w != 0:
		return
	}
	// A triangle cut by four lines has at most seven corners.
	var buf [2][8]ebiten.Vertex
	poly, n := &buf[0], 3
	poly[0], poly[1], poly[2] = b.v[p], b.v[q], b.v[r]
	next := &buf[1]
	for side := range 4 {
		if (o|u|w)>>side&1 == 0 {
			continue
		}
		m := 0
		for k := range n {
			a, z := &poly[k], &poly[(k+1)%n]
			da, dz := d.depth(side, a), d.depth(side, z)
			if da >= 0 {
				next[m] = *a
				m++
			}
			if da >= 0 != (dz >= 0) {
				next[m] = lerp(a, z, da/(da-dz))
				m++
			}
		}
		poly, next, n = next, poly, m
		if n < 3 {
			return
		}
	}
	first := uint32(len(b.v))
	b.v = append(b.v, poly[:n]...)
	for k := uint32(2); k < uint32(n); k++ {
		b.i = append(b.i, first, first+k-1, first+k)
	}
}

// depth is how far inside of a side the vertex lies.
func (d *device) depth(side int, v *ebiten.Vertex) float32 {
	switch side {
	case 0:
		return v.DstX - d.x0
	case 1:
		return d.x1 - v.DstX
	case 2:
		return v.DstY - d.y0
	}
	return d.y1 - v.DstY
}

func lerp(a, z *ebiten.Vertex, f float32) ebiten.Vertex {
	mix := func(x, y float32) float32 { return x + (y-x)*f }
	return ebiten.Vertex{
		DstX: mix(a.DstX, z.DstX), DstY: mix(a.DstY, z.DstY), SrcX: mix(a.SrcX, z.SrcX), SrcY: mix(a.SrcY, z.SrcY),
		ColorR: mix(a.ColorR, z.ColorR), ColorG: mix(a.ColorG, z.ColorG), ColorB: mix(a.ColorB, z.ColorB), ColorA: mix(a.ColorA, z.ColorA),
	}
}
