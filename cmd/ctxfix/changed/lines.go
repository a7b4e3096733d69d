// Package changed knows which lines of a work tree are new: those that git, or
// a patch, says were added or changed.
package changed

import (
	"path/filepath"
	"slices"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// Lines are the lines that count as changed: those that were added or
// replaced, and, where lines were only removed, the two on both sides of the
// gap, because what was removed may be what they need.
type Lines struct {
	files map[string]*file // by real path
}

type file struct {
	whole bool
	spans []span // sorted by first line
}

// A span is a run of lines, from 1, both ends included.
type span struct{ first, last int }

// Touch reports whether one of the lines first to last of the file, from 1, is
// changed. path is absolute, with symbolic links resolved.
func (l *Lines) Touch(path string, first, last int) bool {
	f := l.files[path]
	if f == nil {
		return false
	}
	return f.whole || slices.ContainsFunc(f.spans, func(s span) bool { return s.first <= last && first <= s.last })
}

// Files returns the paths of the files that have changed lines, sorted.
func (l *Lines) Files() []string {
	var paths []string
	for path, f := range l.files {
		if f.whole || len(f.spans) > 0 {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

func newLines() *Lines { return &Lines{map[string]*file{}} }

// add takes the changes of one file of a diff; path is absolute.
func (l *Lines) add(path string, d *gitdiff.File) {
	f := &file{whole: d.IsBinary}
	for _, frag := range d.TextFragments {
		f.spans = append(f.spans, spansOf(frag)...)
	}
	l.set(path, f)
}

func (l *Lines) set(path string, f *file) {
	l.files[realPath(path)] = f
}

// realPath resolves symbolic links in the folder of the path: a link to a file
// is a file of its own for git.
func realPath(path string) string {
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, filepath.Base(path))
}

// spansOf returns the changed lines of a hunk, which may have lines of context.
func spansOf(frag *gitdiff.TextFragment) []span {
	at := int(frag.NewPosition) // the next line of the new file
	if frag.NewLines == 0 {
		at++ // git names the line before the gap
	}
	var spans []span
	for i := 0; i < len(frag.Lines); {
		if frag.Lines[i].Op == gitdiff.OpContext {
			at, i = at+1, i+1
			continue
		}
		added := 0
		for ; i < len(frag.Lines) && frag.Lines[i].Op != gitdiff.OpContext; i++ {
			if frag.Lines[i].Op == gitdiff.OpAdd {
				added++
			}
		}
		if added == 0 {
			spans = append(spans, span{at - 1, at})
		} else {
			spans = append(spans, span{at, at + added - 1})
		}
		at += added
	}
	return spans
}
