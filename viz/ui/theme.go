package ui

import (
	"raftarium/raft"
	"raftarium/viz/draw"
)

// Theme is a palette. Colour means term; red is for violations and cuts only;
// grey is for what is down.
type Theme struct {
	Name                                   string // "dark" or "light"
	Background, Panel, Raised, Line        draw.Color
	Text, Dim, Accent, OK, Danger, Warning draw.Color
	// OnAccent is the text colour on an Accent fill, OnTerm on a term's colour.
	OnAccent, OnTerm draw.Color
	// Down is what has crashed.
	Down draw.Color
}

// Dark is the palette for dark surroundings.
var Dark = Theme{
	Name: "dark", Background: draw.RGB(0x0f141b), Panel: draw.RGB(0x161d27), Raised: draw.RGB(0x1e2733),
	Line: draw.RGB(0x2a3544), Text: draw.RGB(0xe6edf5), Dim: draw.RGB(0x8b99ab), Accent: draw.RGB(0x6cb6ff),
	OK: draw.RGB(0x3fb68b), Danger: draw.RGB(0xff6b6b), Warning: draw.RGB(0xf2b84b),
	OnAccent: draw.RGB(0x0b1220), OnTerm: draw.RGB(0x0b1018), Down: draw.RGB(0x5b6878),
}

// Light is the palette for bright rooms and projectors.
var Light = Theme{
	Name: "light", Background: draw.RGB(0xf6f8fb), Panel: draw.RGB(0xffffff), Raised: draw.RGB(0xeef2f7),
	Line: draw.RGB(0xd5dde8), Text: draw.RGB(0x17202c), Dim: draw.RGB(0x5b6a7d), Accent: draw.RGB(0x1a5fd0),
	OK: draw.RGB(0x0f6b3e), Danger: draw.RGB(0xc92a2a), Warning: draw.RGB(0x8a5300),
	OnAccent: draw.RGB(0xffffff), OnTerm: draw.RGB(0x0b1018), Down: draw.RGB(0x9aa6b5),
}

// termColors are eight hues that colour-blind people can tell apart, after Okabe
// and Ito.
var termColors = [8]draw.Color{
	draw.RGB(0x56b4e9), draw.RGB(0xe69f00), draw.RGB(0x2bb594), draw.RGB(0xcc79a7),
	draw.RGB(0xf0e442), draw.RGB(0x5b8def), draw.RGB(0xb794f6), draw.RGB(0xb08968),
}

// Term is the colour of a term; they repeat after eight, so the number is always
// written as well. Term 0, before the first election, has the colour Dim.
func (t *Theme) Term(term raft.Term) draw.Color {
	if term == 0 {
		return t.Dim
	}
	return termColors[(term-1)%8]
}
