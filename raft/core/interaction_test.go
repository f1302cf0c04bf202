package core_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"raftarium/raft"
)

var update = flag.Bool("update", false, "write what the interactions in testdata come to")

// TestInteractions plays the scripts in testdata/interactions step by step. A script is
// text that explains, steps that begin with ">", and behind each step, indented, what
// servers say and become, which is compared. With -update it is written instead.
func TestInteractions(t *testing.T) {
	files, err := filepath.Glob("testdata/interactions/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts in testdata/interactions: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(string(text), "# ") {
				t.Error("the script does not begin with what it is about")
			}
			got, err := interaction(string(text))
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			was, is := strings.Split(string(text), "\n"), strings.Split(got, "\n")
			for i := range min(len(was), len(is)) {
				if was[i] != is[i] {
					t.Fatalf("line %d says\n%s\nbut it comes to\n%s\nif that is right: go test ./raft/core -run %s -update", i+1, was[i], is[i], t.Name())
				}
			}
			if len(was) != len(is) {
				t.Fatalf("the script has %d lines, but comes to %d: go test ./raft/core -run %s -update", len(was), len(is), t.Name())
			}
		})
	}
}

// interaction plays a script and returns it with what it comes to.
func interaction(text string) (string, error) {
	var p play
	for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue // what it came to the last time
		}
		fmt.Fprintln(&p.out, line)
		step, ok := strings.CutPrefix(line, "> ")
		if !ok {
			continue
		}
		if err := p.step(strings.Fields(step)); err != nil {
			return "", fmt.Errorf("line %d: %s: %w", n+1, line, err)
		}
		p.disks()
		p.follow()
		p.show()
	}
	return p.out.String(), nil
}

// play is a script under way.
type play struct {
	*bench
	out   strings.Builder
	slow  map[raft.ID]bool // disks that keep what they were given waiting
	said  int              // messages in the bag that were told of
	was   map[raft.ID]string
	heard map[raft.Handle]int // answers that were told of
}

func (p *play) tell(format string, args ...any) { fmt.Fprintf(&p.out, "  "+format+"\n", args...) }

// step does one step.
func (p *play) step(words []string) error {
	verb, args := words[0], words[1:]
	if verb == "cluster" {
		return p.cluster(args)
	}
	if p.bench == nil {
		return fmt.Errorf("a script begins with a cluster")
	}
	switch verb {
	case "settle":
		for busy := true; busy; {
			busy = p.disks()
			if len(p.net) > 0 {
				p.hand(0)
				busy = true
			}
		}
		return nil
	case "heal":
		p.group = 0
		return nil
	case "forget":
		p.forget()
		return nil
	case "partition":
		p.group = 0
		return each(p, args, func(n *node) { p.group |= 1 << n.id })
	case "crash":
		return each(p, args, func(n *node) { p.crash(n, 0) })
	case "restart":
		return each(p, args, func(n *node) { p.start(n) })
	case "deliver", "lose":
		return p.carry(args, verb == "lose")
	}
	if len(args) == 0 {
		return fmt.Errorf("no step is called that, or it needs a server")
	}
	n, err := p.server(args[0])
	if err != nil {
		return err
	}
	return p.of(n, verb, args[1:])
}

// of does a step of one server.
func (p *play) of(n *node, verb string, args []string) error {
	numbers, err := p.numbers(args)
	if err != nil && verb != "disk" {
		return err
	}
	switch verb {
	case "log": // terms of the entries on its disk; the server's own is the last
		terms := make([]raft.Term, len(numbers))
		for i, v := range numbers {
			terms[i] = raft.Term(v)
		}
		n.log = entries(1, terms[:len(terms)-1]...)
		n.state = raft.HardState{Term: terms[len(terms)-1]}
		p.start(n)
	case "timeout":
		p.fire(n, raft.TimerElection)
	case "beat":
		p.fire(n, raft.TimerHeartbeat)
	case "quorum":
		p.fire(n, raft.TimerQuorum)
	case "propose":
		p.propose(n, numbers[0])
	case "compact":
		p.compact(n, raft.Index(numbers[0]))
	case "read":
		p.read(n, false)
	case "transfer":
		p.transfer(n, raft.ID(numbers[0]))
	case "change":
		var voters []raft.ID
		for _, v := range numbers {
			voters = append(voters, raft.ID(v))
		}
		p.change(n, voters, nil)
	case "learner":
		p.change(n, slices.Clone(n.st.Config.Voters), []raft.ID{raft.ID(numbers[0])})
	case "disk":
		p.slow[n.id] = len(args) == 1 && args[0] == "waits"
	default:
		return fmt.Errorf("no step is called that")
	}
	return nil
}

