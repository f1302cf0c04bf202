package browser

import (
	"context"
	"errors"
	"testing"
	"time"
)

// TestAPageThatHangsIsGivenUp: what never answers must not hold up all the tests.
func TestAPageThatHangsIsGivenUp(t *testing.T) {
	r := open(t, desk, "")
	r.limit = time.Millisecond
	if _, err := Eval[bool](r.Page, `new Promise(() => {})`); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a promise that nobody keeps ends with %v", err)
	}
	r.limit = hanging
	r.ok(r.Frames(1))
}
