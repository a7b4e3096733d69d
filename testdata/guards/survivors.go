package main

import (
	"cmp"
	"errors"
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
// reasons as headings. A guard of the list that is tested by now, or gone, is
// only mentioned when all guards were looked at.
func (c *check) compare(out io.Writer, update, all bool) error {
	file := filepath.Join(c.root, listed)
	data, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	excused := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			excused[line] = true
		}
	}
	fresh := 0
	left := c.left()
	slices.SortFunc(left, func(a, b mutant) int { return cmp.Or(cmp.Compare(a.file, b.file), a.line-b.line) })
	var lines strings.Builder
	for _, m := range left {
		if !excused[m.key()] {
			fmt.Fprintf(out, "%s:%d: no test fails without this: %s: %s\n", m.file, m.line, m.fn, m.text)
			fmt.Fprintln(&lines, m.key())
			fresh++
		}
		delete(excused, m.key())
	}
	if all {
		for _, key := range slices.Sorted(maps.Keys(excused)) {
			fmt.Fprintf(out, "%s: tested by now, or gone: %s\n", listed, key)
		}
	}
	if update && fresh > 0 {
		text := string(data) + "\n# No reason yet.\n" + lines.String()
		return os.WriteFile(file, []byte(text), 0o666)
	}
	if fresh > 0 {
		return fmt.Errorf("%d guards are not tested, and not in %s: write a case that shows what each is for, or delete it", fresh, listed)
	}
	return nil
}
