package lab

import (
	"os"
	"strings"
	"testing"
	"time"
)

// As a worker this program begins, and has no tests, or hangs before that.
func TestMain(m *testing.M) {
	if report := argument(FlagReport); report != "" {
		if os.Args[1] == "hang" {
			select {}
		}
		if err := os.WriteFile(report, nil, 0o600); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// How long a test may take has nothing to do with how long the machine takes to start a
// process.
func TestASlowStartIsNoTestThatHangs(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	e := Exercise{Name: "00-none", Tests: []Test{{Name: "one", Points: 1}}}
	for _, c := range []struct {
		what   string
		limits Limits
		want   string
	}{
		{"begin", Limits{Patience: time.Nanosecond}, "it exited with status 0, before the tests were done"},
		{"hang", Limits{Start: time.Nanosecond}, "it did not begin with the tests within 1ns by the clock"},
	} {
		results, err := Supervise(t.Context(), &e, Process{Program: self, Args: []string{c.what}, Limits: c.limits}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(results[0].Reason, c.want) {
			t.Errorf("%+v: %s; want %q", c.limits, results[0].Reason, c.want)
		}
	}
}

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
