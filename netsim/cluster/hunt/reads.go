package hunt

import (
	"strconv"
	"time"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
)

// readers ask the former leader, and writers somebody else: so many that most of them
// wait for no answer from where they asked last.
const readers, writers = 2, 18

// oldAnswers is told where Gets are answered by index: a leader asks a majority whether
// it still leads, and what it hears then are answers to older questions, while others
// have elected somebody else and write. Its readers are cut off with it.
func (s *schedule) oldAnswers(at time.Duration) time.Duration {
	if s.cfg.Servers < 3 {
		s.crashes(at)
		return at + time.Second
	}
	const ms = time.Millisecond
	ids, way := s.roles(), s.way()
	former, rival, others := ids[0], script.Target{IDs: ids[1:2]}, ids[1:]
	slow := func(at, latency time.Duration) {
		for _, id := range others {
			s.add(at, script.Latency{From: endpoint(id), To: endpoint(former), Range: netsim.Exactly(latency)})
		}
	}
	at = s.quiet(at)
	s.add(at, script.Transfer{To: former})
	at += 100 * ms
	for c := range kv.ClientID(readers) {
		s.get(at, 1+c) // and so they know whom to ask
	}
	at += 100 * ms
	var latency time.Duration
	if s.once(2) { // it has just asked
		latency = s.between(s.cfg.Timing.ElectionMin/2, s.cfg.Timing.ElectionMax)
		s.get(at, 1)
		at += s.cfg.Latency.Max + s.between(0, ms)
		slow(at, latency)
		at += s.cfg.Latency.Max
	} else { // step by step, so that it hears of a majority all the time
		step := s.cfg.Timing.ElectionMin / 2
		for latency = step; latency < 2*s.cfg.Timing.ElectionMax; latency += step {
			slow(at, latency)
			at += step + s.between(0, 10*ms)
		}
		at += s.between(0, latency)
	}
	for _, id := range others { // their answers are still under way to it
		s.add(at, script.Cut{From: endpoint(former), To: endpoint(id), OneWay: true})
		for c := range kv.ClientID(readers) {
			s.add(at, script.Cut{From: script.Endpoint{Client: 1 + c}, To: endpoint(id)})
		}
	}
	s.add(at, script.Timeout{Servers: rival})
	end := at + latency
	for at += 4 * way; at < end; at += s.between(ms, 10*ms) {
		s.write(at)
		if s.once(4) {
			s.get(at, s.reader())
		}
	}
	s.mend(at)
	return at
}

// reader draws one of those who read.
func (s *schedule) reader() kv.ClientID { return 1 + kv.ClientID(s.below(readers)) }

// get lets a client read.
func (s *schedule) get(at time.Duration, c kv.ClientID) {
	s.add(at, script.Do{Client: c, Op: kv.Op{Kind: kv.Get, Key: "x"}})
}

// write lets one of those who write put what nobody else puts.
func (s *schedule) write(at time.Duration) {
	writer := 1 + readers + kv.ClientID(s.below(writers))
	s.add(at, script.Do{Client: writer, Op: kv.Op{Kind: kv.Put, Key: "x", Value: "w" + strconv.Itoa(len(s.steps))}})
}

// mend mends all links, and makes them as quick as they were: they lose the latencies of
// their own when the general one changes.
func (s *schedule) mend(at time.Duration) {
	s.add(at, script.Heal{})
	s.add(at, script.Latency{Range: netsim.Exactly(s.cfg.Latency.Max)})
	s.add(at, script.Latency{Range: s.cfg.Latency})
}

// crowded gives a run the clients that stories of reads need, many of whom wait for no
// answer from where they asked last, and nothing else to do.
func (s *schedule) crowded() {
	s.crowd = true
	s.cfg.Sessions, s.cfg.Window, s.cfg.Uncommitted = 0, 1, 0
	s.cfg.Workload = script.NoWorkload
	s.add(0, script.Clients{N: readers + writers})
}

// doubted says whether a run of stories, whose Gets are answered by index, tells of
// oldAnswers. It is drawn beside the dice, so that all else of a seed is as it was.
func (s *schedule) doubted() bool {
	return s.cfg.Reads == kv.ReadsByIndex && netsim.Draw(s.seed, domain, 0, 1, 0)%2 == 0
}
