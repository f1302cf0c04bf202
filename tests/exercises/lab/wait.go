package lab

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster/check"
	"raftarium/raft"
)

// beat is the virtual time between two looks at a condition.
const beat = 2 * time.Millisecond

// late is what a test waited for in vain.
type late struct {
	what   string        // what should be, as a sentence
	within time.Duration // from when it was waited for
	at     netsim.Time   // when it was given up
	but    string        // what is instead, "" for nothing to say
	more   string        // what else there is to say, after that
	// again says what there is instead in another run, "" if all is as it should be;
	// nil where that cannot be asked of another run. See [Run.wantsAlways].
	again func() string
	key   string
}

// Error is the sentence: what should be, and when it was what instead.
func (l *late) Error() string {
	when := fmt.Sprintf("at %v", l.at)
	if l.within > 0 {
		when = fmt.Sprintf("%v later, at %v", l.within, l.at)
	}
	but := l.but
	if but == "" {
		but = "that is still not so"
	}
	return fmt.Sprintf("%s; %s, %s%s", l.what, when, but, l.more)
}

// Hint adds a question or a piece of advice, a sentence of its own, to an error that
// something did not come in time. What else is wrong, like a violation, has its own
// reason, and stays as it is; so does nil.
func Hint(err error, format string, args ...any) error {
	if _, ok := errors.AsType[*late](err); !ok {
		return err
	}
	return fmt.Errorf("%w%s", err, next(err.Error(), fmt.Sprintf(format, args...)))
}

// next is a sentence as it follows a text.
func next(text, sentence string) string {
	if sentence == "" {
		return ""
	}
	if strings.HasSuffix(text, "?") || strings.HasSuffix(text, ".") {
		return " " + sentence
	}
	return ". " + sentence
}

// Wrong is an error that says what is wrong just now.
func (r *Run) Wrong(format string, args ...any) error {
	return fmt.Errorf("at %v, %w", r.Now(), fmt.Errorf(format, args...))
}

// Wait lets the run go on for d.
func (r *Run) Wait(d time.Duration) error {
	for end := r.Now().Add(d); r.Now() < end; {
		r.AdvanceTo(end)
		if err := r.checked(); err != nil {
			return err
		}
	}
	return nil
}

// Until lets the run go on until ok, at most for d. what says what should be: "a
// leader should be elected".
func (r *Run) Until(d time.Duration, what string, ok func() bool) error {
	return r.roles(r.Wants(d, what, func() string {
		if ok() {
			return ""
		}
		return "that is still not so"
	}))
}

// roles adds to an error that something did not come in time where the servers stand:
// role, term and leader of each.
func (r *Run) roles(err error) error {
	l, ok := err.(*late)
	if !ok {
		return err
	}
	for i := range r.See().Servers {
		s := &r.See().Servers[i]
		stands := "is down"
		switch {
		case !s.Up:
		case s.Raft.Role == raft.Leader:
			stands = fmt.Sprintf("leads in term %d", s.Raft.Term)
		case s.Raft.Role == raft.Follower && s.Raft.Leader == raft.None:
			stands = fmt.Sprintf("follows nobody in term %d", s.Raft.Term)
		case s.Raft.Role == raft.Follower:
			stands = fmt.Sprintf("follows %v in term %d", s.Raft.Leader, s.Raft.Term)
		default:
			stands = fmt.Sprintf("is a %v in term %d", s.Raft.Role, s.Raft.Term)
		}
		sep := ", "
		if i == 0 {
			sep = ": "
		}
		l.more += fmt.Sprintf("%s%v %s", sep, s.ID, stands)
	}
	return l
}

// Wants is Until with what there is instead, "" once all is as it should be.
func (r *Run) Wants(d time.Duration, what string, instead func() string) error {
	for end := r.Now().Add(d); ; {
		but := instead()
		if but == "" {
			return nil
		}
		if r.Now() >= end {
			return &late{what: what, within: d, at: r.Now(), but: but}
		}
		next := min(r.Now().Add(beat), end)
		for r.Now() < next {
			r.AdvanceTo(next)
			if err := r.checked(); err != nil {
				return err
			}
		}
	}
}

