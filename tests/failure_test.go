package tests

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
	"raftarium/tests/suite"
)

// TestTheSuitesNoticeWhatIsMissing switches a rule off, so that a test of the course
// fails, and makes the failure again from what it says.
func TestTheSuitesNoticeWhatIsMissing(t *testing.T) {
	for _, tc := range []struct{ test, rule string }{
		{"TestUnreliable", "session-table"},
		{"TestUnreliableOneKey", "one-sequence-number"},
		{"TestOnePartition", "majority-to-commit"},
		{"TestManyPartitionsManyClients", "election-restriction"},
		{"TestOnePartition", "reads-through-log"},
		{"TestPersistOneClient", "persistent-log"},
		{"TestPersistPartitionUnreliable", "save-before-send"},
		{"TestConcurrent", "answer-after-commit"},
		{"TestReElection", "majority-to-win"},
		{"TestManyElections", "one-vote-per-term"},
		{"TestBasicAgree", "majority-to-commit"},
		{"TestFollowerFailure", "one-sequence-number"},
		{"TestLeaderFailure", "retry-elsewhere"},
		{"TestRejoin", "truncate-on-conflict"},
		{"TestBackup", "fast-backup"},
		{"TestPersist2", "election-restriction"},
		{"TestPersist3", "match-only-what-was-sent"},
		{"TestFigure8", "retry-election"},
		{"TestFigure8Unreliable", "commit-up-to-last-new-entry"},
		{"TestUnreliableAgree", "truncate-only-on-conflict"},
		{"TestReliableChurn", "append-consistency-check"},
		{"TestUnreliableChurn", "session-table"},
		{"TestSnapshotInstall", "send-snapshot"},
		{"TestSnapshotInstallUnCrash", "chunks-in-order"},
		{"TestSnapshotAllCrash", "snapshot-with-state"},
	} {
		t.Run(tc.test+" without "+tc.rule, func(t *testing.T) {
			t.Parallel()
			test, ok := suite.Named(tc.test)
			if !ok {
				t.Fatalf("there is no test %s", tc.test)
			}
			test.Without = []string{tc.rule}
			failure := failed(t, &test)
			for _, want := range []string{test.What, fmt.Sprintf("seed %d", failure.Seed), failure.Why.Error()} {
				if !strings.Contains(failure.Error(), want) {
					t.Errorf("the failure says %q, which lacks %q", failure, want)
				}
			}
			want := fmt.Sprintf("go test ./tests -run '^%s$' -seed %d -seeds 1 -v", tc.test, failure.Seed)
			if got := failure.Replay(); got != want {
				t.Errorf("it is replayed by %q, want %q", got, want)
			}

			var file bytes.Buffer
			if _, err := failure.Scenario.WriteTo(&file); err != nil {
				t.Fatal(err)
			}
			sc, err := script.Parse(&file, "failure")
			if err != nil {
				t.Fatal(err)
			}
			s, err := cluster.Open(ours(), sc, cluster.Options{})
			if err != nil {
				t.Fatal(err)
			}
			runTo(s, sc.Config.For)
			// What users see, the judge need not.
			// The scenario goes on to the end of the instant at which the first showed.
			got := s.Judge().Violations()
			if len(failure.Violations) > 0 {
				got = got[:min(len(got), len(failure.Violations))]
			}
			if got, want := fmt.Sprint(got), fmt.Sprint(failure.Violations); got != want {
				t.Errorf("the scenario shows %s\nthe test saw %s", got, want)
			}
		})
	}
}

// failed runs a test until a seed fails.
func failed(t *testing.T, test *suite.Test) *suite.Failure {
	t.Helper()
	for seed := uint64(1); seed <= 10; seed++ {
		_, err := test.Run(ours(), seed)
		var failure *suite.Failure
		switch {
		case errors.As(err, &failure):
			return failure
		case err != nil:
			t.Fatal(err)
		}
	}
	t.Fatal("the test passed on each of ten seeds")
	return nil
}

func TestTheTwelveLastAsLongAsTheCourse(t *testing.T) {
	tests := suite.Tests()
	if len(tests) != 12 {
		t.Fatalf("there are %d tests, want 12", len(tests))
	}
	var least time.Duration
	for i := range tests {
		least += tests[i].Least
	}
	// The course's own take 205 to 230 s in real time.
	if least < 214*time.Second {
		t.Errorf("the twelve may take %v of virtual time, want 214 s at least", least)
	}
}

// BenchmarkTwelve is all twelve tests on one seed, one after another.
func BenchmarkTwelve(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var virtual, events float64
		for _, test := range suite.Tests() {
			res, err := test.Run(ours(), 1)
			if err != nil {
				b.Fatal(err)
			}
			virtual += res.Virtual.Seconds()
			events += float64(res.Events)
		}
		b.ReportMetric(virtual, "virtual-s")
		b.ReportMetric(events, "events")
	}
}
