package shell

import (
	"strings"

	"raftarium/netsim/cluster/script"
	"raftarium/viz/scene"
)

// Press does what pressing the node of that ID does, and reports whether there is
// such a node that can be pressed. twice is a double-click.
func (s *Shell) Press(id string, twice bool) bool {
	n := s.tree.Find(id)
	if n == nil || n.Disabled {
		return false
	}
	i := s.intentOf(id, twice)
	if i == nil {
		return false
	}
	s.Apply(i)
	return true
}

// intentOf is what pressing a node wants.
func (s *Shell) intentOf(id string, twice bool) intent {
	if t := scene.ParseThing(id); t.Kind != scene.Nothing {
		return s.pressThing(t, twice)
	}
	kind, rest, _ := strings.Cut(id, "/")
	switch kind {
	case "button":
		if c := command(rest); c != nil {
			return c.intent(&s.model)
		}
	case "tab":
		if rest == "keys" {
			return showTab{tabKeys}
		}
		return showTab{tabCluster}
	case "drawer":
		for d := range drawers {
			if drawers[d].id == rest {
				return showDrawer{Drawer(d)}
			}
		}
	case "fold":
		return fold{rest}
	case "menu":
		if s.menu == nil {
			return nil
		}
		items := s.items(s.menu.Of)
		if i := atoi(rest); i >= 0 && i < len(items) {
			return fromMenu{items[i].Intent}
		}
	case "load":
		return loadIntent(script.Workload(rest))
	case "rule":
		return s.switchRule(rest)
	case "answer":
		return answerIntent(rest)
	case "bug":
		return openBug{rest}
	case "clue":
		if rest == "close" {
			return closeClue{}
		}
	case "watch":
		return watchRule{rest}
	case "lesson":
		if rest == "switch" {
			return switchLesson{}
		}
		return endLesson{}
	case "toast":
		if rest == "undo" {
			return undo{}
		}
		return dismiss{}
	case "tour":
		if rest == "do" && s.tour.On() && s.tour.current().Press != "" {
			return command(s.tour.current().Press).intent(&s.model)
		}
		return SetTour{}
	case "violation":
		return hideAlarm{}
	case "modified":
		if s.view.Bug != "" {
			return findBugs{}
		}
		return showDialog{dialogRules}
	case "do":
		if c := command(rest); c != nil {
			return fromDialog{c}
		}
	case "verdict":
		return tellVerdict{}
	case "banner":
		return tellVerdict{}
	case "dialog":
		switch {
		case rest == "close" || rest == "backdrop":
			return showDialog{}
		case rest == "ok":
			return submit{}
		}
	}
	return nil
}

// fromMenu is the intent of a menu's entry, which also closes the menu.
type fromMenu struct{ intent }

func (i fromMenu) apply(m *model) {
	m.menu = nil
	i.intent.apply(m)
}

// fromDialog performs a command of the list of keys, which closes first.
type fromDialog struct{ *Command }

func (i fromDialog) apply(m *model) {
	m.dialog = noDialog
	i.intent(m).apply(m)
}

// pressThing is what a click on something on stage or in the logs wants.
func (s *Shell) pressThing(t scene.Thing, twice bool) intent {
	switch t.Kind {
	case scene.Server:
		if s.tool != noTool {
			return choose{int(t.Server)}
		}
		if twice {
			return crashOrRestart(&s.model, t.Server)
		}
	case scene.Message:
		return freeze{t}
	case scene.Link:
		if s.view.IsCut(t.From, t.To) {
			return act{Action: script.Mend{From: t.From, To: t.To, OneWay: true}}
		}
		return act{Action: script.Cut{From: t.From, To: t.To, OneWay: true}}
	}
	return Select{t}
}

// switchRule switches a rule off, or on again.
func (s *Shell) switchRule(name string) intent {
	for _, off := range s.view.Without {
		if off == name {
			return act{Action: script.With{Rules: []string{name}}}
		}
	}
	return act{Action: script.Without{Rules: []string{name}}}
}
