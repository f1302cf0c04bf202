package scene

import (
	"math"
	"slices"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
)

// Geometry is where things are on a stage. Gestures ask it what they touch; it is
// a function of the view, the area and the options.
type Geometry struct {
	// Area is the whole stage, Center and Radius are those of the ring.
	Area       draw.Rect
	Center     draw.Point
	RX, RY     float32
	Radius     float32 // of a server's disc
	Cards      cardForm
	Foot       float32 // y of the line at the foot of the stage
	servers    []serverPlace
	clients    []clientPlace
	lane       float32 // how far a direction's lane lies to the right of the link
	clear      float32 // how far from a server's middle its links begin
	clientHead draw.Point
	overflow   int // clients for which there is no room
}

// cardForm is how clients are shown, by the room that there is.
type cardForm uint8

// The forms of clients.
const (
	cards cardForm = iota // two lines each, in a column
	lines                 // one line each, in a column
	chips                 // small, in rows
)

type serverPlace struct {
	id raft.ID
	at draw.Point
}

type clientPlace struct {
	id   kv.ClientID
	rect draw.Rect
}

// Direction is a directed link.
type Direction struct{ From, To script.Endpoint }

// arrange places the servers and clients of v on a stage.
func arrange(v *cluster.View, area draw.Rect, o Options) *Geometry {
	g := new(Geometry)
	g.arrange(v, area, &o)
	return g
}

// lowStage is below which height clients say less, so that servers can be told apart.
const lowStage = 300

func (g *Geometry) arrange(v *cluster.View, area draw.Rect, o *Options) {
	*g = Geometry{Area: area, servers: g.servers[:0], clients: g.clients[:0]}
	foot := o.pt(24)
	g.Foot = area.Y + area.H - foot/2
	ring := draw.Rect{X: area.X, Y: area.Y, W: area.W, H: max(area.H-foot, 0)}
	if len(v.Clients) > 0 {
		if o.Narrow {
			part := float32(0.4)
			if area.H < lowStage {
				part = 0.2 // the servers need what there is
			}
			h := g.arrangeChips(v, draw.Rect{X: area.X + 12, Y: area.Y + 8, W: area.W - 24, H: area.H * part}, o)
			ring.Y += h + 8
			ring.H = max(ring.H-h-8, 0)
		} else {
			w := g.arrangeColumn(v, ring, o)
			ring.X += w
			ring.W = max(ring.W-w, 0)
		}
	}
	g.arrangeServers(v, ring, o)
}

// fullRadius is a server's where nothing has to be smaller than usual. On a larger
// stage it grows, and what is written beside it as well.
const fullRadius = 42

// grown is by how much more than usual servers of that radius are.
func (o *Options) grown(radius float32) float32 { return max(radius/o.pt(fullRadius), 1) }

// arrangeServers puts the servers on an ellipse, the first at the top, clockwise.
// The radius of a server is such that neighbours keep their distance.
func (g *Geometry) arrangeServers(v *cluster.View, ring draw.Rect, o *Options) {
	n := len(v.Servers)
	if n == 0 {
		return
	}
	r := min(max(o.pt(fullRadius), 0.08*ring.H+o.pt(4)), o.pt(72), 0.1*ring.H+o.pt(4), 0.12*ring.W+o.pt(4))
	// The outermost halo of a server reaches a little over its disc, and above or below
	// it stands its label; both depend on the radius, so a few rounds settle it.
	for range 4 {
		k := o.grown(r)
		above := r + max(0.32*r, 5) + o.pt(19)*k
		below := above + o.pt(4)
		if o.Narrow && len(g.clients) > 0 { // where the label of the uppermost stands below
			above = r + o.pt(22)
		}
		side := max(r+o.pt(20), o.pt(66)*k)
		switch {
		case r < o.pt(roomForRole): // the label stands outside, and is short
			above, side = r+o.pt(22), r+o.pt(30)
			below = above
		case r < o.pt(roomForTerm):
			side = r + o.pt(26)
		}
		g.RY = max((ring.H-above-below)/2, 1)
		g.RX = min(max((ring.W-2*side)/2, 1), g.RY*1.45)
		g.Center = draw.Point{X: ring.X + ring.W/2, Y: ring.Y + above + g.RY}
		if n == 1 {
			break
		}
		r = max(min(r, g.chord(n)/3.2), 8)
	}
	g.Radius = r
	g.lane = max(min(r*0.16, 6*o.grown(r)), 2)
	g.clear = r + max(r*0.16, 3)
	if n == 1 {
		g.RX, g.RY = 0, 0
		g.Center = draw.Point{X: ring.X + ring.W/2, Y: ring.Y + ring.H/2}
	}
	for i := range v.Servers {
		g.servers = append(g.servers, serverPlace{v.Servers[i].ID, g.onRing(o.turn(v.Servers[i].ID, float32(i)/float32(n)), 1)})
	}
}

