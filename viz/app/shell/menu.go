package shell

import (
	"slices"

	"raftarium/kv"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
	"raftarium/viz/draw"
	"raftarium/viz/scene"
)

// menu is the open menu: the actions of a thing.
type menu struct {
	Of scene.Thing
	At draw.Point
	// Centered puts it beside the thing, where a key opened it; At does not count.
	Centered bool
}

// menuItem is an entry of a menu.
type menuItem struct {
	Label  string
	Key    string
	Line   string // its action line, "" if it only looks
	Intent intent
}

// items lists what can be done with a thing now.
func (m *model) items(t scene.Thing) []menuItem {
	switch t.Kind {
	case scene.Server:
		return m.serverItems(t.Server)
	case scene.Client:
		return m.clientItems(t.Client)
	case scene.Message:
		return m.messageItems(t)
	case scene.Link:
		return m.linkItems(t)
	case scene.Cell:
		return m.cellItems(t)
	}
	return []menuItem{
		m.item("play", ""), m.item("slice", ""), m.item("lasso", ""), m.item("oneway", ""),
		m.item("timeout", ""), m.item("heal", ""), m.item("restart", ""),
		m.item("add", addLabel(m)),
		m.item("fire", fireLabel(m)), m.item("keys", ""),
	}
}

// item is the entry of a command; label "" is the command's own.
func (m *model) item(id, label string) menuItem {
	c := command(id)
	if label == "" {
		label = c.Label
	}
	i := c.intent(m)
	return menuItem{Label: label, Key: c.Key, Line: lineOf(i), Intent: i}
}

// do is an entry that performs an action.
func do(label, key string, a script.Action) menuItem {
	return menuItem{Label: label, Key: key, Line: a.String(), Intent: act{Action: a}}
}

// lineOf is the action line that an intent performs, "" if it performs none.
func lineOf(i intent) string {
	switch i := i.(type) {
	case act:
		return i.Action.String()
	case operate:
		return i.do.String()
	}
	return ""
}

func (m *model) serverItems(id raft.ID) []menuItem {
	s := m.server(id)
	if s == nil {
		return nil
	}
	if !s.Up {
		return append([]menuItem{do("Restart "+serverName(id), "C", script.Restart{Servers: only(id)})}, m.memberItems(s)...)
	}
	pause := do("Pause "+serverName(id), "Z", script.Pause{Servers: only(id)})
	if s.Paused {
		pause = do("Resume "+serverName(id), "Z", script.Resume{Servers: only(id)})
	}
	items := []menuItem{do("Crash "+serverName(id), "C", script.Crash{Servers: only(id)}), pause}
	if s.Election.Running { // a leader has none
		items = append(items, do("Let it time out", "", script.Timeout{Servers: only(id)}))
	}
	if m.mayLead(id) {
		items = append(items, do("Transfer leadership here", "F", script.Transfer{To: id}))
	}
	if len(m.view.Servers) > 1 {
		items = append(items, do("Isolate "+serverName(id), "I", script.Isolate{Servers: only(id)}))
	}
	if len(m.view.Servers) > 2 {
		items = append(items, do("Leave it as the only bridge", "B", script.Bridge{Server: id}))
	}
	if len(m.view.Servers) > 1 {
		items = append(items, m.item("oneway", "Cut one way from "+serverName(id)))
	}
	return append(items, m.memberItems(s)...)
}

// mayLead says that there is a leader who could hand over to a server, which votes.
func (m *model) mayLead(id raft.ID) bool {
	s, leader := m.server(id), m.server(m.leader())
	return s != nil && leader != nil && s != leader && s.Standing == cluster.Voter && s.Up && !s.Paused && !leader.Paused && leader.Raft.Transferee == raft.None
}

func (m *model) clientItems(id kv.ClientID) []menuItem {
	var items []menuItem
	if int(id) <= m.view.Active { // one that left begins nothing
		for _, kind := range [...]string{"append", "put", "get"} {
			items = append(items, m.item(kind, ""))
		}
		items = append(items, m.item("reads", "Answer Gets by "+m.nextReads().String()))
	}
	if m.hasSession(id) {
		items = append(items, do("Expire its session", "", script.Expire{Client: id}))
	}
	me := script.Endpoint{Client: id}
	if leader := m.leader(); leader != raft.None {
		s := script.Endpoint{Server: leader}
		if m.view.IsCut(me, s) || m.view.IsCut(s, me) {
			items = append(items, do("Mend the link to "+serverName(leader), "", script.Mend{From: me, To: s}))
		} else {
			items = append(items, do("Cut off from "+serverName(leader)+", the leader", "", script.Cut{From: me, To: s}))
		}
	}
	return items
}

// hasSession says whether the leader knows a registered session of a client.
func (m *model) hasSession(id kv.ClientID) bool {
	s := m.server(m.leader())
	return s != nil && !s.Paused && slices.ContainsFunc(s.KV.Sessions, func(k kv.Session) bool { return k.Client == id && k.ID != 0 })
}

func (m *model) messageItems(t scene.Thing) []menuItem {
	msg := m.message(t.Message)
	if msg == nil || msg.Lost {
		return nil
	}
	link := scene.ThingLink(msg.From, msg.To)
	items := []menuItem{
		do("Drop this message", "D", script.Drop{Message: t.Message}),
		{Label: "Stop time and look at it", Intent: freeze{t}},
	}
	return append(items, m.linkItems(link)...)
}

func (m *model) linkItems(t scene.Thing) []menuItem {
	there, back := m.view.IsCut(t.From, t.To), m.view.IsCut(t.To, t.From)
	name := endpointName(t.From) + " \u2192 " + endpointName(t.To)
	var items []menuItem
	if there {
		items = append(items, do("Mend "+name, "", script.Mend{From: t.From, To: t.To, OneWay: true}))
	} else {
		items = append(items, do("Cut "+name, "X", script.Cut{From: t.From, To: t.To, OneWay: true}))
	}
	if there && back {
		return append(items, do("Mend both ways", "", script.Mend{From: t.From, To: t.To}))
	}
	return append(items, do("Cut both ways", "", script.Cut{From: t.From, To: t.To}))
}

func (m *model) cellItems(t scene.Thing) []menuItem {
	var items []menuItem
	s := m.server(t.Server)
	if s != nil {
		if e := s.Raft.Entry(t.Index); e != nil && e.Kind == raft.EntryCommand {
			if cmd, err := kv.DecodeCommand(e.Data); err == nil {
				if c := m.asker(); c != 0 {
					items = append(items, do("Get "+cmd.Op.Key+" through "+endpointName(script.Endpoint{Client: c}), "Y",
						script.Do{Client: c, Op: kv.Op{Kind: kv.Get, Key: cmd.Op.Key}}))
				}
			}
		}
	}
	return append(items, m.serverItems(t.Server)...)
}

// endpointName is what people call an endpoint: "S1", "C2".
func endpointName(e script.Endpoint) string {
	if e.Client != 0 {
		return "C" + e.Client.String()[1:]
	}
	return serverName(e.Server)
}
