// Package link reads and writes what the address of the page holds after its
// "#": a scenario, and the time at which to open it. The page, a share link and
// `raftarium web` speak of a run in this one form.
package link

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// MaxScenario is the most bytes of scenario that [Parse] unpacks, so that a
// small address cannot fill the memory.
const MaxScenario = 16 << 20

// MaxAt is the latest time at which a run is opened: to get there, all that happens
// before has to be run.
const MaxAt = 24 * time.Hour

// Start says what a page opens with.
type Start struct {
	// Scenario is the text of a scenario file; "" for none.
	Scenario string
	// At is the virtual time at which to open it.
	At time.Duration
}

// Encode returns the part of an address after the "#": "" for the zero Start.
func (s Start) Encode() string {
	var parts []string
	if s.Scenario != "" {
		var b bytes.Buffer
		w, err := flate.NewWriter(&b, flate.BestCompression)
		if err != nil {
			panic(err) // the level is a constant
		}
		_, err = io.WriteString(w, s.Scenario)
		if err := errors.Join(err, w.Close()); err != nil {
			panic(err) // a buffer takes everything
		}
		parts = append(parts, "s="+base64.RawURLEncoding.EncodeToString(b.Bytes()))
	}
	if s.At > 0 {
		parts = append(parts, "at="+s.At.String())
	}
	return strings.Join(parts, "&")
}

// Parse reads the part of an address after the "#", with or without it. A
// scenario is base64url of raw deflate, as Encode writes it, or percent-encoded
// text, as a person would. Other keys are not Parse's business and are passed
// over. Beside an error Parse returns the parts that are good.
func Parse(fragment string) (Start, error) {
	var s Start
	var errs []error
	for part := range strings.SplitSeq(strings.TrimPrefix(fragment, "#"), "&") {
		key, value, _ := strings.Cut(part, "=")
		var err error
		switch key {
		case "s":
			s.Scenario, err = scenario(value)
		case "at":
			s.At, err = at(value)
		}
		errs = append(errs, err)
	}
	return s, errors.Join(errs...)
}

func scenario(value string) (string, error) {
	if packed, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(value, "=")); err == nil {
		text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), MaxScenario+1))
		switch {
		case len(text) > MaxScenario:
			return "", fmt.Errorf("the scenario in the address is longer than %d MB", MaxScenario>>20)
		case err == nil:
			return string(text), nil
		case !strings.ContainsAny(value, " %"):
			return "", fmt.Errorf("the scenario in the address is damaged (%w): was the address cut off?", err)
		}
	}
	text, err := url.PathUnescape(value)
	if err != nil {
		return "", fmt.Errorf("the scenario in the address is damaged: %w", err)
	}
	return text, nil
}

func at(value string) (time.Duration, error) {
	text, err := url.PathUnescape(value)
	if err != nil {
		text = value
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("the time %s in the address is none: write it like at=1.5s", shown(text))
	}
	if d > MaxAt {
		return 0, fmt.Errorf("the time %s in the address is too late: a run is opened at %v at most", shown(text), MaxAt)
	}
	return d, nil
}

// shown is what an error shows of a text, which can be as long as an address.
func shown(text string) string {
	const most = 40
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return strconv.Quote(text)
}
