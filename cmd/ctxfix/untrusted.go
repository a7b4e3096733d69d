package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/changed"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect/directive"
	"github.com/ctxfix/ctxfix/detect/load"
)

// distrustLines makes directives, and headers of generated files, on new lines
// not count: whoever sends the change must not silence what is found in it.
func (set *settings) distrustLines(lines *changed.Lines) {
	if lines == nil {
		return
	}
	heed := set.detect.Heed
	set.detect.Heed = func(path string, d directive.Directive) bool {
		return !lines.Touch(path, d.Line, d.Line) && (heed == nil || heed(path, d))
	}
	set.load.Header = func(path string, line int) bool { return !lines.Touch(path, line, line) }
}

// unseenNames is how many files a warning names.
const unseenNames = 5

// unseen returns a warning about changed Go files below the working directory
// that no rule has looked at, or "": build constraints, //line directives and
// go.mod files of their own keep files from being judged, and a change may
// bring them along.
func (set *settings) unseen(prog *load.Program) string {
	if !set.untrusted || set.sorter == nil || set.sorter.lines == nil || prog.Only != nil {
		return ""
	}
	seen := map[string]bool{}
	for _, p := range prog.Packages {
		for _, f := range p.Owned {
			seen[f.Path] = true
		}
	}
	var names []string
	for _, path := range set.sorter.lines.Files() {
		name, err := filepath.Rel(set.dir, path)
		if err == nil && filepath.IsLocal(name) && filepath.Ext(name) == ".go" && !seen[path] {
			names = append(names, report.Relative(set.dir, path))
		}
	}
	if len(names) == 0 {
		return ""
	}
	more := ""
	if n := len(names) - unseenNames; n > 0 {
		names, more = names[:unseenNames], fmt.Sprintf(" and %s", report.Count(n, "more file"))
	}
	return fmt.Sprintf("changed, but not looked at: %s%s", strings.Join(names, ", "), more)
}
