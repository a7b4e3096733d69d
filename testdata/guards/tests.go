package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/testdata/guards/guard"
)

// How many tests of package rewrite, of those that reach a guard of the writer,
// are tried without it: each writes, and that takes its time.
const (
	mostCases = 30
	mostTests = 30
)

// suites are the packages' own Go tests, for which it adds a file to the
// sources, then the forms, the cases, and the Go tests of package rewrite.
func suites(root string, sources map[string]*source) ([]suite, error) {
	own, err := goSuites(root, sources, testing, func(m mutant, pkg string) (guard.Which, bool) {
		return guard.Which{}, "./"+path.Dir(m.file) == pkg
	})
	if err != nil {
		return nil, err
	}
	last, err := goSuites(root, sources, []string{"./rewrite"}, func(m mutant, _ string) (guard.Which, bool) {
		return guard.Which{Most: mostTests}, writes(m)
	})
	if err != nil {
		return nil, err
	}
	cases := suite{pkg: "./rewrite", test: "TestCasesWithout", asks: func(m mutant) (guard.Which, bool) {
		if writes(m) {
			return guard.Which{First: 1, Last: 2, Most: mostCases}, true // it has no say in what is found at first
		}
		return guard.Which{Last: 1}, true // a rule decides the same for one fix as for many
	}}
	forms := suite{pkg: "./rewrite/fuzz", test: "TestFormsWithout", asks: func(m mutant) (guard.Which, bool) {
		if writes(m) {
			return guard.Which{First: 1, Last: 1}, true
		}
		return guard.Which{Last: 1}, true
	}}
	return slices.Concat(own, []suite{forms, cases}, last), nil
}

// writes reports whether the guard is one of the writer.
func writes(m mutant) bool { return strings.HasPrefix(m.file, "rewrite/") }

// goSuites are the Go tests of the packages.
func goSuites(root string, sources map[string]*source, pkgs []string, asks func(m mutant, pkg string) (guard.Which, bool)) ([]suite, error) {
	var out []suite
	for _, pkg := range pkgs {
		tests, err := testsIn(filepath.Join(root, pkg))
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(tests.names)) {
			test := "TestsWithout_" + name
			sources[filepath.Join(root, pkg, "without_"+name+"_test.go")] = &source{bytes: listing(name, test, tests.names[name])}
			s := suite{pkg: pkg, test: "Test" + test, asks: func(m mutant) (guard.Which, bool) { return asks(m, pkg) }}
			if tests.rapid {
				s.flags = []string{"-rapid.nofailfile"} // else a file beside the tests for each mutant
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// goTests are the Go tests of a folder.
type goTests struct {
	names map[string][]string // by package
	rapid bool                // the test binary has the flags of that library
}

// testsIn returns the Go tests in the folder that are built here without a tag.
// The cases are a suite of their own.
func testsIn(dir string) (goTests, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return goTests{}, err
	}
	tests := goTests{names: map[string][]string{}}
	for _, path := range paths {
		built, err := build.Default.MatchFile(filepath.Split(path))
		if err != nil {
			return goTests{}, err
		}
		if !built {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return goTests{}, err
		}
		tests.rapid = tests.rapid || slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"pgregory.net/rapid"` })
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Recv != nil || !strings.HasPrefix(d.Name.Name, "Test") || d.Name.Name == "TestMain" || d.Name.Name == "TestCases" {
				continue
			}
			tests.names[file.Name.Name] = append(tests.names[file.Name.Name], d.Name.Name)
		}
	}
	return tests, nil
}

// listing is a test file that runs the tests without a guard.
func listing(pkg, name string, tests []string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "package %s\n\nimport (\n\t\"testing\"\n\n\t\"github.com/ctxfix/ctxfix/testdata/guards/guard\"\n)\n\n", pkg)
	fmt.Fprintf(&out, "func Test%s(t *testing.T) {\n\tguard.Serve(t, []guard.Test{\n", name)
	for _, test := range tests {
		fmt.Fprintf(&out, "\t\t{Name: %q, Run: %s},\n", test, test)
	}
	out.WriteString("\t})\n}\n")
	return out.Bytes()
}
