package cluster

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Act does something to the world, now, and returns a sentence that says what was
// done. An action that does not fit this run, a server that does not exist, or a
// leader where there is none, changes nothing and returns an error that says what
// would fit.
func (w *World) Act(a script.Action) (string, error) {
	// However time was led here, the same is on its way.
	w.sim.AdvanceTo(w.sim.Now())
	ids := w.serverIDs()
	if _, ok := a.(script.Restart); ok {
		ids = w.known()
	}
	if err := script.Check(a, ids, w.active, w.rules); err != nil {
		return "", err
	}
	var targets []raft.ID
	if t, ok := targetOf(a); ok {
		var err error
		if targets, err = w.resolve(t); err != nil {
			return "", err
		}
		if targets, err = w.fit(a, targets, t.All); err != nil {
			return "", err
		}
	}
	if err := w.refuse(a); err != nil {
		return "", err
	}
	r := w.newRecord()
	*r = netsim.Record{Kind: KindAction, At: w.sim.Now(), Payload: a}
	w.begin(r, netsim.Digest([]byte(a.String())))
	note := w.notes.reserve(w, NoteAction)
	text := w.do(a, targets)
	w.notes.fill(note, text)
	if disturbs(a) {
		w.judge.Disturbed()
	}
	w.judgeCalm()
	w.finishChanges()
	if w.configs != w.judge.Reconfigured() {
		w.reconfigured()
	} else {
		w.dismiss()
	}
	w.noticeViolations()
	return text, nil
}

// disturbs says whether a cluster needs time again after an action before progress
// can be asked of it.
func disturbs(a script.Action) bool {
	switch a.(type) {
	case script.Do, script.Fire, script.Load, script.Clients, script.Reads, script.Note:
		return false
	}
	return true
}

// targetOf returns the servers that an action is about, if it names them so.
func targetOf(a script.Action) (script.Target, bool) {
	switch a := a.(type) {
	case script.Isolate:
		return a.Servers, true
	case script.Crash:
		return a.Servers, true
	case script.Restart:
		return a.Servers, true
	case script.Pause:
		return a.Servers, true
	case script.Resume:
		return a.Servers, true
	case script.Timeout:
		return a.Servers, true
	case script.SlowDisk:
		return a.Servers, true
	case script.Tear:
		return a.Servers, true
	case script.Fill:
		return a.Servers, true
	case script.Free:
		return a.Servers, true
	case script.Clock:
		return a.Servers, true
	case script.Add:
		return a.Servers, true
	case script.Promote:
		return a.Servers, true
	case script.Remove:
		return a.Servers, true
	}
	return script.Target{}, false
}

func (w *World) resolve(t script.Target) ([]raft.ID, error) {
	leader := raft.None
	if l := w.leader(); l != nil {
		leader = l.id
	}
	if t.Leader && leader == raft.None {
		return nil, fmt.Errorf("there is no leader at %v: name a server, or wait for an election", w.Now())
	}
	return t.Resolve(w.serverIDs(), leader), nil
}

// fit finds out which of the targets an action can be done to. All may include
// some to which it cannot; one that is named may not.
func (w *World) fit(a script.Action, targets []raft.ID, all bool) ([]raft.ID, error) {
	var fitting []raft.ID
	for _, id := range targets {
		s := &server{id: id, away: true} // who never joined
		if int(id) <= len(w.servers) && w.servers[id-1].id != raft.None {
			s = &w.servers[id-1]
		}
		if why := w.misfit(a, s); why == "" {
			fitting = append(fitting, id)
		} else if !all {
			return nil, fmt.Errorf("%s %s", id, why)
		}
	}
	switch a.(type) {
	case script.Isolate:
		if len(targets) == len(w.serverIDs()) {
			return nil, fmt.Errorf("nobody is left to isolate %s from: leave a server out", names(targets))
		}
	case script.Remove:
		if err := w.someRemain(targets); err != nil {
			return nil, err
		}
	}
	return fitting, nil
}

// misfit says why an action cannot be done to a server in its present state, ""
// if it can.
func (w *World) misfit(a script.Action, s *server) string {
	paused := w.sim.Paused(s.node)
	switch a.(type) {
	case script.Add, script.Promote, script.Remove:
		return w.misfitMember(a, s)
	case script.Crash, script.Tear:
		if !s.up {
			return "is down already: restart it first"
		}
	case script.Fill:
		if w.sim.Full(s.node) {
			return "has a full disk already"
		}
	case script.Free:
		if !w.sim.Full(s.node) {
			return "has room on its disk"
		}
	case script.Restart:
		if s.up {
			return "is up already: crash it first"
		}
	case script.Pause:
		if !s.up {
			return "is down: a crashed server cannot be paused"
		}
		if paused {
			return "is paused already: resume it first"
		}
	case script.Resume:
		if !paused {
			return "is not paused"
		}
	case script.Timeout:
		if _, _, running := w.sim.TimerLeft(s.node, int(raft.TimerElection)); !running || paused {
			return "has no election timer that runs: leaders, crashed and paused servers have none"
		}
	}
	return ""
}

