package load

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// coldGrace is how long the go command may take before it is asked why. On a
// warm build cache it is done with most modules by then, and nothing is asked:
// the answer costs a third of such a load.
const coldGrace = time.Second

// coldShare is the part of the packages that may have to be compiled before
// reading everything from source is the quicker way: compiling a package
// takes about twenty times as long as reading its declarations.
const coldShare = 20

// A coldProbe watches a load from export data and ends it if most of the time
// would go into compiling.
type coldProbe struct {
	giveUp  context.CancelFunc // ends the load
	dismiss context.CancelFunc // ends the question
	asking  sync.WaitGroup
	cold    atomic.Bool
}

// startColdProbe returns the context for the load to be watched.
func startColdProbe(ctx context.Context, cfg Config, patterns []string) (context.Context, *coldProbe) {
	p := new(coldProbe)
	loading, giveUp := context.WithCancel(ctx)
	asking, dismiss := context.WithCancel(ctx)
	p.giveUp, p.dismiss = giveUp, dismiss
	p.asking.Go(func() {
		select {
		case <-time.After(coldGrace):
		case <-asking.Done():
			return
		}
		if isCold(asking, cfg, patterns) && asking.Err() == nil {
			p.cold.Store(true)
			giveUp()
		}
	})
	return loading, p
}

// end waits for the question to end and frees both contexts.
func (p *coldProbe) end() {
	p.dismiss()
	p.asking.Wait()
	p.giveUp()
}

// found reports whether the load was ended.
func (p *coldProbe) found() bool { return p != nil && p.cold.Load() }

// isCold asks the go command how many packages it would have to compile.
func isCold(ctx context.Context, cfg Config, patterns []string) bool {
	// Killed, the go command leaves its temporary files behind.
	tmp, err := os.MkdirTemp("", "ctxfix-")
	if err != nil {
		return false
	}
	defer os.RemoveAll(tmp)
	args := []string{"list", "-e", "-deps", "-f", "{{.Stale}} {{.Name}}"}
	if cfg.Tests {
		args = append(args, "-test")
	}
	args = append(append(args, cfg.buildFlags()...), "--")
	cmd := exec.CommandContext(ctx, "go", append(args, patterns...)...)
	cmd.Dir, cmd.Env = cfg.Dir, append(slices.Clip(cfg.Env), "GOTMPDIR="+tmp)
	out, err := cmd.Output()
	if err != nil {
		return false
	}
	stale, all := 0, 0
	for line := range strings.Lines(string(out)) {
		all++
		// Commands and test binaries are never in the cache as a whole.
		if strings.HasPrefix(line, "true ") && strings.TrimSpace(line) != "true main" {
			stale++
		}
	}
	return stale*coldShare > all
}
