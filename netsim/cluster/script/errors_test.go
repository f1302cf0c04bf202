package script

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"raftarium/netsim"
	"raftarium/raft"
)

func TestActionErrorsSayWhereWhatAndWhatWouldFit(t *testing.T) {
	tests := []struct{ line, want string }{
		{"", "column 1: found the end of the line, but an action belongs here, like `crash s1` or `heal`"},
		{"# nothing", "column 10: found the end of the line, but an action belongs here, like `crash s1` or `heal`"},
		{"crahs s1", "column 1: found \"crahs\", but no action has that name; did you mean `crash`?"},
		{"  KILL s1", "column 3: found \"KILL\", but no action has that name; did you mean `crash`?"},
		{"frobnicate", "column 1: found \"frobnicate\", but no action has that name; there are add, append, bridge, clients, clock, crash, cut, disk, drop, duplicate, expire, fill, fire, free, get, heal, isolate, latency, load, loss, mend, note, partition, pause, promote, put, reads, remove, reorder, restart, resume, tear, timeout, transfer, with and without"},
		{"at 1s crash s1", "column 1: found \"at\", but an action belongs here, without a time of its own, like `crash s1`"},
		{"servers 5", "column 1: found \"servers\", but that says what a run is and cannot change while it goes on: it belongs above the first `at` line"},
		{"disk s1", "column 8: found the end of the line, but `disk` takes a duration, like `disk 5ms` or `disk s1 20ms`"},
		{"disk s1 5", "column 9: found \"5\", but a duration needs a unit: `5ms` or `5s`"},
		{"disk all s1 5ms", "column 10: found \"s1\", but `all` stands alone: it includes everybody"},
		{"clock s1", "column 9: found the end of the line, but `clock` takes servers and by how much their clocks run fast or slow, like `clock s1 +10%`, `clock s2 -5%` or `clock all 0%`"},
		{"clock s1 -95%", "column 10: found \"-95%\", but a drift is from -90% to +900%, with at most four decimals"},
		{"clock s1 +1% +2%", "column 14: found \"+2%\", but nothing more fits after `clock s1 +1%`"},
		{"tear c1", "column 6: found \"c1\", but `tear` takes servers, not clients, like `tear s1` or `tear leader`"},
		{"crash s1\ncrash s2", "column 9: found the end of a line, but only one line fits here"},

		{"crash", "column 6: found the end of the line, but `crash` takes servers, like `crash s1`, `crash leader` or `crash all`"},
		{"crash c1", "column 7: found \"c1\", but `crash` takes servers, not clients, like `crash s1`, `crash leader` or `crash all`"},
		{"crash s0", "column 7: found \"s0\", but servers are called s1 to s25"},
		{"crash s26", "column 7: found \"s26\", but servers are called s1 to s25"},
		{"crash s99999999999999999999", "column 7: found \"s99999999999999999999\", but servers are called s1 to s25"},
		{"get c101 x", "column 5: found \"c101\", but clients are called c1 to c100"},
		{"crash s01", "column 7: found \"s01\", but that is written `s1`"},
		{"crash 1", "column 7: found \"1\", but names start with a letter: `s1` is a server and `c1` a client"},
		{"crash s1,s2", "column 7: found \"s1,s2\", but names are separated by blanks: `s1 s2`"},
		{"crash s1 s2 s1", "column 13: found \"s1\", but it is named already"},
		{"crash s1 all", "column 10: found \"all\", but `all` stands alone: it includes everybody"},
		{"crash leader leader", "column 14: found \"leader\", but the leader is named already"},
		{"restart leader", "column 9: found \"leader\", but a crashed server does not lead: name it, like `restart s1`, or write `restart all`"},
		{"isolate all", "column 9: found \"all\", but nobody would be left to be isolated from; `partition s1 | s2 | s3` separates them all"},
		{"heal all", "column 6: found \"all\", but nothing more fits after `heal`"},

		{"partition", "column 10: found the end of the line, but `partition` takes groups of servers with `|` between them, like `partition s1 s2 | s3 s4 s5` or `partition s1`"},
		{"partition s1 | | s2", "column 16: found \"|\", but `partition` takes groups of servers with `|` between them, like `partition s1 s2 | s3 s4 s5` or `partition s1`"},
		{"partition s1 s2 | s3 s1", "column 22: found \"s1\", but it is in a group already: an endpoint is on one side only"},
		{"partition leader", "column 11: found \"leader\", but a partition names its servers; write `isolate leader` to cut it off"},

		{"bridge c1", "column 8: found \"c1\", but only a server can be a bridge, like `bridge s3`"},
		{"bridge s1 s2", "column 11: found \"s2\", but nothing more fits after `bridge s1`"},
		{"cut s1", "column 7: found the end of the line, but `cut` takes two ends of a link, like `cut s1 s2`, `cut s1 -> s2` or `cut c1 s2`"},
		{"cut s1 s1", "column 8: found \"s1\", but a link has two different ends"},
		{"mend c1 -> c2", "column 12: found \"c2\", but there is no link between two clients: one end is a server"},
		{"cut x s1", "column 5: found \"x\", but `cut` takes two ends of a link, like `cut s1 s2`, `cut s1 -> s2` or `cut c1 s2`"},
		{"latency sx s1 1ms", "column 9: found \"sx\", but `latency` takes the two ends of a link and then a range, like `latency 1ms..10ms` or `latency s1 s2 80ms`"},
		{"latency s1 1ms", "column 12: found \"1ms\", but `latency` takes the two ends of a link and then a range, like `latency 1ms..10ms` or `latency s1 s2 80ms`"},
		{"latency ..1ms", "column 9: found \"..1ms\", but `latency` takes a range of durations, like `latency 1ms..10ms` or `latency s1 s2 80ms`"},
		{"latency s9 s9 5ms", "column 12: found \"s9\", but a link has two different ends"},
		{"partition s1 sx", "column 14: found \"sx\", but `partition` takes servers and perhaps clients, like `partition s1 s2 | s3 s4 s5` or `partition s1`"},
		{"note " + strings.Repeat("x", 10) + " \x00", "column 17: found a NUL byte, but only plain text in UTF-8 can be read"},
		{"crash " + strings.Repeat("ä", 50), "column 7: found \"" + strings.Repeat("ä", 40) + "…\", but `crash` takes servers, like `crash s1`, `crash leader` or `crash all`"},
		{"add", "column 4: found the end of the line, but `add` takes servers, like `add s6` or `add s6 s7`"},
		{"add c1 x hello", "column 5: found \"c1\", but `add` has servers join, like `add s6`; a client appends by `append c1 x hello`"},
		{"add leader", "column 5: found \"leader\", but who is to join has a number: name it, like `add s6`"},
		{"add s26", "column 5: found \"s26\", but servers are called s1 to s25"},
		{"promote leader", "column 9: found \"leader\", but a leader votes already: name a learner, like `promote s6`, or write `promote all`"},
		{"remove all", "column 8: found \"all\", but somebody must remain: name those to remove, like `remove s1 s2`"},
		{"remove s1 s1", "column 11: found \"s1\", but it is named already"},
		{"remove s1 slowly", "column 11: found \"slowly\", but `remove` takes servers, and perhaps `joint`, like `remove s2`, `remove s1 s2` or `remove leader`"},
		{"remove s1 joint now", "column 17: found \"now\", but nothing more fits after `remove s1 joint`"},
		{"evict s1", "column 1: found \"evict\", but no action has that name; did you mean `remove`?"},
		{"drop 0", "column 6: found \"0\", but the number of an event belongs here, like 1234"},

		{"append c1 x", "column 12: found the end of the line, but `append` takes a client, a key and a value, like `append c1 x hello` or `append c1 x \"two words\"`"},
		{"append c1 x hello world # hi", "column 19: found \"world\", but a value that is more than one word is written in quotes: `append c1 x \"hello world\"`"},
		{"put c1 x a|b", "column 11: found \"|\", but a value that is more than one word is written in quotes: `put c1 x \"a|b\"`"},
		{"get c1 a->b", "column 9: found \"->\", but nothing more fits after `get c1 a`"},
		{"get c1 | x", "column 8: found \"|\", but keys and values with `|` or `->` in them are written in quotes, like \"a|b\""},
		{"fire 2 |", "column 8: found \"|\", but a key with `|` or `->` in it is written in quotes, like \"a|b\""},
		{"put s1 x 1", "column 5: found \"s1\", but only clients do operations, like `put c1 x 1` or `put c1 x \"\"`"},
		{"fire 0", "column 6: found \"0\", but `fire` takes a number from 1 to 100, like `fire 5` or `fire 5 y`"},
		{"load lots", "column 6: found \"lots\", but `load` takes `append`, `mixed` or `none`, like `load mixed 16`, `load append 1` or `load none`"},
		{"load mixed 10001", "column 12: found \"10001\", but `load` takes a number from 1 to 10000, like `load mixed 16`, `load append 1` or `load none`"},
		{"clients -1", "column 9: found \"-1\", but `clients` takes a number from 0 to 100, like `clients 7`"},
		{"reads", "column 6: found the end of the line, but `reads` takes `log`, `index` or `lease`, like `reads index`, `reads lease` or `reads log`"},
		{"reads log x", "column 11: found \"x\", but nothing more fits after `reads log`"},

		{"latency 5", "column 9: found \"5\", but a duration needs a unit: `5ms` or `5s`"},
		{"latency fast", "column 9: found \"fast\", but `latency` takes a duration, like `latency 1ms..10ms` or `latency s1 s2 80ms`"},
		{"latency 10ms..1ms", "column 9: found \"10ms..1ms\", but the shorter duration comes first: `1ms..10ms`"},
		{"latency 1ms..10", "column 14: found \"10\", but a duration needs a unit: `10ms` or `10s`"},
		{"latency 1ms .. 5ms", "column 13: found \"..\", but a range is written without blanks, like `1ms..10ms`"},
		{"latency 0", "column 9: found \"0\", but a message takes some time: at least 1us"},
		{"latency -5ms", "column 9: found \"-5ms\", but a duration is 0 or more"},
		{"latency s1 -> s2 5ms", "column 12: found \"->\", but a latency is for both ways of a link, like `latency 1ms..10ms` or `latency s1 s2 80ms`"},
		{"disk 1001h", "column 6: found \"1001h\", but the longest time is 1000h"},
		{"loss 5", "column 6: found \"5\", but a percentage ends with its sign: `5%`"},
		{"loss 101%", "column 6: found \"101%\", but no percentage here is more than 100%"},
		{"loss 99999999999%", "column 6: found \"99999999999%\", but no percentage here is more than 100%"},
		{"loss 0.00001%", "column 6: found \"0.00001%\", but a percentage has a digit before its point and at most four after it"},
		{"loss -1%", "column 6: found \"-1%\", but `loss` takes a percentage from 0% to 100%, like `loss 5%`"},
		{"without no_rule", "column 9: found \"no_rule\", but `without` takes names of rules, like `without election-restriction`"},
		{"without a,b a", "column 13: found \"a\", but that rule is named already"},
		{"note", "column 5: found the end of the line, but `note` takes a text, like `note S1 cannot reach anybody`"},

		{`note "a`, `column 6: found a quote that is never closed, but a quoted word ends with a quote, like "two words"`},
		{`note "a" b`, "column 10: found \"b\", but nothing more fits after `note \"a\"`"},
		{`put c1 x "a"b`, `column 13: found "b" right after a quote, but a blank belongs between two words, and a quote inside a word is written \"`},
		{`put c1 x a"b`, `column 11: found a quote inside a word, but a word is quoted as a whole, like "two words", and a quote inside it is \"`},
		{`put c1 x "a\q"`, `column 12: found a backslash with nothing known after it, but inside quotes a backslash is written \\, a quote \" and a new line \n`},
		{"put c1 ü \x1b[31m", "column 10: found the invisible character U+001B, but it is written inside quotes, as \"\\x1b\""},
		{"note a\x1bb", "column 7: found the invisible character U+001B, but it is written inside quotes, as \"\\x1b\""},
		{"put c1 x a\x00", "column 11: found a NUL byte, but only plain text in UTF-8 can be read"},
		{"put c1 é \xff", "column 10: found the byte 0xff, but only plain text in UTF-8 can be read"},
		{strings.Repeat("x", 70_000), "column 65537: found a line of 70000 bytes, but a line has at most 65536"},
	}
	for _, test := range tests {
		a, err := ParseAction(test.line)
		if err == nil {
			t.Errorf("%q is %#v, want the error %s", test.line, a, test.want)
		} else if err.Error() != test.want {
			t.Errorf("%.80q:\n got %s\nwant %s", test.line, err, test.want)
		}
		if one := new(Error); err != nil && !errors.As(err, &one) {
			t.Errorf("%q gives a %T, want an *Error", test.line, err)
		}
	}
}

