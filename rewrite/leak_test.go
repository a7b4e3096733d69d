package rewrite_test

import (
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
)

// leaks is what testdata/leaks prints: what its functions leave behind, as
// they stand and as safe fixes leave them.
const (
	leaksBefore = `
event: returned false, left 1
tickers: returned false, left 1
sender: returned false, left 0
sender after timeout: returned true, left 1
senders: returned false, left 0
semaphore: returned false, left 1
poller: returned true, left 1
`
	leaksAfter = `
event: returned true, left 0
tickers: returned true, left 0
sender: returned true, left 0
sender after timeout: returned true, left 0
senders: returned true, left 0
semaphore: returned true, left 0
poller: returned true, left 0
`
)

// TestLeaks runs a program whose functions wait on when they are called off,
// or leave goroutines behind, and runs it again with the fixes: everything
// returns, and no goroutine is left.
func TestLeaks(t *testing.T) {
	m := runModule(t, "../testdata/leaks", detect.Safe, "selectdone")
	for _, f := range m.report.Remain {
		t.Errorf("left unfixed: %s: %s", m.describe(f), f.Because)
	}
	for _, run := range []struct{ name, dir, want string }{
		{"before", m.dir, leaksBefore},
		{"after", m.write(t), leaksAfter},
	} {
		t.Run(run.name, func(t *testing.T) {
			t.Parallel()
			out, err := goTool(t, run.dir, "run", ".")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if got, want := strings.TrimSpace(out), strings.TrimSpace(run.want); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