// cluster makes servers: "cluster 5 plain", "cluster 3 spare 2 without leader-noop".
func (p *play) cluster(args []string) error {
	size, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	spare := 0
	var off []string
	for i := 1; i < len(args); i++ {
		switch args[i] {
		case "plain":
			off = append(off, plainRules...)
		case "spare":
			if i++; i < len(args) {
				spare, err = strconv.Atoi(args[i])
			}
		case "without":
			off = append(off, args[i+1:]...)
			i = len(args)
		default:
			err = fmt.Errorf("%s is neither plain, spare nor without", args[i])
		}
		if err != nil {
			return err
		}
	}
	p.bench = newBenchWith(size, spare, off...)
	p.slow, p.was, p.heard = map[raft.ID]bool{}, map[raft.ID]string{}, map[raft.Handle]int{}
	return nil
}

// disks writes all that is waiting, on disks that are not slow.
func (p *play) disks() bool {
	busy := false
	for _, n := range p.nodes {
		for !n.down && !p.slow[n.id] && len(n.saves) > 0 {
			p.written(n)
			p.follow()
			busy = true
		}
	}
	return busy
}

// hand delivers a message, or loses it where it cannot get through.
func (p *play) hand(i int) {
	e := p.net[i]
	if n := p.nodes[e.to-1]; n.down || p.group>>e.from&1 != p.group>>e.to&1 {
		p.tell("lost: %v to %v: %s", e.from, e.to, describe(e.msg))
	}
	p.said--
	p.deliver(i, false)
	p.follow()
}

// carry delivers or loses what is under way, from one server and to another if they are
// named, and not what follows from it.
func (p *play) carry(args []string, lose bool) error {
	var from, to *node
	var err error
	if len(args) > 0 {
		if from, err = p.server(args[0]); err != nil {
			return err
		}
	}
	if len(args) > 1 {
		if to, err = p.server(args[1]); err != nil {
			return err
		}
	}
	left := len(p.net)
	for i := 0; i < left; {
		e := p.net[i]
		if from != nil && e.from != from.id || to != nil && e.to != to.id {
			i++
			continue
		}
		if left--; lose {
			p.tell("lost: %v to %v: %s", e.from, e.to, describe(e.msg))
			p.net = slices.Delete(p.net, i, i+1)
			p.said--
			continue
		}
		p.hand(i)
		p.disks()
	}
	return nil
}

// follow tells what was sent and answered since the last time.
func (p *play) follow() {
	for p.said < len(p.net) {
		e := p.net[p.said]
		text := describe(e.msg)
		to := e.to.String()
		for p.said++; p.said < len(p.net) && p.net[p.said].from == e.from && describe(p.net[p.said].msg) == text; p.said++ {
			to += " " + p.net[p.said].to.String()
		}
		p.tell("%v to %s: %s", e.from, to, text)
	}
	var handles []raft.Handle
	for h := range p.answers {
		handles = append(handles, h)
	}
	slices.Sort(handles)
	for _, h := range handles {
		for _, a := range p.answers[h][p.heard[h]:] {
			p.tell("answer: %s", outcome(h, a))
		}
		p.heard[h] = len(p.answers[h])
	}
}

func outcome(h raft.Handle, a raft.Answer) string {
	text := a.Outcome.String()
	if a.Index > 0 {
		text += fmt.Sprintf(", index %d", a.Index)
	}
	if h < otherHandles {
		return fmt.Sprintf("command %d: %s", h, text)
	}
	return fmt.Sprintf("request %d: %s", h-otherHandles, text)
}

// show tells of each server that is not what it was.
func (p *play) show() {
	if p.violation != nil {
		p.tell("VIOLATION: %v", p.violation)
		p.violation = nil
	}
	for _, n := range p.nodes {
		if now := summary(n); now != p.was[n.id] {
			p.tell("%v %s", n.id, now)
			p.was[n.id] = now
		}
	}
}

