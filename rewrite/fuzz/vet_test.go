package fuzz_test

import (
	"go/ast"
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"golang.org/x/tools/go/analysis/passes/lostcancel"
	"golang.org/x/tools/go/analysis/passes/nilfunc"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/analysis/passes/testinggoroutine"
	"golang.org/x/tools/go/analysis/passes/unreachable"
	"golang.org/x/tools/go/analysis/passes/unusedresult"

	"github.com/ctxfix/ctxfix/detect"
)

// analyzers are those of go vet whose findings a fix could cause.
var analyzers = []*analysis.Analyzer{lostcancel.Analyzer, copylock.Analyzer, unusedresult.Analyzer, unreachable.Analyzer, nilfunc.Analyzer, testinggoroutine.Analyzer, printf.Analyzer}

// vets reports what go vet says of the result and did not say before. An
// unsafe fix may skip a cancel: its finding says so.
func vets(before, after *checked, m mode) error {
	known := vet(before)
	for _, said := range vet(after) {
		if m.threshold == detect.Unsafe && strings.HasPrefix(said, lostcancel.Analyzer.Name) {
			continue
		}
		i := slices.Index(known, said)
		if i < 0 {
			return broken("vet "+strings.Fields(said)[0], "go vet has something new to say: %s", said)
		}
		if !strings.HasPrefix(said, unreachable.Analyzer.Name) { // code that cannot be reached is copied as it is
			known = slices.Delete(known, i, i+1)
		}
	}
	return nil
}

// vet returns the diagnostics of each package, without their positions.
func vet(c *checked) []string {
	var out []string
	for _, external := range []bool{false, true} {
		var files []*ast.File
		for i, f := range c.syntax {
			if f != nil && strings.HasSuffix(f.Name.Name, "_test") == external && !strings.Contains(c.files[i].name, "/") {
				files = append(files, f)
			}
		}
		if len(files) == 0 {
			continue
		}
		pkg := c.pkgs[0]
		if external {
			pkg = c.pkgs[len(c.pkgs)-1]
		}
		for _, a := range analyzers {
			results := map[*analysis.Analyzer]any{}
			c.analyze(a, pkg, files, results, &out)
		}
	}
	return out
}

var digits = strings.NewReplacer("0", "", "1", "", "2", "", "3", "", "4", "", "5", "", "6", "", "7", "", "8", "", "9", "")

func (c *checked) analyze(a *analysis.Analyzer, pkg *types.Package, files []*ast.File, results map[*analysis.Analyzer]any, out *[]string) {
	if _, done := results[a]; done {
		return
	}
	for _, needed := range a.Requires {
		c.analyze(needed, pkg, files, results, out)
	}
	facts := map[types.Object]analysis.Fact{}
	pass := &analysis.Pass{
		Analyzer: a, Fset: c.fset, Files: files, Pkg: pkg, TypesInfo: c.info, TypesSizes: types.SizesFor("gc", "amd64"),
		ResultOf: results,
		Report: func(d analysis.Diagnostic) {
			*out = append(*out, a.Name+" "+digits.Replace(d.Message))
		},
		ImportObjectFact: func(obj types.Object, fact analysis.Fact) bool {
			known, ok := facts[obj]
			if ok && reflect.TypeOf(known) == reflect.TypeOf(fact) {
				reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(known).Elem())
				return true
			}
			return false
		},
		ExportObjectFact:  func(obj types.Object, fact analysis.Fact) { facts[obj] = fact },
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
		ExportPackageFact: func(analysis.Fact) {},
		AllObjectFacts:    func() []analysis.ObjectFact { return nil },
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
		ReadFile:          func(string) ([]byte, error) { return nil, nil },
		Module:            &analysis.Module{Path: ownImport, GoVersion: c.version},
	}
	result, err := a.Run(pass)
	if err != nil {
		*out = append(*out, a.Name+" failed: "+err.Error())
	}
	results[a] = result
}