// refuse finds reasons other than its targets for which an action cannot be done.
func (w *World) refuse(a script.Action) error {
	switch a := a.(type) {
	case script.Drop:
		if !w.sim.InTransit(a.Message) {
			return fmt.Errorf("there is no message %d on its way", a.Message)
		}
	case script.Transfer:
		return w.refuseTransfer(a.To)
	case script.Expire:
		_, err := w.sessionToEnd(a.Client)
		return err
	case script.Do:
		if c := &w.clients[a.Client-1]; c.failed != "" {
			return fmt.Errorf("%s was stopped: %s", c.id, c.failed)
		}
	}
	return nil
}

func (w *World) do(a script.Action, targets []raft.ID) string {
	switch a := a.(type) {
	case script.Partition:
		w.partition(a.Groups)
		return "You " + partitionText(a.Groups)
	case script.Isolate:
		w.separate(targets)
		return "You isolate " + names(targets)
	case script.Bridge:
		w.bridge(a.Server)
		return "You leave two halves that are joined by " + name(a.Server) + " only"
	case script.Cut:
		w.link(a.From, a.To, a.OneWay, true)
		return "You cut " + linkText(a.From, a.To, a.OneWay)
	case script.Mend:
		w.link(a.From, a.To, a.OneWay, false)
		return "You mend " + linkText(a.From, a.To, a.OneWay)
	case script.Heal:
		if len(w.sim.Cuts()) == 0 {
			return "No link is cut"
		}
		w.sim.MendAll()
		return "You mend every link"
	case script.Crash:
		for _, id := range targets {
			w.crash(&w.servers[id-1])
		}
		return done("crash", targets, "Every server is down already")
	case script.Restart:
		back := false
		for _, id := range targets {
			s := &w.servers[id-1]
			back = back || s.away
			s.away = false
			w.start(s)
		}
		if back {
			w.tellClients()
		}
		return done("restart", targets, "Every server is up already")
	case script.Pause:
		for _, id := range targets {
			w.sim.Pause(serverNode(id))
		}
		return done("pause", targets, "Every server is down or paused already")
	case script.Resume:
		for _, id := range targets {
			w.resume(&w.servers[id-1])
		}
		return done("resume", targets, "No server is paused")
	case script.Timeout:
		for _, id := range targets {
			w.sim.Expire(serverNode(id), int(raft.TimerElection))
		}
		if len(targets) == 0 {
			return "No server has an election timer that runs"
		}
		if len(targets) == 1 {
			return "You let the election timer of " + name(targets[0]) + " run out"
		}
		return "You let the election timers of " + names(targets) + " run out"
	case script.Transfer:
		leader := w.leader()
		leader.handsTo, leader.handsOver = a.To, leader.status.Term
		w.runRaft(leader, &raft.TransferLeadership{Handle: transferHandle, To: a.To})
		return "You ask " + name(leader.id) + " to hand its leadership to " + name(a.To)
	case script.Expire:
		return w.expire(a.Client)
	case script.Add, script.Promote, script.Remove:
		return w.change(a, targets)
	case script.Drop:
		w.sim.Drop(a.Message)
		return "You drop message " + strconv.FormatUint(uint64(a.Message), 10)
	case script.Do:
		c := &w.clients[a.Client-1]
		busy := len(c.open) >= w.window()
		w.invoke(c, a.Op)
		if busy {
			return fmt.Sprintf("C%d will %s when it is free", a.Client, opText(a.Op))
		}
		return fmt.Sprintf("C%d begins: %s", a.Client, opText(a.Op))
	case script.Fire:
		return w.fire(a)
	case script.Load:
		w.load.Workload = a.Workload
		if a.Keys > 0 {
			w.load.Keys = a.Keys
		}
		w.load.Keys = max(w.load.Keys, 1)
		w.wakeClients()
		if a.Workload == script.NoWorkload {
			return "Clients rest"
		}
		return fmt.Sprintf("Clients keep going: %s operations over %d keys", a.Workload, w.load.Keys)
	case script.Clients:
		w.setClients(a.N)
		if a.N == 1 {
			return "1 client takes part"
		}
		return fmt.Sprintf("%d clients take part", a.N)
	case script.Reads:
		w.setReads(a.By)
		for i := range w.servers {
			if s := &w.servers[i]; s.up {
				w.runServer(s, &kv.SetReads{Reads: a.By})
			}
		}
		return readsText(a.By)
	case script.Without:
		w.setRules(a.Rules, true)
		return "Rules off: " + strings.Join(a.Rules, ", ")
	case script.With:
		w.setRules(a.Rules, false)
		return "Rules on again: " + strings.Join(a.Rules, ", ")
	case script.Note:
		return script.Visible(a.Text)
	case script.SlowDisk, script.Tear, script.Fill, script.Free, script.Clock:
		return w.doHardware(a, targets)
	}
	return w.setNetwork(a)
}

