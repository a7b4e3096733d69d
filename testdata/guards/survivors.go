package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

const listed = "testdata/guards/survivors.txt"

// table prints how many guards of each package are tested.
func (c *check) table(out io.Writer, took time.Duration) {
	type row struct{ guards, survivors int }
	rows := map[string]*row{}
	all := &row{}
	for _, m := range c.mutants {
		dir := path.Dir(m.file)
		if rows[dir] == nil {
			rows[dir] = &row{}
		}
		for _, r := range []*row{rows[dir], all} {
			r.guards++
			if c.killers[m.n] == "" {
				r.survivors++
			}
		}
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	defer w.Flush()
	fmt.Fprintln(w, "package\tguards\ttested\tnot tested\t")
	for _, dir := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t\n", dir, rows[dir].guards, rows[dir].guards-rows[dir].survivors, rows[dir].survivors)
	}
	fmt.Fprintf(w, "in %v\t%d\t%d\t%d\t\n", took.Round(time.Second), all.guards, all.guards-all.survivors, all.survivors)
}

// compare fails if a guard is not tested and not in the list, which gives
// reasons as headings. A guard of the list that is tested by now is mentioned.
func (c *check) compare(out io.Writer, update bool) error {
	excused, err := c.excused()
	if err != nil {
		return err
	}
	var fresh []string
	tested := map[string]bool{}
	slices.SortStableFunc(c.mutants, func(a, b mutant) int { return cmp.Or(cmp.Compare(a.file, b.file), a.line-b.line) })
	for _, m := range c.mutants {
		switch killed := c.killers[m.n] != ""; {
		case killed && excused[m.key()]:
			fmt.Fprintf(out, "%s: tested by now: %s\n", listed, m.key())
			tested[m.key()] = true
		case !killed && !excused[m.key()]:
			fmt.Fprintf(out, "%s:%d: no test fails without this: %s: %s\n", m.file, m.line, m.fn, m.text)
			fresh = append(fresh, m.key())
		}
	}
	if update {
		return c.update(fresh, tested)
	}
	if len(fresh) > 0 {
		return fmt.Errorf("%d guards are not tested, and not in %s: write a case that shows what each is for, or delete it", len(fresh), listed)
	}
	return nil
}

// excused returns the guards of the list.
func (c *check) excused() (map[string]bool, error) {
	data, err := os.ReadFile(filepath.Join(c.root, listed))
	if err != nil {
		return nil, err
	}
	keys := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			keys[line] = true
		}
	}
	return keys, nil
}

// update puts the fresh ones at the end of the list, and drops the tested.
func (c *check) update(fresh []string, tested map[string]bool) error {
	file := filepath.Join(c.root, listed)
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var text strings.Builder
	for line := range strings.Lines(string(data)) {
		if !tested[strings.TrimSpace(line)] {
			text.WriteString(line)
		}
	}
	if len(fresh) > 0 {
		text.WriteString("\n# No reason yet.\n" + strings.Join(fresh, "\n") + "\n")
	}
	return os.WriteFile(file, []byte(text.String()), 0o666)
}
