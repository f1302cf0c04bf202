package link

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

const scenario0 = "servers 5\nfor 30s\nat 1.5s partition s1 s2 | s3 s4 s5\nat 2s note 50% — ü\n"

func TestAStartSurvivesTheAddress(t *testing.T) {
	for _, s := range []Start{{}, {At: 1500 * time.Millisecond}, {Scenario: scenario0}, {Scenario: scenario0, At: time.Minute}} {
		got, err := Parse("#" + s.Encode())
		if err != nil || got != s {
			t.Errorf("%+v became %+v, %v", s, got, err)
		}
	}
}

func TestAPersonMayWriteTheAddress(t *testing.T) {
	got, err := Parse("s=servers%203%0Aat%201s%20crash%20leader&at=1.5s&theme=dark")
	want := Start{Scenario: "servers 3\nat 1s crash leader", At: 1500 * time.Millisecond}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDamagedAddressesAreSaidToBe(t *testing.T) {
	whole := Start{Scenario: scenario0}.Encode()
	for _, fragment := range []string{whole[:len(whole)-8], "s=%zz", "at=soon", "at=-1s", "at=" + strings.Repeat("x", 1e6)} {
		if got, err := Parse(fragment); err == nil || len(err.Error()) > 200 {
			t.Errorf("%.100q was read as %+v, %.300v", fragment, got, err)
		}
	}
}

func TestALinkOpensWithinADay(t *testing.T) {
	if got, err := Parse("at=24h"); err != nil || got.At != MaxAt {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := Parse("at=1000h"); err == nil || !strings.Contains(err.Error(), "24h") || got.At != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestWhatIsGoodOutlivesWhatIsNot(t *testing.T) {
	for fragment, want := range map[string]Start{
		"s=servers%203&at=abc": {Scenario: "servers 3"}, "s=%zz&at=1s": {At: time.Second}, "s=%zz&at=abc": {},
	} {
		if got, err := Parse(fragment); err == nil || got != want {
			t.Errorf("%s: got %+v, %v", fragment, got, err)
		}
	}
}

func TestASmallAddressDoesNotFillTheMemory(t *testing.T) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 17 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Parse("s=" + base64.RawURLEncoding.EncodeToString(b.Bytes()))
	if err == nil || !strings.Contains(err.Error(), "longer") {
		t.Errorf("err = %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("s=servers%205&at=1s")
	f.Add(Start{Scenario: scenario0, At: time.Second}.Encode())
	f.Fuzz(func(t *testing.T, fragment string) {
		s, err := Parse(fragment)
		if err != nil {
			return
		}
		if again, err := Parse(s.Encode()); err != nil || again != s {
			t.Errorf("%+v became %+v, %v", s, again, err)
		}
	})
}
