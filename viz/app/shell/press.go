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
func (s *Shell) intentOf(id string, twice bool) Intent {
	if t := scene.ParseThing(id); t.Kind != scene.Nothing {
		return s.pressThing(t, twice)
	}
	kind, rest, _ := strings.Cut(id, "/")
	switch kind {
	case "button":
		if c := command(rest); c != nil {
			return c.intent(&s.Model)
		}
	case "tab":
		if rest == "keys" {
			return ShowTab{TabKeys}
		}
		return ShowTab{TabCluster}
	case "drawer":
		for d := range drawers {
			if drawers[d].id == rest {
				return ShowDrawer{Drawer(d)}
			}
		}
	case "fold":
		return Fold{rest}
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
	case "bug":
		return openBug{rest}
	case "watch":
		return WatchRule{rest}
	case "lesson":
		if rest == "switch" {
			return SwitchLesson{}
		}
		return EndLesson{}
	case "toast":
		if rest == "undo" {
			return Undo{}
		}
		return Dismiss{}
	case "tour":
		if rest == "do" && s.tour.On() && s.tour.current().Press != "" {
			return command(s.tour.current().Press).intent(&s.Model)
		}
		return SetTour{}
	case "violation":
		return HideAlarm{}
	case "modified":
		if s.view.Bug != "" {
			return findBugs{}
		}
		return ShowDialog{DialogRules}
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
			return ShowDialog{}
		case rest == "ok":
			return Submit{}
		}
	}
	return nil
}

// fromMenu is the intent of a menu's entry, which also closes the menu.
type fromMenu struct{ Intent }

func (i fromMenu) apply(m *Model) {
	m.menu = nil
	i.Intent.apply(m)
}

// fromDialog performs a command of the list of keys, which closes first.
type fromDialog struct{ *Command }

func (i fromDialog) apply(m *Model) {
	m.dialog = NoDialog
	i.intent(m).apply(m)
}

// pressThing is what a click on something on stage or in the logs wants.
func (s *Shell) pressThing(t scene.Thing, twice bool) Intent {
	switch t.Kind {
	case scene.Server:
		if s.tool != NoTool {
			return Choose{int(t.Server)}
		}
		if twice {
			return crashOrRestart(&s.Model, t.Server)
		}
	case scene.Message:
		return Freeze{t}
	case scene.Link:
		if s.view.IsCut(t.From, t.To) {
			return Act{Action: script.Mend{From: t.From, To: t.To, OneWay: true}}
		}
		return Act{Action: script.Cut{From: t.From, To: t.To, OneWay: true}}
	}
	return Select{t}
}

// switchRule switches a rule off, or on again.
func (s *Shell) switchRule(name string) Intent {
	for _, off := range s.view.Without {
		if off == name {
			return Act{Action: script.With{Rules: []string{name}}}
		}
	}
	return Act{Action: script.Without{Rules: []string{name}}}
}
