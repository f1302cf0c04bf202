package server

import (
	"testing"

	"raftarium/kv"
	"raftarium/raft"
)

// Each test here shows the misbehaviour that a rule prevents, without the rule
// and with it.

func bothWays(t *testing.T, rule string, test func(t *testing.T, r *rig, off bool)) {
	t.Run("on", func(t *testing.T) { test(t, newRig(t), false) })
	t.Run("off", func(t *testing.T) { test(t, newRig(t, rule), true) })
	t.Run("switched off while running", func(t *testing.T) {
		r := newRig(t)
		r.step(&kv.SetRules{Without: []string{rule}})
		test(t, r, true)
	})
	t.Run("switched on again", func(t *testing.T) {
		r := newRig(t, rule)
		r.step(&kv.SetRules{})
		test(t, r, false)
	})
}

func TestWithoutSessionTableARetryTakesEffectTwice(t *testing.T) {
	bothWays(t, "session-table", func(t *testing.T, r *rig, off bool) {
		c := command(1, 1, app("x", "a"))
		out := r.apply(entry(1, 1, c), entry(2, 1, c))
		if off {
			r.wantValue("x", "aa")
			r.propose(c)
		} else {
			r.wantValue("x", "a")
			r.wantReplies("retry", replies(r.request(c)), kv.Reply{Client: 1, Seq: 1, Index: 1, Duplicate: true})
		}
		if got := out.Performed[1].Duplicate; got == off {
			t.Errorf("the second is reported as a duplicate: %v", got)
		}
	})
}

func TestWithoutDedupAtApplyTwoEntriesTakeEffectTwice(t *testing.T) {
	bothWays(t, "dedup-at-apply", func(t *testing.T, r *rig, off bool) {
		c := command(1, 1, app("x", "a"))
		r.apply(entry(1, 1, c), entry(2, 1, c))
		if off {
			r.wantValue("x", "aa")
		} else {
			r.wantValue("x", "a")
		}
		// At the request the table is asked all the same.
		r.wantReplies("retry", replies(r.request(c)), kv.Reply{Client: 1, Seq: 1, Index: 1, Duplicate: true})
	})
}

func TestWithoutAnswerAfterCommitAnOperationIsAnsweredThatIsOnlyInTheLog(t *testing.T) {
	bothWays(t, "answer-after-commit", func(t *testing.T, r *rig, off bool) {
		r.apply(entry(1, 1, command(3, 1, put("x", "old"))))
		p := r.propose(command(1, 1, put("x", "a")))
		g := r.propose(command(2, 1, get("x")))
		early := r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: 2, Term: 1})
		earlyGet := r.answer(raft.Answer{Handle: g.Handle, Outcome: raft.Accepted, Index: 3, Term: 1})
		late := replies(r.apply(raft.Entry{Term: 1, Index: 2, Data: p.Data}))
		if off {
			r.wantReplies("accepted put", early, kv.Reply{Client: 1, Seq: 1, Index: 2})
			r.wantReplies("accepted get", earlyGet, kv.Reply{Client: 2, Seq: 1, Index: 3, Value: []byte("old")})
			r.wantReplies("applied", late)
		} else {
			r.wantReplies("accepted put", early)
			r.wantReplies("accepted get", earlyGet)
			r.wantReplies("applied", late, kv.Reply{Client: 1, Seq: 1, Index: 2})
		}
	})
}

func TestWithoutReadsThroughLogAGetIsAnsweredFromOldState(t *testing.T) {
	bothWays(t, "reads-through-log", func(t *testing.T, r *rig, off bool) {
		r.apply(entry(1, 1, command(2, 1, put("x", "old"))))
		out := r.request(command(1, 1, get("x")))
		if off {
			r.wantReplies("get", replies(out), kv.Reply{Client: 1, Seq: 1, Value: []byte("old")})
		} else if len(out.Replies) != 0 || len(out.Proposals) != 1 {
			t.Errorf("a get led to %+v, want a proposal", out)
		}
		r.propose(command(3, 1, put("x", "writes still go through the log")))
	})
}

func TestWithoutCheckAppliedEntryALostOperationIsAcknowledged(t *testing.T) {
	bothWays(t, "check-applied-entry", func(t *testing.T, r *rig, off bool) {
		p := r.propose(command(1, 1, put("x", "a")))
		r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Accepted, Index: 1, Term: 1})
		g := r.propose(command(2, 1, get("x")))
		r.answer(raft.Answer{Handle: g.Handle, Outcome: raft.Accepted, Index: 2, Term: 1})
		lost := r.answer(raft.Answer{Handle: p.Handle, Outcome: raft.Lost})
		out := replies(r.apply(entry(1, 2, command(3, 1, put("y", "other"))), entry(2, 2, command(3, 2, get("y")))))
		if off {
			r.wantReplies("leadership lost", lost)
			r.wantReplies("applied", out, kv.Reply{Client: 1, Seq: 1, Index: 1}, kv.Reply{Client: 2, Seq: 1, Index: 2, Value: []byte("other")})
		} else {
			r.wantReplies("leadership lost", lost, kv.Reply{Client: 1, Seq: 1, Status: kv.Lost})
			r.wantReplies("applied", out, kv.Reply{Client: 2, Seq: 1, Status: kv.Lost})
		}
		r.wantValue("x", "")
	})
}
