package hunt_test

import (
	"testing"
	"time"

	"raftarium/netsim/cluster/hunt"
)

// In this run S4 and S5 hear for seconds, over links that were slow, what S3 said in the
// latest term before it crashed: they keep to it, and without them there is no majority.
// That is no fault of theirs.
func TestALeaderThatIsHeardLateIsWaitedFor(t *testing.T) {
	o := hunt.Default(ours())
	o.For = 30 * time.Second
	r, err := hunt.Run(ours(), hunt.Scenario(o, 4878))
	if err != nil {
		t.Fatal(err)
	}
	if v, failed := r.First(); failed {
		t.Errorf("%s", v.Text)
	}
}
