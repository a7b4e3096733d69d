package emit

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var header = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n$`)

// renumber sets the line numbers of the new side. The diff library forgets
// the equal lines between two changes of one hunk when it counts them, and
// git, which looks for a hunk from that number on, would find it at another
// place where the same lines stand.
func renumber(diff string) string {
	var b strings.Builder
	added := 0 // lines more than in the old file, so far
	for line := range strings.Lines(diff) {
		// Lines of the texts start with a space, a sign or a backslash.
		m := header.FindStringSubmatch(line)
		if m == nil {
			b.WriteString(line)
			continue
		}
		start, before, after := number(m[1]), number(m[2]), number(m[4])
		if before == 0 || after == 0 { // an empty file, or one of one line: the only hunk
			b.WriteString(line)
			continue
		}
		fmt.Fprintf(&b, "@@ -%d,%d +%d,%d @@\n", start, before, start+added, after)
		added += after - before
	}
	return b.String()
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits) // digits alone, by the pattern, or none: 0
	return n
}
