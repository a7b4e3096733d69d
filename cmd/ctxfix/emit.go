package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// writeFiles writes the edits, with the old contents in the journal. It returns
// what went wrong by the path of the file, which then is as it was.
func writeFiles(edits []rewrite.Edit, journal *emit.Journal) map[string]error {
	var changes []emit.Change
	for _, e := range edits {
		changes = append(changes, emit.Change{Path: e.Path, Old: e.Old, New: e.New, Fixes: e.Joint()})
	}
	return failures(emit.Write(changes, journal))
}

// otherNames returns how many more names the files have, by path.
func otherNames(edits []rewrite.Edit) map[string]int {
	names := map[string]int{}
	for _, e := range edits {
		names[e.Path] = emit.OtherNames(e.Path)
	}
	return names
}

// linked returns a warning for each file that was written and has other names,
// which keep the old contents.
func linked(dir string, edits []rewrite.Edit, names map[string]int, unwritten map[string]error) []string {
	var warnings []string
	for _, e := range edits {
		if n := names[e.Path]; n > 0 && unwritten[e.Path] == nil {
			warnings = append(warnings, fmt.Sprintf("%s: its %s (hard links) keep the old contents",
				report.Relative(dir, e.Path), report.Count(n, "other name")))
		}
	}
	return warnings
}

// pathsOf returns the files that the edits are of.
func pathsOf(edits []rewrite.Edit) []string {
	var paths []string
	for _, e := range edits {
		paths = append(paths, e.Path)
	}
	return paths
}

// failures returns the errors of [emit.Write] by file.
func failures(err error) map[string]error {
	unwritten := make(map[string]error)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return unwritten
	}
	for _, err := range joined.Unwrap() {
		e := &emit.Error{Err: err}
		errors.As(err, &e)
		unwritten[e.Path] = e.Err
	}
	return unwritten
}

// diffOf returns the edits as a diff that "git apply" takes in dir.
func diffOf(dir string, edits []rewrite.Edit) (string, error) {
	var b strings.Builder
	for _, e := range edits {
		name, err := emit.Name(dir, e.Path)
		if err != nil {
			return "", err
		}
		b.WriteString(emit.Diff(e.Old, e.New, name))
	}
	return b.String(), nil
}
