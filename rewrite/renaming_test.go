package rewrite

import (
	"errors"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dave/dst"
	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// A renaming is the evidence of the rules of these tests: an identifier
// becomes another. Real rules give it a type of its own each.
type renaming struct {
	detect.Evidence
	id    *ast.Ident
	to    string
	files []detect.NewFile
}

func (r *renaming) NewFiles() []detect.NewFile { return r.files }

// A renamings is the evidence of a fix in several files.
type renamings struct {
	detect.Evidence
	all   []*renaming
	parts []detect.Part
}

func (r *renamings) Parts() []detect.Part { return r.parts }

// carryRenaming stands in for carry.
func carryRenaming(f *tree.File, evidence detect.Evidence) error {
	if all, ok := evidence.(*renamings); ok {
		for _, r := range all.all {
			if !f.Holds(r.id) {
				continue
			}
			if err := carryRenaming(f, r); err != nil {
				return err
			}
		}
		return nil
	}
	r := evidence.(*renaming)
	switch r.to {
	case "error":
		if err := f.Replace(r.id, dst.NewIdent("trace")); err != nil {
			return err
		}
		return errors.New("it cannot be done")
	case "panic":
		panic("no such node")
	}
	return f.Replace(r.id, dst.NewIdent(r.to))
}

// rename makes a rule of that name that renames calls of the function from.
func rename(name, from, to string, options ...func(*detect.Finding, *renaming)) *detect.Rule {
	rule := &detect.Rule{Name: name, Best: detect.Safe}
	rule.Find = func(p *detect.Pass) []detect.Finding {
		var found []detect.Finding
		for _, file := range p.Files() {
			ast.Inspect(file.Syntax, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				id, ok := call.Fun.(*ast.Ident)
				if !ok || id.Name != from {
					return true
				}
				f := p.Finding(id, "%s is called", from)
				r := &renaming{id: id, to: to}
				f.Evidence, f.Touches = r, []detect.Span{f.Span}
				for _, option := range options {
					option(&f, r)
				}
				found = append(found, f)
				return true
			})
		}
		return found
	}
	return rule
}

// renameAll makes a rule that renames the calls of a function in all files of
// the program, as one fix.
func renameAll(name, from, to string, options ...func(*detect.Finding, *renaming)) *detect.Rule {
	one := rename(name, from, to, options...)
	rule := &detect.Rule{Name: name, Best: detect.Safe}
	rule.Find = func(p *detect.Pass) []detect.Finding {
		owners := slices.IndexFunc(p.Program.Packages, func(pkg *load.Package) bool { return len(pkg.Owned) > 0 })
		if p.Package != p.Program.Packages[owners] {
			return nil
		}
		ev := &renamings{}
		var whole []detect.Finding
		for _, pkg := range p.Program.Mentioning(regexp.MustCompile(from)) {
			pass := *p
			pass.Package = pkg
			for _, f := range one.Find(&pass) {
				f.Rule = rule
				ev.all = append(ev.all, f.Evidence.(*renaming))
				ev.parts = append(ev.parts, detect.Part{Package: pkg, File: f.File})
				if whole == nil {
					whole = append(whole, f)
				} else {
					whole[0].Touches = append(whole[0].Touches, f.Touches...)
				}
			}
		}
		if whole != nil {
			whole[0].Evidence = ev
		}
		return whole
	}
	return rule
}

func unsafe(f *detect.Finding, _ *renaming) { f.Lower(detect.Unsafe, "it is doubtful") }
func manual(f *detect.Finding, _ *renaming) { f.Lower(detect.Manual, "it is for you to decide") }

// touching makes the fix claim the whole line.
func touching(f *detect.Finding, r *renaming) {
	f.Touches = []detect.Span{{Pos: r.id.Pos() - 5, End: r.id.End() + 5}}
}

const letters = `
-- go.mod --
module example.com/m

go 1.26
-- a.go --
package m

func a() int { return 1 }
func b() int { return 2 }
func c() int { return 3 }
func text() string { return "" }

func one() int { return a() }
func two() int { return b() }
-- a_test.go --
package m

func inTest() int { return 4 }
-- sub/s.go --
package sub

func a() int { return 1 }
func b() int { return 2 }

func one() int { return a() }
`

func loadText(t *testing.T, archive string) (*load.Program, string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	prog, err := load.Load(t.Context(), load.Config{Dir: dir, Patterns: []string{"./..."}, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	return prog, dir
}

// mend runs the rules over letters with -unsafe.
func mend(t *testing.T, rules ...*detect.Rule) (Report, *load.Program, string) {
	t.Helper()
	prog, dir := loadText(t, letters)
	opts := Options{Rules: rules, Threshold: detect.Unsafe, Write: true}
	return newRun(prog, opts, carryRenaming).all(), prog, dir
}

// calls returns which functions the file's functions call now, in order.
func calls(t *testing.T, prog *load.Program, path string) string {
	t.Helper()
	for _, pkg := range prog.Packages {
		prog.Open(pkg)
	}
	var names []string
	for _, decl := range prog.File(path).Syntax.Decls {
		ast.Inspect(decl, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				names = append(names, call.Fun.(*ast.Ident).Name)
			}
			return true
		})
	}
	return strings.Join(names, " ")
}

func expectCalls(t *testing.T, prog *load.Program, dir, a, sub string) {
	t.Helper()
	if got := calls(t, prog, filepath.Join(dir, "a.go")); got != a {
		t.Errorf("a.go calls %q, want %q", got, a)
	}
	if got := calls(t, prog, filepath.Join(dir, "sub/s.go")); got != sub {
		t.Errorf("sub/s.go calls %q, want %q", got, sub)
	}
}

func reasons(report Report) []string {
	var out []string
	for _, r := range report.Refused {
		out = append(out, r.Reason)
	}
	return out
}

func expectReason(t *testing.T, report Report, count int, step Step, part string) {
	t.Helper()
	if len(report.Refused) != count {
		t.Fatalf("%d refusals, want %d: %q", len(report.Refused), count, reasons(report))
	}
	for _, r := range report.Refused {
		if r.Step != step || !strings.Contains(r.Reason, part) {
			t.Errorf("refused at step %d: %q, want step %d with %q", r.Step, r.Reason, step, part)
		}
	}
}
