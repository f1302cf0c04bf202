package lab

import (
	"fmt"
	"slices"
	"time"

	"raftarium/kv"
	"raftarium/raft"
)

// patience is how long what needs an election first may take.
const patience = 2 * time.Second

// OlderTerm has servers lead that hold an entry of an earlier term which was never
// committed: one that alone has it, and one whose followers have it, too. Neither may
// commit it by counting who holds it (§5.4.2), and both must commit it soon, though no
// client asks for anything. The client is idle before and after.
func (r *Run) OlderTerm(client kv.ClientID) error {
	// A text is written to a key but once: see package plain.
	for _, spread := range []bool{false, true} {
		if err := r.olderTerm(client, spread); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) olderTerm(client kv.ClientID, spread bool) error {
	if err := r.Ask(client, patience, "append", fmt.Sprintf("z%t a.", spread)); err != nil {
		return err
	}
	old, err := r.Elected(patience)
	if err != nil {
		return err
	}
	before := r.Server(old).Raft
	term, last, commit := before.Term, before.Last(), before.Commit
	others := r.Others(old)
	few := others[:raft.Quorum(len(others)+1)-1] // with the old leader, just a majority
	// A round trip takes ten times as long as the time between two looks.
	const trip = 20 * time.Millisecond
	lines := []string{fmt.Sprintf("latency %v", trip/2), fmt.Sprintf("partition %v %v", old, client)}
	if spread {
		lines[1] += " " + Names(few...)
		for _, id := range few {
			lines = append(lines, fmt.Sprintf("cut %v -> %v", id, old)) // nobody hears that they have it
		}
	}
	if err := r.DoAll(append(lines, fmt.Sprintf("append %v z%t b.", client, spread))...); err != nil {
		return err
	}
	if err := r.Until(Millis(100), fmt.Sprintf("%v, which leads, should take what its client asks for", old), func() bool {
		return r.Server(old).Raft.Last() > last
	}); err != nil {
		return err
	}
	if err := r.Wait(trip); err != nil {
		return err
	}
	// Somebody stands in vain, of whose term the old leader hears.
	alone := "partition"
	for _, id := range others {
		alone += fmt.Sprintf(" %v |", id)
	}
	if err := r.Do("%s %v | %v", alone, old, client); err != nil {
		return err
	}
	if err := r.Timeout(few...); err != nil {
		return err
	}
	if err := r.Wait(trip); err != nil {
		return err
	}
	if err := r.Do("partition %v %s | %v", old, Names(few...), client); err != nil {
		return err
	}
	var wrong error
	err = r.Until(2*patience, "a new leader should commit what is in its log, though no client asks for anything", func() bool {
		l := r.Leader()
		s := r.Server(l)
		if l == raft.None || s.Raft.Term <= term || s.Raft.Commit <= commit {
			return false
		}
		if e := s.Raft.Entry(s.Raft.Commit); e != nil && e.Term < s.Raft.Term {
			wrong = r.Wrong("%v leads term %d and has committed index %d, which is of term %d: by counting, a leader commits only entries of its own term, and with them all before (§5.4.2)", l, s.Raft.Term, e.Index, e.Term)
		}
		return wrong != nil || s.Raft.Commit == s.Raft.Last()
	})
	if wrong != nil {
		return wrong
	}
	if err != nil {
		return Hint(r.Stands(err), "%s", r.NoEntryOfItsOwn())
	}
	if err := r.DoAll("latency 1ms..10ms", "heal"); err != nil {
		return err
	}
	return r.Answered(patience, client)
}

// NoEntryOfItsOwn says what is missing where a leader has no entry of its term, "" if it
// has one, or nobody leads.
func (r *Run) NoEntryOfItsOwn() string {
	l := r.Leader()
	if l == raft.None {
		return ""
	}
	s := &r.Server(l).Raft
	if e := s.Entry(s.Last()); e != nil && e.Term < s.Term {
		return fmt.Sprintf("%v has no entry of term %d, which it leads: a new leader opens its term with one of its own (raft.EntryNoOp, §8), for it may not commit those of earlier terms without (§5.4.2)", l, s.Term)
	}
	return ""
}

// LeadAgain has a leader of five lead again whose entries another server has held and
// given up since: what the leader knew of its log then must not count now. late has the
// other's answers arrive only when it leads again. All clients are idle before and after.
func (r *Run) LeadAgain(late bool) error {
	key := fmt.Sprintf("again%t", late)
	if err := r.Ask(1, patience, "append", key+" a."); err != nil {
		return err
	}
	old, err := r.Elected(patience)
	if err != nil {
		return err
	}
	held, most := r.Others(old)[0], r.Others(old)[1:]
	term, clients := r.Server(old).Raft.Term, r.Config().Clients
	if err := r.strand(old, held, most, late); err != nil {
		return err
	}
	answered := r.Now()
	// What is on its way over a link that is cut is lost: this one brings the answers.
	apart := []string{fmt.Sprintf("cut %v -> %v", old, held)}
	if !late {
		apart = append(apart, fmt.Sprintf("cut %v -> %v", held, old))
	}
	// The others go on without the two, then with the one, and then with the other.
	if err := r.DoAll(apart...); err != nil {
		return err
	}
	if err := r.Ask(1, patience, "append", key+" c."); err != nil {
		return fmt.Errorf("in the majority, %w", err)
	}
	for _, id := range []raft.ID{held, old} {
		if err := r.DoAll(links("mend", id, most)...); err != nil {
			return err
		}
		with := append(most[:len(most):len(most)], held, id)
		if err := r.level(with); err != nil {
			return err
		}
		if r.Leader() == held { // of whom the old leader would hear late
			if err := r.lead(most[0]); err != nil {
				return err
			}
			if err := r.level(with); err != nil {
				return err
			}
		}
		if err := r.Everywhere(patience, key, "a.c.", id); err != nil {
			return err
		}
	}
	if err := r.DoAll(links("cut", held, most)...); err != nil {
		return err
	}
	if err := r.lead(old); err != nil {
		return err
	}
	// Now it reaches one server, and what it is given stays with the two.
	alone := append(links("cut", old, most[1:]), links("cut", most[0], most[1:])...)
	for _, id := range r.Others(old) {
		alone = append(alone, fmt.Sprintf("cut c1 %v", id))
	}
	alone = append(alone, fmt.Sprintf("mend c1 %v", old))
	if err := r.DoAll(append(alone, "append c1 "+key+" d.")...); err != nil {
		return err
	}
	before := r.Server(old).Raft
	last, commit := before.Last(), before.Commit
	if err := r.Until(patience, fmt.Sprintf("%v, which leads, should take what its client asks for", old), func() bool {
		return r.Server(old).Raft.Last() > last
	}); err != nil {
		return err
	}
	length := Millis(200)
	if late {
		length = max(length, answered.Add(long+Millis(20)).Sub(r.Now()))
	}
	if err := r.Always(length, func() error {
		if now := &r.Server(old).Raft; now.Commit > commit {
			return fmt.Errorf("%v leads term %d and has committed index %d, which of 5 servers only it and %v can have. %v had that index in term %d, with what it has lost since: what a leader knows of the others' logs (matchIndex) begins anew in each term, and answers of older terms tell nothing", old, now.Term, now.Commit, most[0], held, term)
		}
		return nil
	}); err != nil {
		return err
	}
	if err := r.DoAll(fmt.Sprintf("latency %v %v 1ms..10ms", old, held), "heal", fmt.Sprintf("clients %d", clients)); err != nil {
		return err
	}
	if late { // what is on its way for long is to disturb nobody later
		if err := r.Wait(long); err != nil {
			return err
		}
	}
	return r.Answered(patience)
}

// long is for messages that arrive in another term.
const long = 5 * time.Second

// strand gives a leader of five entries that but one of the others gets.
func (r *Run) strand(old, held raft.ID, most []raft.ID, late bool) error {
	const clients = 10
	lines := []string{fmt.Sprintf("clients %d", clients), fmt.Sprintf("partition %v", old)}
	for c := 2; c <= clients; c++ {
		lines[1] += fmt.Sprintf(" c%d", c)
		lines = append(lines, fmt.Sprintf("append c%d other b.", c))
	}
	lines[1] += fmt.Sprintf(" | %v | c1 %s", held, Names(most...))
	lines = append(lines, fmt.Sprintf("mend %v -> %v", old, held))
	if !late {
		lines = append(lines, fmt.Sprintf("mend %v -> %v", held, old))
	}
	last := r.Server(old).Raft.Last()
	if err := r.DoAll(lines...); err != nil {
		return err
	}
	if err := r.Until(patience, fmt.Sprintf("%v, which leads, should take what its clients ask for", old), func() bool {
		return r.Server(old).Raft.Last() >= last+clients-1
	}); err != nil {
		return err
	}
	if late {
		// Heartbeats with all of it are on their way, and the answers take long.
		beat := r.Config().Timing.Heartbeat + Millis(10)
		if err := r.Do("latency %v %v %v", old, held, beat); err != nil {
			return err
		}
		if err := r.Wait(beat); err != nil {
			return err
		}
		if err := r.DoAll(fmt.Sprintf("mend %v -> %v", held, old), fmt.Sprintf("latency %v %v %v", old, held, long)); err != nil {
			return err
		}
	}
	if err := r.Wait(Millis(70)); err != nil {
		return err
	}
	return r.Do("clients 1")
}

// level waits until servers have all of the log of a leader, and all of it is committed.
func (r *Run) level(ids []raft.ID) error {
	err := r.Until(patience, fmt.Sprintf("%s should come to hold, and commit, all of the log of a leader", Names(ids...)), func() bool {
		l := r.followed()
		if l == raft.None {
			return false
		}
		last := r.Server(l).Raft.Last()
		return !slices.ContainsFunc(ids, func(id raft.ID) bool {
			s := &r.Server(id).Raft
			return s.Commit != last || s.Last() != last
		})
	})
	if err != nil {
		return Hint(r.Stands(err), "%s", r.NoEntryOfItsOwn())
	}
	return nil
}

// lead has a server lead that has all that is committed, and waits until all of its log
// is.
func (r *Run) lead(id raft.ID) error {
	for k := 0; k < 8 && r.followed() != id; k++ {
		if r.Leader() != id {
			if err := r.Timeout(id); err != nil {
				return err
			}
		}
		if err := r.Wait(Millis(60)); err != nil {
			return err
		}
	}
	if err := r.Until(patience, fmt.Sprintf("%v, which stands and has all that is committed, should lead, and commit all that it has", id), func() bool {
		s := &r.Server(id).Raft
		return r.followed() == id && s.Commit == s.Last()
	}); err != nil {
		return Hint(r.Stands(err), "%s", r.NoEntryOfItsOwn())
	}
	return nil
}

// links are lines that cut or mend the links of a server with others.
func links(verb string, id raft.ID, others []raft.ID) (lines []string) {
	for _, o := range others {
		lines = append(lines, fmt.Sprintf("%s %v %v", verb, id, o))
	}
	return lines
}
