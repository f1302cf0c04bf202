package shell

import (
	"strconv"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/scene"
)

// Command is something that a key, a button and a menu entry do alike. The table
// of commands is the only place that says which key does what: buttons, menus and
// the list of keys are made from it.
type Command struct {
	ID    string // of its button: "button/" + ID
	Label string
	Key   string // as Input reports it; "" for none
	Group string // heading in the list of keys
	// intent is what it does now.
	intent func(m *model) intent
	// repeat lets the key repeat while it is held.
	repeat bool
	node   string // of its button
}

// maxFire is the most Appends that are fired at once.
const maxFire = 20

const (
	groupTime    = "Time"
	groupFaults  = "Faults"
	groupClients = "Clients"
	groupRun     = "Run"
	groupView    = "View"
)

// commands is filled by init because the table and what it calls name each other.
var commands []Command

func init() {
	commands = []Command{
		{"play", "Play or pause", "Space", groupTime, always(playPause{}), false, ""},
		{"step", "Step one event", "ArrowRight", groupTime, always(stepEvent{}), true, ""},
		{"next", "Next interesting event", "Shift+ArrowRight", groupTime, always(nextInteresting{}), false, ""},
		{"slower", "Slower", "[", groupTime, func(m *model) intent { return setSpeed{m.settings.Speed - 1} }, true, ""},
		{"faster", "Faster", "]", groupTime, func(m *model) intent { return setSpeed{m.settings.Speed + 1} }, true, ""},
		{"rewind", "Back to the start", "Home", groupTime, always(rewind{}), false, ""},

		{"slice", "Slice the network", "P", groupFaults, always(setTool{toolSlice}), false, ""},
		{"lasso", "Lasso a group", "G", groupFaults, always(setTool{toolLasso}), false, ""},
		{"oneway", "Cut one way", "X", groupFaults, cutOneWay, false, ""},
		{"isolate", "Isolate server", "I", groupFaults, onServer(func(m *model, id raft.ID) intent {
			return act{Action: script.Isolate{Servers: only(id)}}
		}), false, ""},
		{"bridge", "Bridge through server", "B", groupFaults, onServer(func(m *model, id raft.ID) intent {
			return act{Action: script.Bridge{Server: id}}
		}), false, ""},
		{"crash", "Crash / restart", "C", groupFaults, onServer(crashOrRestart), false, ""},
		{"pause", "Pause / resume server", "Z", groupFaults, onServer(pauseOrResume), false, ""},
		{"drop", "Drop message", "D", groupFaults, func(m *model) intent {
			if id := m.target(); id != 0 {
				return act{Action: script.Drop{Message: id}}
			}
			return Say{"No message is on its way."}
		}, false, ""},
		{"transfer", "Transfer leadership here", "F", groupFaults, onServer(func(m *model, id raft.ID) intent {
			return act{Action: script.Transfer{To: id}}
		}), false, ""},
		{"add", "Add a server", "+", groupFaults, addServer, false, ""},
		{"timeout", "Let two time out", "T", groupFaults, splitVote, false, ""},
		{"heal", "Heal the network", "H", groupFaults, always(act{Action: script.Heal{}}), false, ""},
		{"restart", "Restart all", "R", groupFaults, always(act{Action: script.Restart{Servers: script.Target{All: true}}}), false, ""},

		{"fire", "Fire Appends", "A", groupClients, func(m *model) intent {
			if m.view.Active == 0 {
				return Say{noClients}
			}
			return act{Action: script.Fire{N: m.firing(), Key: m.keyName()}}
		}, false, ""},
		{"append", "A new log line", "L", groupClients, operation(kv.Append), false, ""},
		{"put", "Put", "U", groupClients, operation(kv.Put), false, ""},
		{"get", "Get", "Y", groupClients, operation(kv.Get), false, ""},
		{"key", "Key to write to", "K", groupClients, always(nextKey{}), false, ""},
		{"load", "Continuous load", "O", groupClients, func(m *model) intent { return loadIntent(nextLoad(m.view.Load.Workload)) }, false, ""},
		{"reads", "Get by log, index or lease", "Q", groupClients, func(m *model) intent {
			return act{Action: script.Reads{By: m.nextReads()}}
		}, false, ""},

		{"rules", "Switch rules off", "M", groupRun, always(showDialog{dialogRules}), false, ""},
		{"bugs", "Find the bug", "!", groupRun, always(findBugs{}), false, ""},
		{"seed", "Choose a seed", "E", groupRun, always(showDialog{dialogSeed}), false, ""},
		{"dice", "Another seed", "N", groupRun, func(m *model) intent { return newSeed{afterSeed(m.view.Seed)} }, false, ""},
		{"save", "Save as a scenario", "S", groupRun, always(save{}), false, ""},
		{"command", "Type an action", "/", groupRun, always(showDialog{dialogCommand}), false, ""},
		{"undo", "Undo", "Backspace", groupRun, always(undo{}), false, ""},

		{"tab", "Cluster or keys", "V", groupView, func(m *model) intent { return showTab{1 - m.tab} }, false, ""},
		{"actions", "Actions of what is selected", "Enter", groupView, enter, false, ""},
		{"newest", "Newest log entries", "End", groupView, always(scrollLogs{End: true}), false, ""},
		{"earlier", "Earlier log entries", "PageUp", groupView, always(scrollLogs{By: -8}), true, ""},
		{"later", "Later log entries", "PageDown", groupView, always(scrollLogs{By: 8}), true, ""},
		{"theme", "Dark or light", ",", groupView, func(m *model) intent { return setTheme{next(m.settings.Theme, system, dark, light)} }, false, ""},
		{"large", "Large type, for a projector", "W", groupView, func(m *model) intent { return setLarge{!m.settings.Large} }, false, ""},
		{"motion", "Reduced motion", ".", groupView, func(m *model) intent { return setMotion{next(m.settings.Motion, system, reduced, full)} }, false, ""},
		{"tour", "Guided tour", "J", groupView, func(m *model) intent { return SetTour{!m.tour.On()} }, false, ""},
		{"shot", "Picture of the window", "F12", groupView, always(screenshot{}), false, ""},
		{"keys", "All keys", "?", groupView, always(showDialog{dialogKeys}), false, ""},
		{"back", "Back out", "Escape", groupView, always(back{}), false, ""},
	}
	// Made once, so that a frame makes none.
	for i := range commands {
		commands[i].node = "button/" + commands[i].ID
	}
	for i := range sliders {
		sliders[i].node = "slider/" + sliders[i].ID
	}
}

