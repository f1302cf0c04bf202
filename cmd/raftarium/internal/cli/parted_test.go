package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// However errors were put together, the verdict decides the status and all else is told.
func TestAVerdictIsPartedFromWhatIsToBeTold(t *testing.T) {
	unsafe, a, b := verdictError(StatusUnsafe), errors.New("a"), errors.New("b")
	for _, c := range []struct {
		name string
		err  error
		want int // 0 is no verdict
		rest string
	}{
		{"an error", a, 0, "a"},
		{"wrapped", fmt.Errorf("of: %w", a), 0, "of: a"},
		{"a verdict", unsafe, StatusUnsafe, ""},
		{"joined", errors.Join(unsafe, a), StatusUnsafe, "a"},
		{"joined twice", errors.Join(errors.Join(unsafe, a)), StatusUnsafe, "a"},
		{"joined with more", errors.Join(errors.Join(unsafe, a), b), StatusUnsafe, "a\nb"},
		{"deep", errors.Join(b, errors.Join(a, errors.Join(unsafe))), StatusUnsafe, "b\na"},
		{"a verdict that is wrapped", fmt.Errorf("of: %w", unsafe), StatusUnsafe, ""},
		{"both wrapped", fmt.Errorf("of: %w", errors.Join(unsafe, a)), StatusUnsafe, "a"},
		{"two errors wrapped", fmt.Errorf("%w, %w", a, b), 0, "a, b"},
		{"two verdicts", errors.Join(unsafe, verdictError(StatusNoProgress)), StatusUnsafe, ""},
	} {
		found, rest := parted(c.err)
		status, text := 0, ""
		if found != nil {
			status = int(*found)
		}
		if rest != nil {
			text = rest.Error()
		}
		if status != c.want || text != c.rest {
			t.Errorf("%s: status %d and %q, want %d and %q", c.name, status, text, c.want, c.rest)
		}
	}
}

func TestAStatusThatIsWrappedIsStillTheStatus(t *testing.T) {
	p := program()
	p.More = []*cobra.Command{{Use: "end", RunE: func(*cobra.Command, []string) error { return fmt.Errorf("ended: %w", Status(7)) }}}
	if status, _, stderr := command(t.Context(), p, "", false, "end"); status != 7 || strings.TrimSpace(stderr) != "" {
		t.Errorf("status %d, %q", status, stderr)
	}
}