func TestFileErrorsAreToldTogether(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"header", `servers 26
clients 101
sede 4
servers 3
for ever
faults crash,foo
keys 0
election 0..1s
crash s1
1.5s crash s1
`, `cut.txt:1:9: found "26", but |servers| takes a number from 1 to 25, like |servers 5|
cut.txt:2:9: found "101", but |clients| takes a number from 0 to 100, like |clients 3|
cut.txt:3:1: found "sede", but no header line starts like that; did you mean |seed|?
cut.txt:4:1: found "servers", but line 1 says that already
cut.txt:5:5: found "ever", but |for| takes a duration, like |for 30s|
cut.txt:6:14: found "foo", but |faults| takes |crash|, |partition|, |pause|, |disk| and |clock|, or |none|, like |faults crash,partition| or |faults none|
cut.txt:7:6: found "0", but |keys| takes a number from 1 to 10000, like |keys 16|
cut.txt:8:10: found "0..1s", but it must be from 100us to 1000h
cut.txt:9:1: found "crash", but an action needs its time: write |at 1s crash s1|
cut.txt:10:1: found "1.5s", but a step starts with |at|: write |at 1.5s crash s1|`},
		{"more header", `servers 0
kill s1
xyzzy
for 30s 40s
faults none crash
faults
seed x
`, `cut.txt:1:9: found "0", but |servers| takes a number from 1 to 25, like |servers 5|
cut.txt:2:1: found "kill", but no line starts like that; did you mean the action |crash|, with its time in front: |at 1s crash ...|?
cut.txt:3:1: found "xyzzy", but no header line starts like that; there are servers, clients, seed, latency, loss, duplicate, reorder, disk, for, without, bug, workload, keys, faults, heartbeat, election, snapshot, sessions, window, uncommitted and reads, and after them lines like |at 1.5s crash s1|
cut.txt:4:9: found "40s", but nothing more fits after |for 30s|
cut.txt:5:13: found "crash", but |none| stands alone
cut.txt:6:1: found "faults", but line 5 says that already
cut.txt:7:6: found "x", but |seed| takes a number from 0 to 18446744073709551615, like |seed 42|`},
		{"steps", `servers 5

at 1.5s crash s1
at 1s heal
crash   s2 # again
seed 4
2s heal
heel
at
at 2s
at 2 heal
`, `cut.txt:4:4: found "1s", but line 3 is at 1.5s already, and times never go back
cut.txt:5:1: found "crash", but an action needs its time: write |at 1.5s crash s2 # again|
cut.txt:6:1: found "seed", but that says what a run is: it belongs above line 3, where the steps begin
cut.txt:7:1: found "2s", but a step starts with |at|: write |at 2s heal|
cut.txt:8:1: found "heel", but a step starts with its time; did you mean |at 1.5s heal ...|?
cut.txt:9:3: found the end of the line, but a time and an action belong after |at|, like |at 1.5s crash s1|
cut.txt:10:6: found the end of the line, but an action belongs here, like |crash s1| or |heal|
cut.txt:11:4: found "2", but a duration needs a unit: |2ms| or |2s|`},
		{"more steps", `at 3s event 0 heal
at 3s event 9 heal
at 3s event 8 heal
at 3s at 4s heal
at 3s servers 4
at 3s event
xyzzy
latency 5ms
`, `cut.txt:1:13: found "0", but the number of an event belongs here, like 1234
cut.txt:3:13: found "8", but line 2 is at event 9 already, and events never go back
cut.txt:4:7: found "at", but an action belongs here, without a time of its own, like |crash s1|
cut.txt:5:7: found "servers", but that says what a run is and cannot change while it goes on: it belongs above the first |at| line
cut.txt:6:12: found the end of the line, but the number of an event belongs here, like 1234
cut.txt:7:1: found "xyzzy", but a step starts with its time, like |at 3s crash s1|
cut.txt:8:1: found "latency", but an action needs its time: write |at 3s latency 5ms|`},
		{"many", strings.Repeat("at 1s crash s0\n", 12), strings.TrimSpace(`
cut.txt:1:13: found "s0", but servers are called s1 to s25
cut.txt:2:13: found "s0", but servers are called s1 to s25
cut.txt:3:13: found "s0", but servers are called s1 to s25
cut.txt:4:13: found "s0", but servers are called s1 to s25
cut.txt:5:13: found "s0", but servers are called s1 to s25
cut.txt:6:13: found "s0", but servers are called s1 to s25
cut.txt:7:13: found "s0", but servers are called s1 to s25
cut.txt:8:13: found "s0", but servers are called s1 to s25
cut.txt:9:13: found "s0", but servers are called s1 to s25
cut.txt:10:13: found "s0", but servers are called s1 to s25
and 2 more errors`)},
		{"a NUL byte", "at 1s heal\nabc\x00\nxyz\n\x00", `cut.txt:2:4: found a NUL byte, but only plain text in UTF-8 can be read`},
		{"a time that is none", "at soon heal", `cut.txt:1:4: found "soon", but a duration belongs here, like 200ms or 1.5s`},
		{"one too many", "at 1s heal" + strings.Repeat("\nx", 11), strings.TrimSpace(`
cut.txt:2:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:3:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:4:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:5:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:6:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:7:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:8:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:9:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:10:1: found "x", but a step starts with its time, like |at 1s crash s1|
cut.txt:11:1: found "x", but a step starts with its time, like |at 1s crash s1|
and 1 more error`)},
		{"Latin-1", "servers 5\nat 1s put c1 x ü\xfc\nxyz", `cut.txt:2:17: found the byte 0xfc, but only plain text in UTF-8 can be read`},
		{"UTF-16", "\xff\xfea\x00t\x00", `cut.txt:1:1: found text in UTF-16, but only plain text in UTF-8 can be read: save it as UTF-8`},
		{"a long line", "at 1s heal\n#" + strings.Repeat("a", 70_000) + "\nat 2s crash", `cut.txt:2:65537: found a line of 70001 bytes, but a line has at most 65536
cut.txt:3:12: found the end of the line, but |crash| takes servers, like |crash s1|, |crash leader| or |crash all|`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sc, err := Parse(strings.NewReader(test.file), "cut.txt")
			want := strings.ReplaceAll(test.want, "|", "`")
			if err == nil {
				t.Fatalf("parsed as %+v, want\n%s", sc, want)
			}
			if err.Error() != want {
				t.Errorf("got\n%s\nwant\n%s", err, want)
			}
			var one *Error
			if !errors.As(err, &one) || one.File != "cut.txt" || one.Line == 0 || one.Column == 0 {
				t.Errorf("no *Error with a place in %#v", err)
			}
		})
	}
}

