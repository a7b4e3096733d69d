// Package emit brings the result of a run out: as a diff, or to the files.
package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/ctxfix/ctxfix/rewrite/align"
)

// Diff returns the change of one file in git's format; applied with
// "git apply" it gives exactly the bytes of new. old nil means that the file
// is new, new nil that it is removed. path is what [Name] returns. The diff of
// equal contents is empty.
func Diff(old, new []byte, path string) string {
	from, to := quote("a/"+path), quote("b/"+path)
	var b strings.Builder
	fmt.Fprintf(&b, "diff --git %s %s\n", from, to)
	switch {
	case old == nil:
		b.WriteString("new file mode 100644\n")
		from = "/dev/null"
	case new == nil:
		b.WriteString("deleted file mode 100644\n")
		to = "/dev/null"
	case string(old) == string(new):
		return ""
	}
	b.WriteString(hunks(label(from), label(to), string(old), string(new)))
	return b.String()
}

// hunks returns the unified diff of two texts; empty if they are equal.
func hunks(from, to, old, new string) string {
	before, after := slices.Collect(strings.Lines(old)), slices.Collect(strings.Lines(new))
	offsets := make([]int, len(before)+1)
	for i, line := range before {
		offsets[i+1] = offsets[i] + len(line)
	}
	var edits []udiff.Edit
	for _, h := range align.Diff(before, after) {
		edits = append(edits, udiff.Edit{
			Start: offsets[h.OldStart],
			End:   offsets[h.OldEnd],
			New:   strings.Join(after[h.NewStart:h.NewEnd], ""),
		})
	}
	text, err := udiff.ToUnified(from, to, old, edits, udiff.DefaultContextLines)
	if err != nil { // the edits come sorted and apart
		panic(err)
	}
	return renumber(text)
}

// label ends a file name with a tab where git would, so that a space in it
// is not taken for the end.
func label(name string) string {
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

// quote writes a path as git does: in double quotes and with escapes, if it
// has a control character, a quote, a backslash or a byte beyond ASCII.
func quote(path string) string {
	var b strings.Builder
	plain := true
	for i := 0; i < len(path); i++ {
		c := path[i]
		if e := strings.IndexByte("\a\b\t\n\v\f\r\"\\", c); e >= 0 {
			b.WriteByte('\\')
			b.WriteByte(`abtnvfr"\`[e])
		} else if c < ' ' || c >= 0x7f {
			fmt.Fprintf(&b, `\%03o`, c)
		} else {
			b.WriteByte(c)
			continue
		}
		plain = false
	}
	if plain {
		return path
	}
	return `"` + b.String() + `"`
}
