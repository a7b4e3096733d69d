package report

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/ctxfix/ctxfix/detect"
)

// Stats are what was measured of a run.
type Stats struct {
	Phases []Phase // in the order they began
	Memory uint64  // bytes the process had from the system at the end
}

// A Phase is a part of the work of a run, all its turns together.
type Phase struct {
	Name      string
	Duration  time.Duration
	Allocated uint64 // bytes, those freed again included
}

// A RuleCount counts what one rule found.
type RuleCount struct {
	Rule       string `json:"rule"`
	Safe       int    `json:"safe"` // fixed ones included, as in the next two
	Unsafe     int    `json:"unsafe"`
	Manual     int    `json:"manual"`
	Fixed      int    `json:"fixed"`      // with -d, -l: would be
	Kept       int    `json:"kept"`       // places left alone
	Suppressed int    `json:"suppressed"` // kept silent by a comment or a baseline
}

// RuleCounts counts per rule, in the order of the run's rules.
func (r *Run) RuleCounts() []RuleCount {
	counts := []RuleCount{}
	index := make(map[*detect.Rule]int)
	of := func(rule *detect.Rule) *RuleCount {
		i, ok := index[rule]
		if !ok {
			i = len(counts)
			index[rule] = i
			counts = append(counts, RuleCount{Rule: rule.Name})
		}
		return &counts[i]
	}
	for _, rule := range r.Rules {
		of(rule)
	}
	for _, f := range r.Findings {
		of(f.Rule).add(f)
	}
	for _, k := range r.Kept {
		of(k.Rule).Kept++
	}
	for _, f := range r.Suppressed {
		of(f.Rule).Suppressed++
	}
	return counts
}

func (c *RuleCount) add(f Finding) {
	switch f.Safety {
	case detect.Safe:
		c.Safe++
	case detect.Unsafe:
		c.Unsafe++
	default:
		c.Manual++
	}
	if f.Fixed {
		c.Fixed++
	}
}

// WriteStats writes the counts per rule, without the rules that have nothing
// to say, and what was measured.
func WriteStats(w io.Writer, r *Run) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "safe\tunsafe\tmanual\tfixed\tkept\tsuppressed\t rule\n")
	total := RuleCount{Rule: "all rules"}
	for _, c := range r.RuleCounts() {
		if c == (RuleCount{Rule: c.Rule}) {
			continue
		}
		c.writeRow(table)
		total.Safe += c.Safe
		total.Unsafe += c.Unsafe
		total.Manual += c.Manual
		total.Fixed += c.Fixed
		total.Kept += c.Kept
		total.Suppressed += c.Suppressed
	}
	total.writeRow(table)
	if err := table.Flush(); err != nil {
		return err
	}
	table = tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "time\tallocated\t phase\n")
	for _, p := range r.Stats.Phases {
		fmt.Fprintf(table, "%.3fs\t%s\t %s\n", p.Duration.Seconds(), megabytes(p.Allocated), p.Name)
	}
	fmt.Fprintf(table, "\t%s\t memory in the end\n", megabytes(r.Stats.Memory))
	return table.Flush()
}

func (c RuleCount) writeRow(w io.Writer) {
	fmt.Fprintf(w, "%d\t%d\t%d\t%d\t%d\t%d\t %s\n", c.Safe, c.Unsafe, c.Manual, c.Fixed, c.Kept, c.Suppressed, c.Rule)
}

func megabytes(bytes uint64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
