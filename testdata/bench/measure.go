package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A cost is what one process and those that it started took.
type cost struct {
	Time time.Duration
	CPU  time.Duration
	Peak int64 // of the process that took most memory, in bytes
}

// A contender is a command that is measured.
type contender struct {
	name   string
	argv   []string
	env    []string                        // beside that of the tree
	before func(ctx context.Context) error // makes ready for each run, unmeasured; or nil
	fails  bool                            // it may end with 1, because of what it found
}

// measure runs the command once over the tree.
func (b *bench) measure(ctx context.Context, c contender, t *tree) (cost, error) {
	if c.before != nil {
		if err := c.before(ctx); err != nil {
			return cost{}, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	file := b.tool("result")
	cmd := exec.CommandContext(ctx, self, append([]string{apart, file}, c.argv...)...)
	cmd.Dir, cmd.Env = t.dir, append(slices.Clip(t.env), c.env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", c.name, err, tail(stderr.String()))
	}
	var r result
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return cost{}, err
	}
	if r.Error != "" || r.Exit > 0 && !c.fails || r.Exit > 3 {
		return cost{}, fmt.Errorf("%s: %s: exit code %d %s\n%s", c.name, strings.Join(c.argv, " "), r.Exit, r.Error, tail(stderr.String()))
	}
	return r.Cost, nil
}

func tail(text string) string { return text[max(0, len(text)-2000):] }

// A tree is a folder with packages to work on.
type tree struct {
	name     string
	dir      string
	patterns []string
	env      []string
	edited   string // a file that is changed from run to run
}

// compare measures the contenders in turns, A B A B, after one turn that fills
// the caches, and returns their medians.
func (b *bench) compare(ctx context.Context, t *tree, all []contender) ([]cost, error) {
	costs := make([][]cost, len(all))
	for turn := range b.runs + 1 {
		for i, c := range all {
			fmt.Fprintf(b.stderr, "%s %s: %s: %d of %d\n", time.Now().Format(time.TimeOnly), t.name, c.name, turn, b.runs)
			one, err := b.measure(ctx, c, t)
			if err != nil {
				return nil, err
			}
			if turn > 0 {
				costs[i] = append(costs[i], one)
			}
		}
	}
	return medians(costs), nil
}

func medians(costs [][]cost) []cost {
	var out []cost
	for _, all := range costs {
		out = append(out, cost{
			middle(all, func(c cost) time.Duration { return c.Time }),
			middle(all, func(c cost) time.Duration { return c.CPU }),
			middle(all, func(c cost) int64 { return c.Peak }),
		})
	}
	return out
}

func middle[N int64 | time.Duration](all []cost, of func(cost) N) N {
	var values []N
	for _, c := range all {
		values = append(values, of(c))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// environ is the environment for commands on a tree: with the build cache of
// the user, and a folder of its own for what ctxfix keeps.
func (b *bench) environ(more ...string) []string {
	return append(append(os.Environ(), "GOTOOLCHAIN=local", "GOWORK=off", "GOCACHE="+b.gocache, "XDG_CACHE_HOME="+b.tool("kept")), more...)
}
