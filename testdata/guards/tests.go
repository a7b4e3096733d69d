package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// suites are the test cases, then the packages' own Go tests, for which it
// adds a file to the sources.
func suites(root string, sources map[string]*source) ([]suite, error) {
	out := []suite{{pkg: "./rewrite", test: "TestCasesWithout", asks: func(m mutant) (int, bool) {
		if strings.HasPrefix(m.file, "detect/") {
			return 1, true // a rule decides the same for one fix as for many
		}
		return 2, true
	}}}
	for _, pkg := range testing {
		tests, err := testsIn(filepath.Join(root, pkg))
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(tests)) {
			test := "TestsWithout_" + name
			sources[filepath.Join(root, pkg, "without_"+name+"_test.go")] = &source{bytes: listing(name, test, tests[name])}
			out = append(out, suite{pkg: pkg, test: "Test" + test, asks: func(m mutant) (int, bool) {
				dir := "./" + path.Dir(m.file)
				return 0, dir == pkg || pkg == "./rewrite" && strings.HasPrefix(dir, "./rewrite/")
			}})
		}
	}
	return out, nil
}

// testsIn returns the names of the Go tests in the folder, by package. Those
// that a tag alone builds are none, nor are the cases, a suite of their own.
func testsIn(dir string) (map[string][]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	tests := map[string][]string{}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		if tagged(file) {
			continue
		}
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Recv != nil || !strings.HasPrefix(d.Name.Name, "Test") || d.Name.Name == "TestMain" || d.Name.Name == "TestCases" {
				continue
			}
			tests[file.Name.Name] = append(tests[file.Name.Name], d.Name.Name)
		}
	}
	return tests, nil
}

func tagged(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:build") {
				return true
			}
		}
	}
	return false
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
