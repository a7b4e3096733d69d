package fuzz_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

// counts tell what a run of the fuzzer has come to.
type counts struct {
	programs    int
	typed       int // mutations made, whether they compile or not
	tried, made map[string]int
	found       map[string]int
	fixed       map[string]map[detect.Safety]int
}

func newCounts() *counts {
	return &counts{tried: map[string]int{}, made: map[string]int{}, found: map[string]int{}, fixed: map[string]map[detect.Safety]int{}}
}

func (c *counts) add(r rewrite.Report) {
	for _, f := range r.Found {
		c.found[f.Rule.Name]++
	}
	for _, f := range r.Fixed {
		if c.fixed[f.Rule.Name] == nil {
			c.fixed[f.Rule.Name] = map[detect.Safety]int{}
		}
		c.fixed[f.Rule.Name][f.Safety]++
	}
}

func (c *counts) String() string {
	var b strings.Builder
	made := 0
	for _, n := range c.made {
		made += n
	}
	fmt.Fprintf(&b, "%d programs; of %d mutations %d compile\n", c.programs, c.typed, made)
	for _, name := range slices.Sorted(maps.Keys(c.tried)) {
		fmt.Fprintf(&b, "  %-14s %6d tried %6d compile\n", name, c.tried[name], c.made[name])
	}
	for _, r := range detect.All {
		fmt.Fprintf(&b, "  %-14s %6d found %6d fixed safe %6d fixed unsafe\n", r.Name, c.found[r.Name], c.fixed[r.Name][detect.Safe], c.fixed[r.Name][detect.Unsafe])
	}
	return b.String()
}