// chord is the least distance of neighbours among n servers.
func (g *Geometry) chord(n int) float32 {
	least := float32(math.MaxFloat32)
	p := g.onRing(0, 1)
	for i := 1; i <= n; i++ {
		q := g.onRing(float32(i)/float32(n), 1)
		least = min(least, distance(p, q))
		p = q
	}
	return least
}

// onRing is the point at a fraction of the way around, clockwise from 12 o'clock,
// on the ring made larger by scale.
func (g *Geometry) onRing(turn, scale float32) draw.Point {
	sin, cos := math.Sincos(2 * math.Pi * float64(turn))
	return draw.Point{X: g.Center.X + g.RX*scale*float32(sin), Y: g.Center.Y - g.RY*scale*float32(cos)}
}

// arrangeColumn puts the clients below each other at the left and returns the
// width of their column.
func (g *Geometry) arrangeColumn(v *cluster.View, area draw.Rect, o *Options) float32 {
	x, w := area.X+o.pt(20), min(o.pt(158), area.W*0.3)
	head := o.pt(34)
	n := len(v.Clients)
	room := area.H - head - o.pt(8)
	high, gap := o.pt(44), o.pt(8)
	switch {
	case float32(n)*(high+gap) <= room:
		g.Cards = cards
	case float32(n)*(high+o.pt(5)) <= room:
		g.Cards, gap = cards, o.pt(5)
	case float32(n)*(o.pt(24)+o.pt(5)) <= room:
		g.Cards = lines
		gap = o.pt(5)
		high = min(o.pt(36), room/float32(n)-gap)
	default:
		g.clientHead = draw.Point{X: x, Y: area.Y + head - o.pt(16)}
		g.arrangeGrid(v, draw.Rect{X: x, Y: area.Y + head, W: w, H: room}, o.pt(34), o.pt(24), o.pt(4))
		return w + o.pt(20)
	}
	// The column stands a little above the middle, where the eye begins to read.
	y := area.Y + head + max(room-float32(n)*(high+gap), 0)*0.3
	g.clientHead = draw.Point{X: x, Y: y - o.pt(16)}
	for i := range v.Clients {
		g.clients = append(g.clients, clientPlace{v.Clients[i].ID, draw.Rect{X: x, Y: y, W: w, H: high}})
		y += high + gap
	}
	return w + o.pt(20)
}

// arrangeChips puts the clients in rows at the top and returns the height taken.
func (g *Geometry) arrangeChips(v *cluster.View, area draw.Rect, o *Options) float32 {
	n := len(v.Clients)
	gap := o.pt(6)
	perRow := min(n, max(int((area.W+gap)/(o.pt(58)+gap)), 1))
	if n > perRow { // two even rows rather than one full and one with a single chip
		perRow = (n + (n+perRow-1)/perRow - 1) / ((n + perRow - 1) / perRow)
	}
	w := min((area.W+gap)/float32(perRow)-gap, o.pt(120))
	high := o.pt(40)
	if rows := (n + perRow - 1) / perRow; float32(rows)*(high+gap) > area.H {
		return g.arrangeGrid(v, area, o.pt(34), o.pt(24), o.pt(4))
	}
	g.Cards = chips
	x0 := area.X + (area.W-float32(perRow)*(w+gap)+gap)/2
	for i := range v.Clients {
		g.clients = append(g.clients, clientPlace{v.Clients[i].ID, draw.Rect{
			X: x0 + float32(i%perRow)*(w+gap), Y: area.Y + float32(i/perRow)*(high+gap), W: w, H: high,
		}})
	}
	return float32((n+perRow-1)/perRow) * (high + gap)
}

