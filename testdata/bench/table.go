package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// A sum is a row that adds others up.
type sum struct {
	name string
	rows []int
}

// table measures the contenders and prints them beside the first one.
func (b *bench) table(ctx context.Context, t *tree, title string, all []contender, sums ...sum) error {
	if !b.only.MatchString(title) {
		return nil
	}
	costs, err := b.compare(ctx, t, all)
	if err != nil {
		return err
	}
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.name
	}
	for _, s := range sums {
		names, costs = append(names, s.name), append(costs, add(costs, s.rows))
	}
	fmt.Fprintf(b.stdout, "\n### %s\n\n", title)
	fmt.Fprintln(b.stdout, "| command | time | | CPU | | memory | |")
	fmt.Fprintln(b.stdout, "|---|--:|--:|--:|--:|--:|--:|")
	for i, c := range costs {
		fmt.Fprintf(b.stdout, "| %s | %s | %.2f | %s | %.2f | %d MB | %.2f |\n", names[i],
			seconds(c.Time), ratio(c.Time, costs[0].Time), seconds(c.CPU), ratio(c.CPU, costs[0].CPU), c.Peak>>20, ratio(c.Peak, costs[0].Peak))
	}
	return nil
}

// add is the cost of one command after the other.
func add(costs []cost, rows []int) (all cost) {
	for _, i := range rows {
		all.Time += costs[i].Time
		all.CPU += costs[i].CPU
		all.Peak = max(all.Peak, costs[i].Peak)
	}
	return all
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func ratio[N int64 | time.Duration](n, of N) float64 { return float64(n) / float64(of) }

// machine prints what the figures were measured on.
func (b *bench) machine(ctx context.Context) error {
	version, err := exec.CommandContext(ctx, "go", "version").Output()
	if err != nil {
		return fmt.Errorf("go version: %w", err)
	}
	fmt.Fprintf(b.stdout, "Measured %s, %d runs each, with %s, on %d × %s.\n", time.Now().Format(time.DateOnly), b.runs,
		strings.TrimPrefix(strings.TrimSpace(string(version)), "go version "), runtime.NumCPU(), processor())
	return nil
}

// processor names the machine's processor, where the system tells.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, "\t\n :")
		}
	}
	return runtime.GOARCH
}
