package lab

import "testing"

// What a process says of a test counts as far as it can be true.
func TestAReportIsNotBelievedBlindly(t *testing.T) {
	s := supervisor{e: &Exercise{Tests: []Test{{Name: "one", What: "it leads", Section: "§5.2", Points: 3}}}}
	for _, c := range []struct {
		r  Result
		ok bool
	}{
		{Result{Name: "one", Points: 3, Of: 1000, Passed: true, What: "ha"}, true},
		{Result{Name: "one", Points: 0, Reason: "s1 leads"}, true},
		{Result{Name: "one", Points: 2}, true},
		{Result{Name: "one", Points: 4, Of: 4, Passed: true}, false},
		{Result{Name: "one", Points: -1}, false},
		{Result{Name: "one", Points: 0, Passed: true}, false},
		{Result{Name: "one", Points: 3}, false},
		{Result{Name: "two", Points: 0}, false},
	} {
		r, ok := s.sound(&c.r)
		if ok != c.ok || ok && (r.Of != 3 || r.What != "it leads" || r.Section != "§5.2" || r.Points != c.r.Points) {
			t.Errorf("%+v is taken as %+v, %t", c.r, r, ok)
		}
	}
}
