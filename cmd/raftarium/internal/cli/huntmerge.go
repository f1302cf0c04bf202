package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// mergedHunt is what several shards found together.
type mergedHunt struct {
	huntSummary
	seen    map[uint64]bool
	missing uint64
	shards  int
}

// mergeHunts puts the JSON lines of shards together and ends as one hunt would
// have.
func mergeHunts(ctx context.Context, o huntOptions, s Streams) error {
	m := mergedHunt{seen: map[uint64]bool{}}
	m.Failed = []uint64{}
	for _, name := range o.files {
		if err := m.read(ctx, name, s); err != nil {
			return err
		}
	}
	if err := m.conclude(); err != nil {
		return err
	}
	var err error
	if o.json {
		var text []byte
		if text, err = json.Marshal(m.huntSummary); err == nil {
			_, err = fmt.Fprintf(s.Out, "%s\n", text)
		}
	} else {
		_, err = io.WriteString(s.Out, m.words())
	}
	switch {
	case m.Status != StatusOK && m.Status != StatusLinearUnsure:
		return errors.Join(verdictError(m.Status), err)
	case err != nil:
		return err
	case m.missing > 0:
		return fmt.Errorf("%s missing of %d: a shard's file is not here, or it did not end", plural(m.missing, "seed is", "seeds are"), m.Seeds)
	case m.Status != StatusOK:
		return verdictError(m.Status)
	}
	return nil
}

