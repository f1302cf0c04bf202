package suite

import (
	"errors"
	"fmt"
	"time"
)

// initialElection: somebody is elected, and stays, as long as nothing fails.
func initialElection(r *run) error {
	if _, err := r.oneLeader(); err != nil {
		return err
	}
	// Followers may not all have heard of it yet.
	if err := r.wait(50 * time.Millisecond); err != nil {
		return err
	}
	first, err := r.term()
	if err != nil {
		return err
	}
	if first == 0 {
		return errors.New("the servers are in term 0, though somebody was elected")
	}
	if err := r.wait(2 * electionTimeout); err != nil {
		return err
	}
	second, err := r.term()
	if err != nil {
		return err
	}
	if second != first {
		return fmt.Errorf("the term went from %d to %d, though nothing failed", first, second)
	}
	_, err = r.oneLeader()
	return err
}

// reElection: a leader that is cut off is replaced, and one that comes back does no
// harm; without a majority nobody is elected.
func reElection(r *run) error {
	first, err := r.oneLeader()
	if err != nil {
		return err
	}
	if err := r.disconnect(first); err != nil {
		return err
	}
	if _, err := r.oneLeader(); err != nil {
		return err
	}
	if err := r.connect(first); err != nil {
		return err
	}
	second, err := r.oneLeader()
	if err != nil {
		return err
	}
	other := r.after(second, 1)
	if err := r.disconnect(second, other); err != nil {
		return err
	}
	if err := r.wait(2 * electionTimeout); err != nil {
		return err
	}
	if err := r.noLeader(); err != nil {
		return err
	}
	for _, back := range []func() error{
		func() error { return r.connect(other) },
		func() error { return r.connect(second) },
	} {
		if err := back(); err != nil {
			return err
		}
		if _, err := r.oneLeader(); err != nil {
			return err
		}
	}
	return nil
}

// manyElections: whichever three of seven are cut off, the others have a leader.
func manyElections(r *run) error {
	if _, err := r.oneLeader(); err != nil {
		return err
	}
	for range 10 {
		a, b, c := r.anyone(), r.anyone(), r.anyone()
		if err := r.disconnect(a, b, c); err != nil {
			return err
		}
		if _, err := r.oneLeader(); err != nil {
			return err
		}
		if err := r.connect(a, b, c); err != nil {
			return err
		}
	}
	_, err := r.oneLeader()
	return err
}
