package shell

import (
	"testing"
	"time"
)

// What was lost is to be seen for as long as it takes to notice it, whatever the speed:
// 300 ms of virtual time were six seconds at the initial one.
func TestLossesFadeInRealTime(t *testing.T) {
	for _, c := range []struct {
		speed speed
		want  time.Duration
	}{
		{slowest, 2 * time.Millisecond},
		{initialSpeed, 60 * time.Millisecond},
		{initialSpeed + 4, 1200 * time.Millisecond}, // as time runs
		{fastest - 1, 2 * time.Second},
		{fastest, 2 * time.Second},
	} {
		if got := c.speed.lasting(lostShown); got != c.want {
			t.Errorf("at %v losses fade in %v, want %v", c.speed, got, c.want)
		}
	}
}