func TestConfigCheckNamesEachValueThatIsOutOfRange(t *testing.T) {
	c := Config{Servers: 0, Clients: 101, Loss: 2_000_000, Duplicate: 2_000_000, Without: []string{"a b"}, Workload: "lots",
		Faults: []Fault{FaultPause, FaultPause}}
	const want = `servers: found "0", but a run has 1 to 25 servers
clients: found "101", but a run has 0 to 100 clients
latency: found "0s", but a message takes some time: at least 1us
loss: found "200%", but no percentage here is more than 100%
duplicate: found "200%", but no percentage here is more than 100%
without: found "a b", but a rule has a name like election-restriction
workload: found "lots", but a workload is |append|, |mixed| or |none|
keys: found "0", but a run has 1 to 10000 keys
faults: found "pause", but that fault is named already
heartbeat: found "0s", but it must be from 100us to 1000h
and 1 more error`
	if err := c.Check(nil); err == nil || err.Error() != strings.ReplaceAll(want, "|", "`") {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	c = DefaultConfig()
	if err := c.Check(&Known{}); err != nil {
		t.Errorf("the default: %v", err)
	}
	c.Faults, c.Without = []Fault{"flood"}, []string{"a"}
	const unknown = `without: found "a", but no rule has that name; the command |rules| lists them
faults: found "flood", but a random fault is |crash|, |partition|, |pause|, |disk| or |clock|`
	if err := c.Check(&Known{}); err == nil || err.Error() != strings.ReplaceAll(unknown, "|", "`") {
		t.Errorf("got\n%v\nwant\n%s", err, unknown)
	}
}

func TestCheckFindsTimesThatGoBack(t *testing.T) {
	sc := Scenario{Config: DefaultConfig(), Steps: []Step{{At: 2000, Action: Heal{}}, {At: 1000, Action: Heal{}}}}
	const want = `found "1us", but the step before is at 2us, and times never go back`
	if err := sc.Check(nil); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestFileThatNeverEndsIsRefused(t *testing.T) {
	_, err := Parse(endless{}, "/dev/zero")
	const want = "/dev/zero: a scenario file has at most 64 MB, and this one is longer"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestCheckFindsBugsThatThereAreNot(t *testing.T) {
	for _, test := range []struct {
		bugs []string
		want string
	}{
		{[]string{"perch", "pike"}, `b.txt:2:5: found "perhc", but no seeded bug has that name; did you mean |perch|?`},
		{[]string{"carp", "pike"}, `b.txt:2:5: found "perhc", but no seeded bug has that name; there are carp and pike`},
		{nil, `b.txt:2:5: found "perhc", but this program has no seeded bugs: they are in the code of raftarium itself`},
		{[]string{"perhc"}, "<nil>"},
	} {
		sc, err := Parse(strings.NewReader("servers 3\nbug perhc\n"), "b.txt")
		if err != nil {
			t.Fatal(err)
		}
		if err := sc.Check(&Known{Bugs: test.bugs}); fmt.Sprint(err) != strings.ReplaceAll(test.want, "|", "`") {
			t.Errorf("with the bugs %v: got\n%v\nwant\n%s", test.bugs, err, test.want)
		}
	}
}

// endless is a file of empty lines without end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '\n'
	}
	return len(b), nil
}

func TestCheckFindsWhatARunDoesNotHave(t *testing.T) {
	sc, err := Parse(strings.NewReader(`servers 5
clients 2
without leader-lease, current-term-comit
at 1s cut  s1 s9 # s9
at 2s fire 3
at 2s clients 3
at 3s fire 3
at 4s event 7 without electon-restriction
at 5s append c4 c4 x
at 6s bridge s6
at 7s partition s1 s2 | S7`), "cut.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := &Known{Rules: []string{"election-restriction", "current-term-commit", "append-only"}}
	const want = `cut.txt:3:9: found "leader-lease", but no rule has that name; the command |rules| lists them
cut.txt:4:15: found "s9", but this run has s1 to s5
cut.txt:5:12: found "3", but this run has the clients c1 to c2
cut.txt:8:23: found "electon-restriction", but no rule has that name; did you mean |election-restriction|?
cut.txt:9:14: found "c4", but this run has the clients c1 to c3
cut.txt:10:14: found "s6", but this run has s1 to s5
cut.txt:11:25: found "s7", but this run has s1 to s5`
	if err := sc.Check(known); err == nil || err.Error() != strings.ReplaceAll(want, "|", "`") {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	sc.Config.Servers, sc.Config.Clients, sc.Config.Without = 9, 4, nil
	sc.Steps = append(sc.Steps[:4:4], sc.Steps[5:]...)
	sc.Steps[2] = Step{At: sc.Steps[2].At, Action: Heal{}, Line: 6}
	if err := sc.Check(known); err != nil {
		t.Errorf("with the servers that it needs: %v", err)
	}
	sc.Config.Servers = 26
	sc.Config.Latency.Max = -1
	const flags = `servers: found "26", but a run has 1 to 25 servers
latency: found "1ms..-1ns", but the shorter duration comes first`
	if err := sc.Check(nil); err == nil || err.Error() != flags {
		t.Errorf("values that are not from the file: got\n%v\nwant\n%s", err, flags)
	}
}

func TestCheckFindsActionsThatNobodyCouldWrite(t *testing.T) {
	for _, a := range []Action{
		nil, Partition{}, Partition{[][]Endpoint{nil}}, Partition{[][]Endpoint{{{}}}},
		Partition{[][]Endpoint{{{Server: 1, Client: 1}}}},
		Crash{}, Crash{Target{All: true, Leader: true}}, Isolate{}, Bridge{}, Cut{}, Mend{From: server(1)},
		Add{}, Add{Target{Leader: true}, false}, Promote{Target{Leader: true}, true}, Remove{Target{All: true}, false},
		Drop{}, Do{}, Do{Client: 1}, Fire{}, Fire{N: 6}, Load{}, Load{Mixed, -1}, Load{Mixed, MaxKeys + 1},
		Clients{-1}, Clients{MaxClients + 1}, Latency{}, Loss{1_000_001}, Duplicate{1_000_001}, Reorder{Ratio: 1_000_001}, Reorder{Detour: netsim.Range{Min: 2, Max: 1}},
		Disk{-1}, Without{}, With{[]string{"Two Words"}}, With{[]string{"a", "a"}},
	} {
		if err := Check(a, FirstServers(5), 5, nil); err == nil {
			t.Errorf("%#v passes", a)
		} else if err.Error() == "" {
			t.Errorf("%#v: the error says nothing", a)
		}
	}
	if err := Check(Bridge{2}, FirstServers(2), 0, nil); err == nil || !strings.Contains(err.Error(), "a server on each side") {
		t.Errorf("a bridge of two servers: %v", err)
	}
	for servers, want := range map[int]string{1: `found "s9", but this run has only s1`, 5: `found "s9", but this run has s1 to s5`} {
		if err := Check(Crash{Target{IDs: []raft.ID{9}}}, FirstServers(servers), 0, nil); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for clients, want := range map[int]string{
		0: `found "2", but this run has no clients`, 1: `found "2", but this run has only the client c1`,
	} {
		if err := Check(Fire{N: 2}, FirstServers(5), clients, nil); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestNearestForgivesWhatFingersDo(t *testing.T) {
	rules := []string{"election-restriction", "current-term-commit", "persistent-vote", "persistent-term"}
	for word, want := range map[string]string{
		"election-restrictoin": "election-restriction", "electionrestriction": "election-restriction",
		"persistant-vote": "persistent-vote", "": "", "x": "", strings.Repeat("x", 1000): "",
	} {
		if got := Nearest(word, rules); got != want {
			t.Errorf("%q is taken for %q, want %q", word, got, want)
		}
	}
	if d := distance("crahs", "crash"); d != 1 {
		t.Errorf("two letters that changed places are %d apart, want 1", d)
	}
}
