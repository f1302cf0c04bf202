package raft_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"raftarium/raft"
)

func configs() []raft.Config {
	return []raft.Config{
		{},
		{Voters: []raft.ID{1}},
		{Voters: []raft.ID{1, 2, 300}, Learners: []raft.ID{4}},
		{Voters: []raft.ID{1, 2}, Outgoing: []raft.ID{2, 3, 65535}, Learners: []raft.ID{3}},
	}
}

func TestDecodingAConfigurationGivesBackWhatWasEncoded(t *testing.T) {
	for _, c := range configs() {
		got, err := raft.DecodeConfig(c.AppendTo(nil))
		if err != nil || !reflect.DeepEqual(got, c) || !got.Equal(&c) {
			t.Errorf("%v came back as %v, error %v", &c, &got, err)
		}
		b := c.AppendTo(nil)
		for n := range b {
			if got, err := raft.DecodeConfig(b[:n]); err == nil {
				t.Errorf("the first %d of %d bytes were read as %v", n, len(b), &got)
			}
		}
	}
}

func TestAnErrorInAConfigurationNamesTheFieldAndTheOffset(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "voters at byte 0",
		"\x01\x01\x00":         "learners at byte 3",
		"\x7f\x01":             "voters at byte 0: are more than",
		"\x01\xff\xff\x07\x00": "voters at byte 1: there is no server 131071",
		"\x00\x00\x00x":        "end at byte 3: 1 bytes are left over",
	} {
		if _, err := raft.DecodeConfig([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v, it does not say %q", in, err, want)
		}
	}
}

func TestConfigurationsThatCannotBe(t *testing.T) {
	many := make([]raft.ID, raft.MaxServers+1)
	for i := range many {
		many[i] = raft.ID(i + 1)
	}
	for _, c := range []struct {
		config raft.Config
		want   string
	}{
		{raft.Config{Voters: []raft.ID{1, 2}, Outgoing: []raft.ID{1, 3}, Learners: []raft.ID{3, 4}}, ""},
		{raft.Config{Learners: []raft.ID{1}}, "no voters"},
		{raft.Config{Voters: []raft.ID{2, 1}}, "s1 stands behind s2"},
		{raft.Config{Voters: []raft.ID{1}, Outgoing: []raft.ID{3, 3}}, "s3 stands behind s3"},
		{raft.Config{Voters: []raft.ID{0, 1}}, "server 0 is nobody"},
		{raft.Config{Voters: []raft.ID{1, 2}, Learners: []raft.ID{2}}, "s2 is a voter and a learner"},
		{raft.Config{Voters: many}, "26 servers; the most is 25"},
		{raft.Config{Voters: many[:20], Outgoing: many[1:]}, "26 servers"},
	} {
		switch err := c.config.Check(); {
		case c.want == "" && err != nil:
			t.Errorf("%v: %v", &c.config, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%v: the error is %v, it does not say %q", &c.config, err, c.want)
		}
	}
}

func TestAConfigurationInWords(t *testing.T) {
	for i, want := range []string{"", "s1", "s1 s2 s300 + s4", "s2 s3 s65535 and s1 s2 + s3"} {
		if c := configs()[i]; c.String() != want {
			t.Errorf("%q, want %q", c.String(), want)
		}
	}
	c := configs()[3]
	if got := c.Members(); !reflect.DeepEqual(got, []raft.ID{1, 2, 3, 65535}) {
		t.Errorf("members %v", got)
	}
	for id, want := range map[raft.ID]bool{1: true, 3: true, 4: false} {
		if c.IsVoter(id) != want {
			t.Errorf("%v votes: %v", id, !want)
		}
	}
}

func FuzzDecodeConfig(f *testing.F) {
	for _, c := range configs() {
		f.Add(c.AppendTo(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := raft.DecodeConfig(b)
		if err != nil {
			return
		}
		if again := c.AppendTo(nil); !bytes.Equal(again, b) {
			t.Fatalf("%x was read as %v, which is written as %x", b, &c, again)
		}
	})
}