const noClients = "There are no clients: add some with the slider."

func always(i intent) func(*model) intent { return func(*model) intent { return i } }

// onServer makes an intent for the server that is meant.
func onServer(make func(*model, raft.ID) intent) func(*model) intent {
	return func(m *model) intent {
		if id := m.subject(); id != raft.None {
			return make(m, id)
		}
		return Say{"Select a server first: click it or press its number."}
	}
}

func only(id raft.ID) script.Target { return script.Target{IDs: []raft.ID{id}} }

// cutOneWay cuts the link that is selected, else it asks for the two ends.
func cutOneWay(m *model) intent {
	if t := m.selected; t.Kind == scene.Link && m.tool == noTool {
		return act{Action: script.Cut{From: t.From, To: t.To, OneWay: true}}
	}
	return setTool{toolOneWay}
}

func crashOrRestart(m *model, id raft.ID) intent {
	if s := m.server(id); s != nil && !s.Up {
		return act{Action: script.Restart{Servers: only(id)}}
	}
	return act{Action: script.Crash{Servers: only(id)}}
}

func pauseOrResume(m *model, id raft.ID) intent {
	s := m.server(id)
	switch {
	case s != nil && !s.Up:
		return Say{serverName(id) + " is down: restart it first."}
	case s != nil && s.Paused:
		return act{Action: script.Resume{Servers: only(id)}}
	}
	return act{Action: script.Pause{Servers: only(id)}}
}