// wantsAlways is Wants for what every run must come to that is left alone in the same
// state of the network, so that a smaller run can be asked as well. key is one on whose
// value it depends, "" for none.
func (r *Run) wantsAlways(d time.Duration, what, key string, instead func() string) error {
	err := r.Wants(d, what, instead)
	if l, ok := err.(*late); ok {
		l.again, l.key = instead, key
	}
	return err
}

// Always lets the run go on for d and makes sure that all is well all the time. The
// error is what ok says is wrong, with the time.
func (r *Run) Always(d time.Duration, ok func() error) error {
	for end := r.Now().Add(d); ; {
		if err := ok(); err != nil {
			return r.Wrong("%w", err)
		}
		if r.Now() >= end {
			return nil
		}
		if err := r.Wait(min(beat, time.Duration(end-r.Now()))); err != nil {
			return err
		}
	}
}

// Elected waits for a leader that a majority of the servers follow, in its term, and
// returns it.
func (r *Run) Elected(within time.Duration) (leader raft.ID, err error) {
	err = r.roles(r.wantsAlways(within, "a leader should be elected and followed by a majority", "", func() string {
		if leader = r.followed(); leader != raft.None {
			return ""
		}
		return "that is still not so"
	}))
	if r.Stats().Elections == 0 {
		return leader, Hint(err, "No server ever stood for election: does Start set TimerElection, and does TimerFired start an election?")
	}
	if err == nil {
		return leader, nil
	}
	if waits := r.unarmed(); waits != raft.None {
		return leader, Hint(err, "%s", r.noTimer(waits))
	}
	if long := r.alike(); long > 0 {
		err = Hint(err, "All election timers run equally long, for %v: does the timer have Timing.ElectionMin as Min and Timing.ElectionMax as Max, so that another time is drawn for each?", long)
	}
	return leader, err
}

// alike is how long each election timer runs, of at least two, if all run equally long,
// which no draw comes to; otherwise 0.
func (r *Run) alike() time.Duration {
	n, long := 0, time.Duration(0)
	for i := range r.See().Servers {
		e := &r.See().Servers[i].Election
		switch {
		case !e.Running:
		case n > 0 && e.Total != long:
			return 0
		default:
			n, long = n+1, e.Total
		}
	}
	if n < 2 {
		return 0
	}
	return long
}

// unarmed is a server that is up, does not lead, and will never stand for election,
// because it has no timer that runs; raft.None if there is none.
func (r *Run) unarmed() raft.ID {
	for i := range r.See().Servers {
		if s := &r.See().Servers[i]; s.Up && s.Raft.Role != raft.Leader && !s.Election.Running {
			return s.ID
		}
	}
	return raft.None
}

// noTimer says what is wrong with a server that is unarmed. Where disks count, it may be
// that it waits for a Save, of which there was none.
func (r *Run) noTimer(id raft.ID) string {
	s := r.Server(id)
	if r.Counts(check.AckDurable) && s.Raft.Term > 0 && s.Raft.LastSave == 0 && s.Writing == 0 {
		return fmt.Sprintf("%v, a %v in term %d, has asked for no Save (its LastSave is 0), and has no election timer that runs: does it wait for a Saved that never comes?", id, s.Raft.Role, s.Raft.Term)
	}
	return fmt.Sprintf("%v, a %v, has no election timer that runs: TimerElection is to be set whenever a server starts, stands for election, grants its vote, hears from the leader of its term, or steps down", id, s.Raft.Role)
}

// Another waits for a leader other than the one before.
func (r *Run) Another(within time.Duration, before raft.ID) (leader raft.ID, err error) {
	err = r.Until(within, fmt.Sprintf("another server than %v should lead", before), func() bool {
		leader = r.Leader()
		return leader != raft.None && leader != before
	})
	return leader, err
}

// Timeout has the election timers of servers run out. Servers that are up and do not
// lead must have one.
func (r *Run) Timeout(ids ...raft.ID) error {
	for _, id := range ids {
		if s := r.Server(id); s.Up && !s.Election.Running {
			return r.Wrong("%s", r.noTimer(id))
		}
	}
	return r.Do("timeout %s", Names(ids...))
}
