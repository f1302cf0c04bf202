package shell

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
)

// freePlay is the name of a run that came from no file.
const freePlay = "Free play"

// initial is the run that a visitor meets: five servers and five clients, on links
// slow enough that at the initial speed every message can be followed by eye.
func initial() *script.Scenario {
	c := script.DefaultConfig()
	c.Seed = 42
	c.Latency = netsim.Range{Min: 8 * time.Millisecond, Max: 16 * time.Millisecond}
	c.For = 0
	c.Workload = script.NoWorkload
	c.Keys = 3
	return &script.Scenario{Config: c, Set: map[string]bool{}}
}

// clone copies a scenario so that its configuration can be changed.
func clone(sc *script.Scenario) *script.Scenario {
	out := *sc
	out.Config.Without = slices.Clone(sc.Config.Without)
	out.Config.Faults = slices.Clone(sc.Config.Faults)
	out.Steps = slices.Clone(sc.Steps)
	out.Set = maps.Clone(sc.Set)
	return &out
}

// mark notes that a header line was set by hand.
func mark(sc *script.Scenario, header string) {
	if sc.Set == nil {
		sc.Set = map[string]bool{}
	}
	sc.Set[header] = true
}

// configuration is what the run is now: as it started, with the sliders and
// switches where they stand.
func (m *model) configuration() script.Config {
	c := clone(m.base).Config
	n := &m.view.Network
	c.Latency, c.Loss, c.Duplicate, c.Reorder, c.Disk = n.Latency, n.Loss, n.Duplicate, n.Reorder, n.Disk
	c.Clients = m.view.Active
	c.Workload = m.view.Load.Workload
	if m.view.Load.Keys > 0 {
		c.Keys = m.view.Load.Keys
	}
	c.Reads = m.view.Reads
	c.Without = slices.Clone(m.view.Without)
	return c
}

// scenarioText is the run so far as a scenario file.
func (m *model) scenarioText() (string, error) {
	var b strings.Builder
	// What the scenario still has in store belongs to the run as well.
	sc := m.world.Scenario()
	sc.Steps = append(sc.Steps, m.world.Ahead()...)
	if _, err := sc.WriteTo(&b); err != nil {
		return "", err
	}
	return b.String(), nil
}

func (save) apply(m *model) {
	text, err := m.scenarioText()
	if err != nil {
		m.say("The run cannot be saved: "+err.Error(), true)
		return
	}
	where, err := m.host.Save(m.fileName(), text)
	if err != nil {
		m.say("The run was not saved: "+err.Error(), true)
		return
	}
	m.say("Saved as "+where, false)
}

// fileName is what a saved run is called.
func (m *model) fileName() string {
	return "raftarium-" + strconv.FormatUint(m.view.Seed, 10) + ".txt"
}

func (i Open) apply(m *model) {
	sc, err := script.Parse(strings.NewReader(i.Text), i.Name)
	if err == nil {
		err = sc.Check(m.code.Known())
	}
	if err != nil {
		m.complain(i.Name+" was not opened", err.Error())
		return
	}
	m.restart(sc, i.Name, "Opened "+i.Name+".", "")
	m.dialog = noDialog
}

// complain shows an error that is too long for a toast.
func (m *model) complain(title, text string) {
	m.dialog, m.titled, m.text, m.menu, m.dialogScroll = dialogMessage, title, text, nil, 0
}