// arrangeGrid puts as many small chips as there is room for, and counts the rest.
func (g *Geometry) arrangeGrid(v *cluster.View, area draw.Rect, w, h, gap float32) float32 {
	g.Cards = chips
	perRow := max(int((area.W+gap)/(w+gap)), 1)
	rows := max(int((area.H+gap)/(h+gap)), 1)
	n := min(len(v.Clients), perRow*rows)
	if n < len(v.Clients) {
		n-- // room to say how many more there are
		g.overflow = len(v.Clients) - n
	}
	for i := range n {
		g.clients = append(g.clients, clientPlace{v.Clients[i].ID, draw.Rect{
			X: area.X + float32(i%perRow)*(w+gap), Y: area.Y + float32(i/perRow)*(h+gap), W: w, H: h,
		}})
	}
	return float32((n+perRow-1)/perRow) * (h + gap)
}

// ServerPos is the middle of a server.
func (g *Geometry) ServerPos(id raft.ID) (p draw.Point, ok bool) {
	// IDs run from 1 without a gap as a rule, which makes this a look-up.
	if i := int(id) - 1; i >= 0 && i < len(g.servers) && g.servers[i].id == id {
		return g.servers[i].at, true
	}
	for i := range g.servers {
		if g.servers[i].id == id {
			return g.servers[i].at, true
		}
	}
	return draw.Point{}, false
}

// ClientRect is the card of a client.
func (g *Geometry) ClientRect(id kv.ClientID) (r draw.Rect, ok bool) {
	if i := int(id) - 1; i >= 0 && i < len(g.clients) && g.clients[i].id == id {
		return g.clients[i].rect, true
	}
	for i := range g.clients {
		if g.clients[i].id == id {
			return g.clients[i].rect, true
		}
	}
	return draw.Rect{}, false
}

// end is where links of e towards q begin.
func (g *Geometry) end(e script.Endpoint, q draw.Point) (draw.Point, bool) {
	if e.Server != raft.None {
		p, ok := g.ServerPos(e.Server)
		return toward(p, q, g.clear), ok
	}
	r, ok := g.ClientRect(e.Client)
	if !ok {
		return draw.Point{}, false
	}
	if g.Cards == chips {
		return draw.Point{X: r.X + r.W/2, Y: r.Y + r.H + 2}, true
	}
	return draw.Point{X: r.X + r.W + 2, Y: r.Y + r.H/2}, true
}

// middle is what links of e point at.
func (g *Geometry) middle(e script.Endpoint) (draw.Point, bool) {
	if e.Server != raft.None {
		return g.ServerPos(e.Server)
	}
	return g.end(e, draw.Point{})
}

// Line is the link between two endpoints, from edge to edge. ok is false if one
// of them is not on stage.
func (g *Geometry) Line(from, to script.Endpoint) (a, b draw.Point, ok bool) {
	p, ok1 := g.middle(from)
	q, ok2 := g.middle(to)
	if !ok1 || !ok2 {
		return a, b, false
	}
	a, _ = g.end(from, q)
	b, _ = g.end(to, p)
	return a, b, true
}

// Lane is the line on which messages from one endpoint to another travel: the
// link, moved a little to the right of their direction, so that the two
// directions lie beside each other.
func (g *Geometry) Lane(from, to script.Endpoint) (a, b draw.Point, ok bool) {
	a, b, ok = g.Line(from, to)
	if !ok {
		return a, b, false
	}
	d := direction(a, b)
	side := draw.Point{X: -d.Y * g.lane, Y: d.X * g.lane}
	return draw.Point{X: a.X + side.X, Y: a.Y + side.Y}, draw.Point{X: b.X + side.X, Y: b.Y + side.Y}, true
}

// MessagePos is where a message is at that time, and the direction in which it
// moves (of length 1). A lost one stays where it was lost.
func (g *Geometry) MessagePos(m *cluster.MessageView, now netsim.Time) (p, d draw.Point, ok bool) {
	a, b, ok := g.Lane(m.From, m.To)
	if !ok {
		return p, d, false
	}
	if m.Lost {
		now = m.LostAt
	}
	t := float32(1)
	if m.Due > m.Sent {
		t = min(max(float32(float64(now-m.Sent)/float64(m.Due-m.Sent)), 0), 1)
	}
	return mix(a, b, t), direction(a, b), true
}

// nearest is the distance from p to the middle of the nearest server.
func (g *Geometry) nearest(p draw.Point) float32 {
	least := float32(math.MaxFloat32)
	for i := range g.servers {
		x, y := g.servers[i].at.X-p.X, g.servers[i].at.Y-p.Y
		least = min(least, x*x+y*y)
	}
	return float32(math.Sqrt(float64(least)))
}

