package fuzz_test

import (
	"errors"
	"go/parser"
	"go/token"
	"testing"

	"github.com/ctxfix/ctxfix/rewrite"
)

// FuzzSource takes any text that parses as the one file of a package. If it
// compiles, all must hold that does for any program; if it does not, nothing
// may be written.
func FuzzSource(f *testing.F) {
	w := newWorld(f)
	for _, rule := range w.seeds {
		for _, s := range rule {
			for _, file := range s.program.files {
				f.Add(file.src)
			}
		}
	}
	count := newCounts()
	f.Fuzz(func(t *testing.T, src string) {
		src = packageClause.ReplaceAllString(src, "${1}p")
		syntax, err := parser.ParseFile(token.NewFileSet(), "a.go", src, parser.ParseComments)
		if err != nil || syntax.Name.Name != "p" {
			return
		}
		p := program{files: []source{{"a.go", src}}, version: newestGo}
		prog, err := w.loaded(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range modes {
			if len(prog.Packages[0].Errors) > 0 {
				report, err := rewrite.Run(prog.Clone(), m.options())
				if err != nil || len(report.Edits) > 0 {
					t.Fatalf("%s: %d edits of a package that does not compile: %v", m.name, len(report.Edits), err)
				}
				continue
			}
			var v *violation
			c := w.check(p, ".")
			if c == nil || len(c.errs) > 0 {
				return
			}
			if errors.As(w.hold(c, m, count), &v) && v.grave() {
				t.Fatalf("%s: %v", m.name, v)
			}
		}
	})
}
