package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// writeFiles writes the edits. It returns what went wrong by the path of the
// file, which then is as it was.
func writeFiles(edits []rewrite.Edit) map[string]error {
	var changes []emit.Change
	for _, e := range edits {
		changes = append(changes, emit.Change{Path: e.Path, Old: e.Old, New: e.New})
	}
	unwritten := make(map[string]error)
	joined, ok := emit.Write(changes).(interface{ Unwrap() []error })
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

// diffOf returns the edits as a diff that "git apply" takes in dir. Like git
// diff it names files from the top of the working tree that dir is in, for
// that is how git apply reads it, and from dir where there is none.
func diffOf(dir string, edits []rewrite.Edit) (string, error) {
	top := workTree(dir)
	var b strings.Builder
	for _, e := range edits {
		path, err := filepath.Rel(top, e.Path)
		if err != nil {
			return "", err
		}
		b.WriteString(emit.Diff(e.Old, e.New, filepath.ToSlash(path)))
	}
	return b.String(), nil
}

// workTree returns the top of git's working tree around dir, or dir.
func workTree(dir string) string {
	for top := dir; ; top = filepath.Dir(top) {
		if _, err := os.Stat(filepath.Join(top, ".git")); err == nil {
			return top
		}
		if top == filepath.Dir(top) {
			return dir
		}
	}
}