// summary is a server in a line: "leads term 4, log 1 1 | 4" has two committed entries.
func summary(n *node) string {
	if n.down {
		return "is down"
	}
	var b strings.Builder
	st := &n.st
	switch {
	case st.Role == raft.Leader:
		fmt.Fprintf(&b, "leads term %d", st.Term)
	case st.Role == raft.Candidate:
		fmt.Fprintf(&b, "stands in term %d", st.Term)
	case len(st.PreVotes) > 0:
		fmt.Fprintf(&b, "asks around in term %d", st.Term)
	case st.Leader != raft.None:
		fmt.Fprintf(&b, "follows %v in term %d", st.Leader, st.Term)
	default:
		fmt.Fprintf(&b, "follows nobody in term %d", st.Term)
	}
	if st.Vote != raft.None && st.Vote != n.id {
		fmt.Fprintf(&b, ", voted for %v", st.Vote)
	}
	b.WriteString(", log")
	if st.Snapshot.Index > 0 {
		fmt.Fprintf(&b, " (%d)", st.Snapshot.Index)
	}
	for _, e := range st.Log {
		if e.Index == st.Commit+1 {
			b.WriteString(" |")
		}
		fmt.Fprintf(&b, " %d", e.Term)
	}
	if st.Commit >= n.last() {
		b.WriteString(" |")
	}
	if st.ConfigIndex > 0 {
		fmt.Fprintf(&b, ", voters %s", st.Config.String())
	}
	if st.Incoming.Index > 0 {
		fmt.Fprintf(&b, ", %d of %d bytes of a snapshot", st.Have, st.Incoming.Size)
	}
	return b.String()
}

// server is the one of a name such as "s1".
func (p *play) server(name string) (*node, error) {
	id, err := strconv.Atoi(strings.TrimPrefix(name, "s"))
	if err != nil || id < 1 || id > len(p.nodes) {
		return nil, fmt.Errorf("there is no server %q", name)
	}
	return p.nodes[id-1], nil
}

// numbers reads numbers, and servers by theirs.
func (p *play) numbers(args []string) ([]int, error) {
	var list []int
	for _, a := range args {
		v, err := strconv.Atoi(strings.TrimPrefix(a, "s"))
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// each does something with each of the servers that are named.
func each(p *play, names []string, do func(*node)) error {
	for _, name := range names {
		n, err := p.server(name)
		if err != nil {
			return err
		}
		do(n)
	}
	return nil
}

// describe is a message in a line.
func describe(m raft.Message) string {
	text := fmt.Sprintf("%s of term %d", m.Kind(), m.MessageTerm())
	granted := func(ok bool) string {
		if ok {
			return text + ": yes"
		}
		return text + ": no"
	}
	switch m := m.(type) {
	case *raft.RequestVote:
		text += fmt.Sprintf(", log ends at %d of term %d", m.LastIndex, m.LastTerm)
		if m.Transfer {
			text += ", by the leader's leave"
		}
	case *raft.RequestVoteReply:
		return granted(m.Granted)
	case *raft.PreVote:
		text += fmt.Sprintf(", log ends at %d of term %d", m.LastIndex, m.LastTerm)
	case *raft.PreVoteReply:
		return granted(m.Granted)
	case *raft.AppendEntries:
		text += fmt.Sprintf(", behind %d of term %d", m.PrevIndex, m.PrevTerm)
		if len(m.Entries) > 0 {
			text += ": entries of term " + strings.Join(strings.Split(terms(m.Entries), ""), " ")
		}
		text += fmt.Sprintf("; commit %d", m.Commit)
	case *raft.AppendEntriesReply:
		switch {
		case m.Success:
			text += fmt.Sprintf(": yes, up to %d", m.Index)
		case m.ConflictTerm > 0:
			text += fmt.Sprintf(": no, term %d at %d, from %d on", m.ConflictTerm, m.Index, m.ConflictIndex)
		default:
			text += fmt.Sprintf(": no, nothing at %d, log ends at %d", m.Index, m.ConflictIndex-1)
		}
	case *raft.InstallSnapshot:
		text += fmt.Sprintf(", up to %d of term %d: bytes %d to %d of %d", m.LastIndex, m.LastTerm, m.Offset, int(m.Offset)+len(m.Data), m.Size)
	case *raft.InstallSnapshotReply:
		text += fmt.Sprintf(": %d bytes here", m.Have)
	}
	return text
}