// splitVote lets two servers time out together that could stand against each
// other, if nobody leads: who hears from a leader listens to neither: the selected one first, followers before the leader.
func splitVote(m *model) intent {
	var ids []raft.ID
	can := func(id raft.ID) bool {
		s := m.server(id)
		return s != nil && s.Up && !s.Paused
	}
	if m.selected.Kind == scene.Server && can(m.selected.Server) {
		ids = append(ids, m.selected.Server)
	}
	leader := m.leader()
	for i := range m.view.Servers {
		id := m.view.Servers[i].ID
		if len(ids) < 2 && id != leader && can(id) && (len(ids) == 0 || ids[0] != id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 && leader != raft.None {
		ids = append(ids, leader)
	}
	if len(ids) == 0 {
		return Say{"No server is running."}
	}
	return act{Action: script.Timeout{Servers: script.Target{IDs: ids}}}
}

// operation has the client that is meant do something to the chosen key.
func operation(kind kv.Kind) func(*model) intent {
	return func(m *model) intent {
		c := m.asker()
		if c == 0 {
			return Say{noClients}
		}
		op := kv.Op{Kind: kind, Key: m.keyName()}
		if kind != kv.Get {
			op.Value = strconv.Itoa(m.count + 1)
		}
		return operate{script.Do{Client: c, Op: op}}
	}
}

// operate is Act for an operation; it uses up a value.
type operate struct{ do script.Do }

func (i operate) apply(m *model) {
	if i.do.Op.Kind != kv.Get {
		m.count++
	}
	act{Action: i.do}.apply(m)
}

func (m *model) keyName() string { return keyNames[m.key] }

// firing is how many Appends the button fires: at most one for each client.
func (m *model) firing() int { return min(m.fireN, max(m.view.Active, 1)) }

func nextLoad(w script.Workload) script.Workload {
	switch w {
	case script.NoWorkload:
		return script.Appends
	case script.Appends:
		return script.Mixed
	}
	return script.NoWorkload
}

// nextReads is the way to answer Gets that comes after the present one.
func (m *model) nextReads() kv.Reads { return (m.view.Reads + 1) % (kv.ReadsByLease + 1) }

func loadIntent(w script.Workload) intent {
	if w == script.NoWorkload {
		return act{Action: script.Load{Workload: w}}
	}
	return act{Action: script.Load{Workload: w, Keys: len(keyNames)}}
}

// enter finishes what an armed tool is at, else opens the menu of the selection.
func enter(m *model) intent {
	if m.tool != noTool {
		return finish{}
	}
	return showMenu{menu{Of: m.selected, Centered: true}}
}

// afterSeed is another seed, as good as any: no two in a row are alike.
func afterSeed(seed uint64) uint64 {
	z := seed + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return (z ^ z>>31) % 1_000_000
}

func serverName(id raft.ID) string { return "S" + strconv.Itoa(int(id)) }

// command finds a command by its ID.
func command(id string) *Command {
	for i := range commands {
		if commands[i].ID == id {
			return &commands[i]
		}
	}
	return nil
}

// offers says that a command is of use here.
func (s *Shell) offers(c *Command) bool {
	switch c.ID {
	case "shot":
		return s.desktop
	case "bugs":
		return len(s.code.Bugs) > 0
	}
	return true
}

// byKey finds the command of a key.
func byKey(key string) *Command {
	for i := range commands {
		if commands[i].Key == key {
			return &commands[i]
		}
	}
	return nil
}

// eventName is the number of a message as the action language writes it.
func eventName(id netsim.EventID) string { return strconv.FormatUint(uint64(id), 10) }

// Commands lists all commands, in the order of the list of keys, for the manual.
func Commands() []Command { return append([]Command(nil), commands...) }

// KeyCap is how the command's key is written, "" if it has none.
func (c *Command) KeyCap() string { return keyCap(c.Key) }
