package tree

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/dave/dst"
	"github.com/dave/dst/dstutil"
)

// comments counts the comments at and under the given nodes, by their text.
func comments(nodes ...dst.Node) map[string]int {
	out := map[string]int{}
	for _, n := range nodes {
		dst.Inspect(n, func(n dst.Node) bool {
			_, _, points := dstutil.Decorations(n)
			for _, p := range points {
				count(out, p.Decs)
			}
			return true
		})
	}
	return out
}

func count(into map[string]int, decs []string) {
	for _, d := range decs {
		if isComment(d) {
			into[d]++
		}
	}
}

// missing returns a comment that is in want more often than in have.
func missing(want, have map[string]int) (string, bool) {
	for _, c := range slices.Sorted(maps.Keys(want)) {
		if have[c] < want[c] {
			return c, true
		}
	}
	return "", false
}

func isComment(dec string) bool     { return strings.HasPrefix(dec, "/") }
func isLineComment(dec string) bool { return strings.HasPrefix(dec, "//") }

func hasComment(decs []string) bool {
	for _, d := range decs {
		if isComment(d) {
			return true
		}
	}
	return false
}

// sameLine splits the decorations at the end of a node into those on the line
// where it ends and those below.
func sameLine(end dst.Decorations) (line, below dst.Decorations) {
	for i, d := range end {
		if d == "\n" {
			return end[:i:i], end[i:]
		}
		if isLineComment(d) {
			return end[: i+1 : i+1], end[i+1:]
		}
	}
	return end, nil
}

// handOn is sameLine for when what is below goes to another node, which has
// no comment of its own on the line where it ends.
func handOn(end dst.Decorations) (line, below dst.Decorations) {
	line, below = sameLine(end)
	if len(below) > 0 && len(line) > 0 && isLineComment(line[len(line)-1]) {
		below = append(dst.Decorations{"\n"}, below...) // the comment's line break
	}
	return line, below
}

// above lays comments out on lines of their own before a node.
func above(decs ...string) dst.Decorations {
	var out dst.Decorations
	for _, d := range decs {
		if !isComment(d) {
			continue
		}
		out = append(out, d)
		if !isLineComment(d) {
			out = append(out, "\n")
		}
	}
	return out
}

// below lays comments out on lines of their own after what ends with end.
func below(end dst.Decorations, decs ...string) dst.Decorations {
	out := append(dst.Decorations{}, end...)
	for _, d := range decs {
		if !isComment(d) {
			continue
		}
		if n := len(out); n == 0 || !isLineComment(out[n-1]) {
			out = append(out, "\n")
		}
		out = append(out, d)
	}
	return out
}

// carry moves the spacing and the outer comments of old to its replacement,
// the nodes of new in order. It reports the comment that would be lost.
func carry(old dst.Node, new ...dst.Node) (lost string, ok bool) {
	from := old.Decorations()
	first, last := new[0].Decorations(), new[len(new)-1].Decorations()
	start, end := from.Start, from.End
	wraps := false
	for _, n := range new {
		wraps = wraps || pathTo(n, old) != nil
	}
	have := comments(new...)
	if !wraps {
		outer := map[string]int{}
		if missingAny(start, first.Start) {
			count(outer, start)
		} else {
			start = nil
		}
		if missingAny(end, last.End) {
			count(outer, end)
		} else {
			end = nil
		}
		for c, n := range outer {
			have[c] += n
		}
	}
	if lost, found := missing(comments(old), have); found {
		return lost, false
	}
	before, after := from.Before, from.After
	if wraps {
		from.Before, from.After, from.Start, from.End = dst.None, dst.None, nil, nil
	}
	first.Before, last.After = before, after
	first.Start = append(append(dst.Decorations{}, start...), first.Start...)
	last.End = append(append(dst.Decorations{}, last.End...), end...)
	return "", true
}

// missingAny reports whether decs has a comment that in has not: the caller
// did not carry decs over already.
func missingAny(decs, in dst.Decorations) bool {
	want, have := map[string]int{}, map[string]int{}
	count(want, decs)
	count(have, in)
	_, lost := missing(want, have)
	return lost
}

func isNil(n dst.Node) bool {
	return n == nil || reflect.ValueOf(n).IsNil()
}