// read takes the lines of a shard.
func (m *mergedHunt) read(ctx context.Context, name string, s Streams) error {
	in := s.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return misusef("--merge: %w", err)
		}
		defer f.Close()
		in = f
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	summed := false
	// What the lines since the last summary say, to hold the next one against: shards may be
	// in one file, one behind the other.
	var shown huntSummary
	for n := 1; lines.Scan(); n++ {
		if context.Cause(ctx) != nil {
			return fmt.Errorf("interrupted at %s:%d", name, n)
		}
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var line struct {
			Summary bool    `json:"summary"`
			Seed    *uint64 `json:"seed"`
			Status  int     `json:"status"`
		}
		var sum huntSummary
		err := json.Unmarshal(lines.Bytes(), &line)
		if err == nil && line.Summary {
			err = json.Unmarshal(lines.Bytes(), &sum)
		}
		switch {
		case err != nil:
			return misusef("%s:%d: this is no line of `hunt --json`: %w", name, n, plainly(err))
		case line.Summary:
			if !slices.Equal(shown.Failed, sum.Failed) || shown.Undecided != sum.Undecided {
				return fmt.Errorf("%s: by its lines %s, by its summary %s: lines of another hunt are among them, or it was edited",
					name, shown.outcome(), sum.outcome())
			}
			if err := m.add(name, &sum); err != nil {
				return err
			}
			summed, shown = true, huntSummary{}
		case line.Seed == nil:
			return misusef("%s:%d: this is no line of `hunt --json`: it names no seed", name, n)
		case m.seen[*line.Seed]:
			return misusef("%s:%d: seed %d was tried before: are there two files of the same shard?", name, n, *line.Seed)
		default:
			m.seen[*line.Seed], summed = true, false
			switch line.Status {
			case StatusOK:
			case StatusLinearUnsure:
				shown.Undecided++
			default:
				shown.Failed = append(shown.Failed, *line.Seed)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if !summed {
		return fmt.Errorf("%s has no summary at its end: the shard has not ended", name)
	}
	return nil
}

// outcome is what came of the seeds of a shard.
func (sum *huntSummary) outcome() string {
	if len(sum.Failed) == 0 {
		return fmt.Sprintf("none failed and %d are undecided", sum.Undecided)
	}
	return fmt.Sprintf("%v failed and %d are undecided", sum.Failed, sum.Undecided)
}

// plainly says without the types of this program what a line holds in place of what it
// should.
func plainly(err error) error {
	bad, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !ok:
		return err
	case bad.Field == "":
		return fmt.Errorf("found a JSON %s, but a line is an object", bad.Value)
	}
	return fmt.Errorf("found a JSON %s for %q", bad.Value, bad.Field)
}

// add adds the summary of a shard.
func (m *mergedHunt) add(name string, sum *huntSummary) error {
	if m.shards++; m.shards == 1 {
		m.Summary, m.Hunt, m.From, m.Seeds, m.Shard = true, sum.Hunt, sum.From, sum.Seeds, "1/1"
	}
	if sum.Hunt != m.Hunt || sum.From != m.From || sum.Seeds != m.Seeds {
		return misusef("%s is of another hunt: `%s --from %d --seeds %d`, not `%s --from %d --seeds %d`",
			name, sum.Hunt, sum.From, sum.Seeds, m.Hunt, m.From, m.Seeds)
	}
	if sum.Seeds == 0 || sum.From > ^uint64(0)-(sum.Seeds-1) {
		return misusef("%s: no hunt has %d seeds from %d on: it was edited", name, sum.Seeds, sum.From)
	}
	if f := sum.Failure; f != nil && !sum.has(f.Seed) {
		return misusef("%s: its summary is of seeds %d to %d, and names seed %d as the one that failed: it was edited", name, sum.From, sum.From+(sum.Seeds-1), f.Seed)
	}
	m.Tried += sum.Tried
	m.Undecided += sum.Undecided
	m.Events += sum.Events
	m.WallSeconds = max(m.WallSeconds, sum.WallSeconds)
	if f := sum.Failure; f != nil && (m.Failure == nil || f.Seed < m.Failure.Seed) {
		m.Failure, m.Status = f, sum.Status
	}
	m.Failed = append(m.Failed, sum.Failed...)
	return nil
}

// has reports whether a seed is one of those of the hunt.
func (sum *huntSummary) has(seed uint64) bool {
	return seed >= sum.From && seed-sum.From < sum.Seeds
}

// conclude draws the conclusion from all shards.
func (m *mergedHunt) conclude() error {
	slices.Sort(m.Failed)
	if m.Status == StatusOK && m.Undecided > 0 {
		m.Status = StatusLinearUnsure
	}
	for seed := range m.seen {
		if m.shards > 0 && !m.has(seed) {
			return fmt.Errorf("the files are of seeds %d to %d, and have a line of seed %d: lines of another hunt are among them, or they were edited", m.From, m.From+(m.Seeds-1), seed)
		}
	}
	n := uint64(len(m.seen))
	if n != m.Tried {
		return fmt.Errorf("the files have lines of %d seeds, and their summaries speak of %d: something is cut off", n, m.Tried)
	}
	m.missing = m.Seeds - min(n, m.Seeds)
	if f := m.Failure; f != nil {
		m.UntriedBelow = f.Seed - m.From // the hunt has it: see add
		for seed := range m.seen {
			if seed < f.Seed {
				m.UntriedBelow--
			}
		}
	}
	return nil
}

// words is the merged hunt for people.
func (m *mergedHunt) words() string {
	var b strings.Builder
	if f := m.Failure; f != nil {
		fmt.Fprintf(&b, "seed %d violates %s: %s\nrun it again: %s\nsmall:\n", f.Seed, f.Property, f.Text, f.Replay)
		for line := range strings.Lines(f.Scenario) {
			b.WriteString("    " + line)
		}
		b.WriteByte('\n')
	}
	if n := m.UntriedBelow; n > 0 {
		fmt.Fprintf(&b, "%s not tried, and may fail too: a shard's file is not here, or it did not end\n", plural(n, "lower seed was", "lower seeds were"))
	}
	fmt.Fprintf(&b, "%s --from %d --seeds %d\n%s, %d of %s tried", m.Hunt, m.From, m.Seeds, count(uint64(m.shards), "shard"), m.Tried, count(m.Seeds, "seed"))
	if n := len(m.Failed); n > 0 {
		fmt.Fprintf(&b, ", %d failed", n)
	} else {
		b.WriteString(", none failed")
	}
	if m.Undecided > 0 {
		fmt.Fprintf(&b, ", %d undecided", m.Undecided)
	}
	b.WriteByte('\n')
	return b.String()
}
