// Program leaks calls functions that wait, cancels their context, and counts
// the goroutines that are left. It is run as it stands and as the fixes of
// selectdone and chanblock leave it.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"go.uber.org/goleak"
)

// A scenario waits until its context is cancelled, or ought to. What it waits
// for goes on once release is closed.
type scenario struct {
	name string
	run  func(ctx context.Context, release <-chan struct{}) error
}

// The scenarios, by the rule that mends them, and whether -unsafe is needed.
var groups = map[string][]scenario{
	"selectdone":        selectDone,
	"selectdone-unsafe": selectDoneUnsafe,
	"chanblock":         chanBlock,
	"chanblock-unsafe":  chanBlockUnsafe,
}

func main() {
	patience := flag.Duration("patience", 100*time.Millisecond, "how long to wait for what ought to end")
	profile := flag.Bool("profile", false, "count with the runtime's goroutineleak profile, not with goleak")
	flag.Parse()
	if *profile && pprof.Lookup("goroutineleak") == nil {
		fmt.Fprintln(os.Stderr, "built without the goroutineleak profile")
		os.Exit(1)
	}
	for _, group := range flag.Args() {
		for _, s := range groups[group] {
			fmt.Printf("%s %s: left %d\n", group, s.name, left(s, *patience, *profile))
		}
	}
}

// left runs the scenario, cancels its context, lets go what it waits for, and
// returns how many goroutines stay behind: its own among them, if it did not
// return when it was cancelled.
func left(s scenario, patience time.Duration, profile bool) int {
	current := goleak.IgnoreCurrent()
	count := func() int { return goroutines(goleak.Find(current)) }
	if profile {
		before := leaked()
		count = func() int { return leaked() - before }
	}
	ctx, cancel := context.WithCancel(context.Background())
	release, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.run(ctx, release)
	}()
	time.Sleep(10 * time.Millisecond)
	cancel()
	select {
	case <-ended:
	case <-time.After(patience):
		return count() // nobody holds release any more
	}
	close(release)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if goleak.Find(current) == nil {
			return 0
		}
	}
	return count()
}

// goroutines counts those that goleak's error tells of.
func goroutines(err error) int {
	if err == nil {
		return 0
	}
	return strings.Count(err.Error(), "Goroutine ")
}

// leaked returns how many goroutines wait for what nobody else can reach.
func leaked() int {
	var out bytes.Buffer
	if err := pprof.Lookup("goroutineleak").WriteTo(&out, 1); err != nil {
		panic(err)
	}
	n := 0
	if _, err := fmt.Sscanf(out.String(), "goroutineleak profile: total %d", &n); err != nil {
		panic(err)
	}
	return n
}
