package scenarios

import (
	"testing"
	"time"

	"raftarium/netsim/cluster/check"
	"raftarium/netsim/cluster/script"
)

// sessionExpired: the payment is made once, its client is told that nobody knows, and
// does not ask again.
func sessionExpired(r *run) {
	view := r.to(2900 * time.Millisecond)
	if c := &view.Clients[0]; !c.Last.Expired || c.LastOp.Value != "paid;" || c.Busy {
		r.t.Errorf("c1's last answer is %+v to %v, want that it has expired", c.Last, c.LastOp)
	}
	if s := view.Servers[0].KV.Sessions; len(s) != 1 || s[0].Client != 2 {
		r.t.Errorf("sessions %+v, want that of c2 alone", s)
	}
	v := r.end()
	if !v.OK() || v.Linearizable != check.Yes {
		r.t.Errorf("verdict %+v", v)
	}
	if c := &r.view.Clients[0]; string(c.Last.Value) != "opened;paid;" || r.view.Stats.Expired != 1 {
		r.t.Errorf("c1 reads %q, and %d operations have expired", c.Last.Value, r.view.Stats.Expired)
	}
}

// TestWithoutGivingUpThePaymentIsMadeTwice is what the header of session-expired.txt
// says of its rule.
func TestWithoutGivingUpThePaymentIsMadeTwice(t *testing.T) {
	for _, seed := range seeds {
		r := open(t, "session-expired.txt", seed, func(sc *script.Scenario) { sc.Config.Without = []string{"give-up-expired"} })
		if v := r.end(); v.ExactlyOnce || string(r.view.Clients[0].Last.Value) != "opened;paid;paid;" {
			t.Errorf("seed %d: c1 reads %q, verdict %+v", seed, r.view.Clients[0].Last.Value, v)
		}
	}
}