// done says what was done to whom, or why to nobody.
func done(verb string, targets []raft.ID, nobody string) string {
	if len(targets) == 0 {
		return nobody
	}
	return "You " + verb + " " + names(targets)
}

// setNetwork carries out the actions that change links and disks.
func (w *World) setNetwork(a script.Action) string {
	n := w.sim.Network()
	text := ""
	switch a := a.(type) {
	case script.Latency:
		if a.From != a.To {
			from, to := nodeOf(a.From), nodeOf(a.To)
			w.sim.SetLatency(from, to, a.Range)
			w.sim.SetLatency(to, from, a.Range)
			return fmt.Sprintf("On %s messages take %v", linkText(a.From, a.To, false), a.Range)
		}
		n.Latency = a.Range
		text = "Every link takes " + a.Range.String()
	case script.Loss:
		n.Loss = a.Ratio
		text = a.Ratio.String() + " of all messages are lost"
	case script.Duplicate:
		n.Duplicate = a.Ratio
		text = a.Ratio.String() + " of all messages arrive twice"
	case script.Reorder:
		n.Reorder, n.Detour = a.Ratio, a.Detour
		text = a.Ratio.String() + " of all messages take a detour"
		if a.Detour != (netsim.Range{}) {
			text += " of " + a.Detour.String()
		}
	case script.Disk:
		n.Disk = a.Write
		w.sim.ResetDisks()
		text = "A durable write takes " + a.Write.String()
	}
	w.sim.SetNetwork(n)
	return text
}

func (w *World) resume(s *server) {
	defer w.rescue(s)
	w.sim.Resume(s.node)
	if s.told < s.durable {
		w.tellSaved(s)
	}
}

// fire has n clients append to a key at the same instant, each something of its own.
func (w *World) fire(a script.Fire) string {
	key := a.Key
	if key == "" {
		key = "x"
	}
	n := 0
	for i := range w.clients[:a.N] {
		if c := &w.clients[i]; c.failed == "" {
			n++
			w.fired++
			w.invoke(c, kv.Op{Kind: kv.Append, Key: key, Value: strconv.FormatUint(w.fired, 10) + " "})
		}
	}
	if n == 1 {
		return "1 client appends to " + key
	}
	return fmt.Sprintf("%d clients append to %s at once", n, key)
}

func (w *World) setRules(rules []string, off bool) {
	for _, r := range rules {
		i := slices.Index(w.without, r)
		switch {
		case off && i < 0:
			w.without = append(slices.Clip(w.without), r)
		case !off && i >= 0:
			w.without = slices.Delete(slices.Clone(w.without), i, i+1)
		}
	}
	now := w.off()
	w.judge.Patient(w.code.costs(now))
	for i := range w.servers {
		if s := &w.servers[i]; s.up {
			w.runRaft(s, &raft.SetRules{Without: now})
		}
		if s := &w.servers[i]; s.up {
			w.runServer(s, &kv.SetRules{Without: now})
		}
	}
	for i := range w.clients {
		w.runClient(&w.clients[i], &kv.SetRules{Without: now})
	}
}

// partition cuts between groups and mends within them. Servers that are in none
// form one more group; clients that are in none keep their links.
func (w *World) partition(groups [][]script.Endpoint) {
	group := map[netsim.NodeID]int{}
	for g, members := range groups {
		for _, e := range members {
			group[nodeOf(e)] = g + 1
		}
	}
	for i := range w.servers {
		a := w.servers[i].node
		if w.servers[i].away {
			continue
		}
		for j := range w.servers {
			if b := w.servers[j].node; a != b && !w.servers[j].away {
				w.sim.Cut(a, b, group[a] != group[b])
			}
		}
		for j := range w.clients {
			if c := w.clients[j].node; group[c] != 0 {
				w.sim.Cut(a, c, group[a] != group[c])
				w.sim.Cut(c, a, group[a] != group[c])
			}
		}
	}
}

// separate cuts a group of servers from all others, and leaves other links alone.
func (w *World) separate(ids []raft.ID) {
	for i := range w.servers {
		for _, id := range ids {
			if other := w.servers[i].id; !w.servers[i].away && !slices.Contains(ids, other) {
				w.sim.Cut(serverNode(id), serverNode(other), true)
				w.sim.Cut(serverNode(other), serverNode(id), true)
			}
		}
	}
}

func (w *World) bridge(id raft.ID) {
	others := slices.DeleteFunc(w.serverIDs(), func(o raft.ID) bool { return o == id })
	half := (len(others) + 1) / 2
	for i, a := range others {
		for j, b := range others {
			if a != b {
				w.sim.Cut(serverNode(a), serverNode(b), (i < half) != (j < half))
			}
		}
		w.sim.Cut(serverNode(a), serverNode(id), false)
		w.sim.Cut(serverNode(id), serverNode(a), false)
	}
}

func (w *World) link(from, to script.Endpoint, oneWay, cut bool) {
	w.sim.Cut(nodeOf(from), nodeOf(to), cut)
	if !oneWay {
		w.sim.Cut(nodeOf(to), nodeOf(from), cut)
	}
}
