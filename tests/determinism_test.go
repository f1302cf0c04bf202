package tests

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"raftarium/netsim"
	"raftarium/netsim/cluster"
	"raftarium/netsim/cluster/script"
)

// everything is a run with every fault at once, of 6 s.
func everything(seed uint64) script.Config {
	cfg := script.DefaultConfig()
	cfg.For, cfg.Seed = 6*time.Second, seed
	cfg.Loss, cfg.Duplicate, cfg.Reorder = netsim.Percent(5), netsim.Percent(2), netsim.Percent(3)
	cfg.Faults = []script.Fault{script.FaultCrash, script.FaultPartition, script.FaultPause}
	return cfg
}

// lockstep is a run in which much happens at the same time: links and disks take
// exactly as long each time.
func lockstep(seed uint64) script.Config {
	cfg := script.DefaultConfig()
	cfg.For, cfg.Seed = 2*time.Second, seed
	cfg.Latency, cfg.Disk = netsim.Exactly(time.Millisecond), time.Millisecond
	return cfg
}

// opened makes a session of a configuration.
func opened(t testing.TB, code cluster.Code, cfg script.Config, steps ...script.Step) *cluster.Session {
	t.Helper()
	s, err := cluster.Open(code, &script.Scenario{Config: cfg, Steps: steps}, cluster.Options{Trace: -1, VerifyMessages: true})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// runTo runs a session to a time, whatever the judge says on the way.
func runTo(s *cluster.Session, at time.Duration) {
	for !s.AdvanceTo(netsim.Time(at)) {
	}
}

// state is what must be equal where two runs are the same run.
func state(s *cluster.Session) string {
	return fmt.Sprintf("%v, %d events, digest %016x, state %016x, %+v",
		s.Now(), s.Events(), s.Digest(), netsim.Digest(s.AppendState(nil)), s.Stats())
}

func eachNode(t *testing.T, f func(t *testing.T, code cluster.Code)) {
	for _, code := range []cluster.Code{ours(), second()} {
		t.Run(code.Raft.Name, func(t *testing.T) {
			t.Parallel()
			f(t, code)
		})
	}
}

func TestTheSameRunTwiceIsTheSame(t *testing.T) {
	eachNode(t, func(t *testing.T, code cluster.Code) {
		var before string
		for range 2 {
			s := opened(t, code, everything(3))
			runTo(s, s.Config().For)
			if now := state(s); before == "" {
				before = now
			} else if now != before {
				t.Errorf("first  %s\nsecond %s", before, now)
			}
		}
		s := opened(t, code, everything(4))
		runTo(s, s.Config().For)
		if state(s) == before {
			t.Error("another seed makes the same run")
		}
	})
}

func TestLookingChangesNothing(t *testing.T) {
	want := opened(t, ours(), everything(3))
	runTo(want, want.Config().For)

	// Everything that only looks: a view, narration, a trace, an observer, a
	// verdict in between, and completions that nobody takes.
	seen := 0
	s, err := cluster.Open(ours(), &script.Scenario{Config: everything(3)}, cluster.Options{
		Narrate: true, Completions: true, Observe: func(*netsim.Record) { seen++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	var v cluster.View
	for at := time.Duration(0); at < s.Config().For; at += 50 * time.Millisecond {
		runTo(s, at)
		s.View(&v)
		s.Final()
		s.Choices(nil)
	}
	runTo(s, s.Config().For)
	if got, want := state(s), state(want); got != want {
		t.Errorf("looked at %s\nleft alone %s", got, want)
	}
	if seen < int(s.Events())-2 { // the observer came after the start
		t.Errorf("the observer saw %d of %d events", seen, s.Events())
	}
}

func TestACloneGoesOnAlikeAndDisturbsNobody(t *testing.T) {
	eachNode(t, func(t *testing.T, code cluster.Code) {
		for _, cfg := range []script.Config{everything(5), lockstep(5)} {
			want := opened(t, code, cfg)
			runTo(want, cfg.For)

			s := opened(t, code, cfg)
			var clones []*cluster.Session
			for i := range 8 {
				// Not only at round times: in the middle of what happens at one.
				runTo(s, cfg.For*time.Duration(i)/8)
				for range i * 7 {
					s.Step()
				}
				clones = append(clones, s.Clone())
			}
			// The clones first, the newest before the oldest, and one of them on
			// another way.
			astray := clones[3].Clone()
			if _, err := astray.Do("crash all"); err != nil {
				t.Fatal(err)
			}
			runTo(astray, cfg.For)
			for i := len(clones) - 1; i >= 0; i-- {
				runTo(clones[i], cfg.For)
				if got, want := state(clones[i]), state(want); got != want {
					t.Errorf("clone %d: %s\noriginal: %s", i, got, want)
				}
				if got, want := fmt.Sprintf("%+v", clones[i].Final()), fmt.Sprintf("%+v", want.Final()); got != want {
					t.Errorf("clone %d judges %s\noriginal judges %s", i, got, want)
				}
			}
			runTo(s, cfg.For)
			if got, want := state(s), state(want); got != want {
				t.Errorf("after its clones ran: %s\nundisturbed: %s", got, want)
			}
			if state(astray) == state(want) {
				t.Error("a clone in which all servers crashed ends like the others")
			}
		}
	})
}

// hands are actions as somebody's hands make them, at odd moments.
var hands = []string{
	"crash leader", "append c1 x \"by hand\"", `put c2 y ""`, "partition s1 s2 | s3 s4 s5", "restart all", "timeout s3 s4",
	"clients 9", "cut s1 -> s2", "fire 9 z", "loss 20%", "heal", "pause leader", "loss 0%", "resume all", "latency 2ms",
	"without leader-hint", "isolate leader", "get c9 z", "with leader-hint", "duplicate 10%", "reorder 10%",
	"mend s1 -> s2", "bridge s3", "load append 2", "disk 3ms", "heal", "load none", "clients 3", "note done",
}

func TestAJournalMakesTheRunAgain(t *testing.T) {
	for name, cfg := range map[string]script.Config{"everything": everything(6), "lockstep": lockstep(6), "quiet": script.DefaultConfig()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if cfg.For > 6*time.Second {
				cfg.For = 0 // a run without an end, as the visualizer makes it
			}
			s := opened(t, ours(), cfg)
			for i, line := range hands {
				runTo(s, time.Duration(i)*60*time.Millisecond+time.Second/4)
				// Go on until something has just happened at a time at which more
				// is to come, which is where an action's exact place matters.
				for range 400 {
					if next, ok := s.NextAt(); ok && next == s.Now() {
						break
					}
					s.Step()
				}
				if _, err := s.Do(line); err != nil {
					t.Logf("%s: %v", line, err) // no leader just now, or a fault was first
				}
			}
			runTo(s, 6*time.Second)

			if again := replayed(t, ours(), s); state(again) != state(s) {
				t.Errorf("replayed %s\nwant     %s", state(again), state(s))
			} else if n := len(again.Scenario().Steps); n < 20 {
				t.Errorf("the journal has only %d steps", n)
			}
		})
	}
}

// replayed makes a run again from its journal, by way of a file.
func replayed(t *testing.T, code cluster.Code, s *cluster.Session) *cluster.Session {
	t.Helper()
	var file bytes.Buffer
	if _, err := s.Scenario().WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	sc, err := script.Parse(&file, "journal")
	if err != nil {
		t.Fatal(err)
	}
	again, err := cluster.Open(code, sc, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	runTo(again, s.Now().Duration())
	for _, sk := range again.Skipped() {
		t.Errorf("%v was skipped: %v", sk.Step, sk.Err)
	}
	return again
}

// TestChaosIsTheSameFromItsJournalAndOverAClone does to many short and wild runs
// what the tests above do to a few.
func TestChaosIsTheSameFromItsJournalAndOverAClone(t *testing.T) {
	eachNode(t, func(t *testing.T, code cluster.Code) {
		for i := range uint64(max(*hunt/15, 1)) {
			cfg, steps := chaos(*firstSeed + i)
			s := opened(t, code, cfg, steps...)
			runTo(s, cfg.For/3)
			clone := s.Clone()
			runTo(clone, cfg.For)
			runTo(s, cfg.For)
			if got, want := state(clone), state(s); got != want {
				t.Errorf("seed %d: clone %s\noriginal %s", cfg.Seed, got, want)
			}
			if got, want := state(replayed(t, code, s)), state(s); got != want {
				t.Errorf("seed %d: replayed %s\noriginal %s", cfg.Seed, got, want)
			}
			if got, want := state(replayed(t, code, clone)), state(s); got != want {
				t.Errorf("seed %d: clone replayed %s\noriginal %s", cfg.Seed, got, want)
			}
		}
	})
}

// TestEveryPlatformGivesTheSameDigests builds the command digest for others than
// this one, and runs it there.
func TestEveryPlatformGivesTheSameDigests(t *testing.T) {
	t.Parallel()
	want, err := digestsOf(t, digestProgram(t, runtime.GOOS, runtime.GOARCH))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(want, "digest"); n < 6 {
		t.Fatalf("only %d digests:\n%s", n, want)
	}
	same := func(t *testing.T, got, goarch string) {
		if got != want {
			t.Errorf("%s:\n%s%s/%s:\n%s", goarch, got, runtime.GOOS, runtime.GOARCH, want)
		}
	}
	t.Run("32 bits", func(t *testing.T) {
		if runtime.GOOS == "linux" && runtime.GOARCH == "amd64" {
			got, err := digestsOf(t, digestProgram(t, "linux", "386"))
			if !errors.Is(err, syscall.ENOEXEC) {
				if err != nil {
					t.Fatal(err)
				}
				same(t, got, "386")
				return
			}
			t.Log("this kernel runs no 386 programs: arm stands in for it")
		}
		same(t, emulated(t, "arm", "qemu-arm"), "arm")
	})
	t.Run("arm64", func(t *testing.T) { same(t, emulated(t, "arm64", "qemu-aarch64"), "arm64") })
	t.Run("wasm", func(t *testing.T) {
		node, err := exec.LookPath("node")
		if err != nil {
			if os.Getenv("RAFTARIUM_REQUIRE_NODE") == "1" {
				t.Fatal("RAFTARIUM_REQUIRE_NODE=1, but there is no node to run wasm:", err)
			}
			t.Skip("wasm is not compared with this platform: there is no node to run it (RAFTARIUM_REQUIRE_NODE=1 makes that an error)")
		}
		root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
		if err != nil {
			t.Fatal(err)
		}
		got, err := digestsOf(t, node, filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/wasm_exec_node.js"), digestProgram(t, "js", "wasm"))
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, "wasm")
	})
}

// emulated is what digest prints as a Linux program for another processor.
func emulated(t *testing.T, goarch, emulator string) string {
	t.Helper()
	path, err := exec.LookPath(emulator)
	if err != nil {
		if os.Getenv("RAFTARIUM_REQUIRE_EMULATOR") == "1" {
			t.Fatalf("RAFTARIUM_REQUIRE_EMULATOR=1, but there is no %s to run %s programs: %v", emulator, goarch, err)
		}
		t.Skipf("%s is not compared with this platform: there is no %s to run it (RAFTARIUM_REQUIRE_EMULATOR=1 makes that an error)", goarch, emulator)
	}
	got, err := digestsOf(t, path, digestProgram(t, "linux", goarch))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// digestProgram builds the command digest for a platform.
func digestProgram(t *testing.T, goos, goarch string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "digest")
	// As the page is built, which has then compiled most of it for wasm already.
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", program, "./digest")
	build.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building for %s/%s: %v\n%s", goos, goarch, err, out)
	}
	return program
}

// digestsOf is what a command prints.
func digestsOf(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("running %s: %w\n%s", filepath.Base(name), err, out)
	}
	return string(out), err
}
