package script

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func FuzzParseAction(f *testing.F) {
	for _, a := range actions {
		f.Add(a.line)
		for _, line := range a.same {
			f.Add(line)
		}
	}
	for _, line := range []string{"", "at 1s heal", `put c1 x "a`, "loss 5.", "note \"\\u00a0\"", "latency s1 s2 ..", "without ,", "x\x00\xff"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		a, err := ParseAction(line)
		if err != nil {
			var one *Error
			if !errors.As(err, &one) || one.Column < 1 || one.Error() == "" {
				t.Fatalf("%q: the error %#v has no place", line, err)
			}
			return
		}
		printed := a.String()
		again, err := ParseAction(printed)
		if err != nil {
			t.Fatalf("%q prints as %q, which does not parse: %v", line, printed, err)
		}
		if !reflect.DeepEqual(a, again) {
			t.Fatalf("%q is %#v, but its line %q is %#v", line, a, printed, again)
		}
		if twice := again.String(); twice != printed {
			t.Fatalf("%q prints as %q and then as %q", line, printed, twice)
		}
		if err := Check(a, FirstServers(MaxServers), MaxClients, nil); err != nil {
			t.Fatalf("%q parses, but does not pass in the largest run: %v", line, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(full)
	f.Add(long(20))
	f.Add("servers 26\nservers 3\nat 1s heal\nheal\nat 0s x\nat 1s event 3 heal\nat 1s event 2 heal")
	f.Add("\xff\xfe\x00")
	f.Add("at 1s note \"\nfaults none none\nwithout a,a")
	f.Fuzz(func(t *testing.T, text string) {
		sc, err := Parse(strings.NewReader(text), "fuzz.txt")
		if err != nil {
			var all *Errors
			if !errors.As(err, &all) {
				t.Fatalf("the error is a %T", err)
			}
			lines := strings.Count(text, "\n") + 1
			last := 0
			for _, one := range all.List {
				if one.File != "fuzz.txt" || one.Line < max(1, last) || one.Line > lines || one.Column < 1 {
					t.Fatalf("an error without a place, or out of order: %v", err)
				}
				last = one.Line
			}
			return
		}
		var first strings.Builder
		if _, err := sc.WriteTo(&first); err != nil {
			if !strings.Contains(err.Error(), "its line is longer") {
				t.Fatalf("what was parsed cannot be written: %v", err)
			}
			return
		}
		again, err := Parse(strings.NewReader(first.String()), "again.txt")
		if err != nil {
			t.Fatalf("what was written does not parse: %v\n%s", err, first.String())
		}
		sameRun(t, again, sc)
		var second strings.Builder
		if _, err := again.WriteTo(&second); err != nil || second.String() != first.String() {
			t.Fatalf("written twice, %v:\n%s\n%s", err, first.String(), second.String())
		}
	})
}