// clearOf moves a point on a way in the direction d out of the disc that would hide it,
// and its surroundings, to r from that server's middle: back where the way leads to the
// server, on where it comes from there.
func (g *Geometry) clearOf(p, d draw.Point, r float32) draw.Point {
	for i := range g.servers {
		v := draw.Point{X: p.X - g.servers[i].at.X, Y: p.Y - g.servers[i].at.Y}
		off := v.X*v.X + v.Y*v.Y
		if off >= r*r {
			continue
		}
		along := v.X*d.X + v.Y*d.Y
		far := float32(math.Sqrt(float64(along*along - off + r*r)))
		if along <= 0 {
			far = -far
		}
		return draw.Point{X: p.X + d.X*(far-along), Y: p.Y + d.Y*(far-along)}
	}
	return p
}

// CrossedLinks returns the directed links between servers whose lanes a drawn
// line crosses, in order of servers.
func (g *Geometry) CrossedLinks(line []draw.Point) []Direction {
	var out []Direction
	for _, s := range g.servers {
		for _, t := range g.servers {
			if s.id == t.id {
				continue
			}
			d := Direction{script.Endpoint{Server: s.id}, script.Endpoint{Server: t.id}}
			a, b, _ := g.Lane(d.From, d.To)
			for i := 1; i < len(line); i++ {
				if cross(a, b, line[i-1], line[i]) {
					out = append(out, d)
					break
				}
			}
		}
	}
	return out
}

// Enclosed returns the servers whose middles a closed line encloses.
func (g *Geometry) Enclosed(polygon []draw.Point) []raft.ID {
	var out []raft.ID
	for _, s := range g.servers {
		if within(s.at, polygon) {
			out = append(out, s.id)
		}
	}
	return out
}

// within counts how often the outline is crossed on the way from p to the right.
func within(p draw.Point, polygon []draw.Point) bool {
	in := false
	for i, a := range polygon {
		b := polygon[(i+1)%len(polygon)]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(p.Y-a.Y)*(b.X-a.X)/(b.Y-a.Y) {
			in = !in
		}
	}
	return in
}

// cross reports whether the segments ab and cd share a point that is no end of ab.
func cross(a, b, c, d draw.Point) bool {
	o1, o2 := turns(c, d, a), turns(c, d, b)
	o3, o4 := turns(a, b, c), turns(a, b, d)
	return (o1 > 0) != (o2 > 0) && (o3 > 0) != (o4 > 0)
}

// turns is positive if c lies to the right of the line from a to b on screen.
func turns(a, b, c draw.Point) float32 {
	return (b.X-a.X)*(c.Y-a.Y) - (b.Y-a.Y)*(c.X-a.X)
}

func distance(a, b draw.Point) float32 {
	x, y := b.X-a.X, b.Y-a.Y
	return float32(math.Sqrt(float64(x*x + y*y)))
}

// direction is from a to b, of length 1; to the right if they are the same.
func direction(a, b draw.Point) draw.Point {
	l := distance(a, b)
	if l == 0 {
		return draw.Point{X: 1}
	}
	return draw.Point{X: (b.X - a.X) / l, Y: (b.Y - a.Y) / l}
}

// toward is the point that is by from a in the direction of b.
func toward(a, b draw.Point, by float32) draw.Point {
	d := direction(a, b)
	return draw.Point{X: a.X + d.X*by, Y: a.Y + d.Y*by}
}

func mix(a, b draw.Point, t float32) draw.Point {
	return draw.Point{X: a.X + (b.X-a.X)*t, Y: a.Y + (b.Y-a.Y)*t}
}

// hull appends to dst the convex hull of points, clockwise on screen. It sorts points.
func hull(dst, points []draw.Point) []draw.Point {
	slices.SortFunc(points, func(a, b draw.Point) int {
		if a.X != b.X {
			return int(math.Copysign(1, float64(a.X-b.X)))
		}
		return int(math.Copysign(1, float64(a.Y-b.Y)))
	})
	first := len(dst)
	half := func(p draw.Point, from int) {
		for len(dst)-from >= 2 && turns(dst[len(dst)-2], dst[len(dst)-1], p) <= 0 {
			dst = dst[:len(dst)-1]
		}
		dst = append(dst, p)
	}
	for _, p := range points {
		half(p, first)
	}
	back := len(dst) - 1
	for i := len(points) - 2; i >= 0; i-- {
		half(points[i], back)
	}
	if len(dst)-first > 1 {
		dst = dst[:len(dst)-1] // the first point stands at the end again
	}
	return dst
}
