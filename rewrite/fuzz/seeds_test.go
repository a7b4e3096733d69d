package fuzz_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/txtar"
)

// plainFiles is how many files besides tests a program may have.
const plainFiles = 3

// testFile and externalFile hold the tests of a program.
const (
	testFile     = "a_test.go"
	externalFile = "x_test.go"
)

// A seed is the package of a case.
type seed struct {
	name    string // RULE/CASE
	program program
}

// stubs are files of other modules that cases bring along, by module path and
// then by name.
type stubs map[string]map[string][]byte

// readSeeds returns the packages of the cases, by folder, and the modules they import.
// Cases of several packages of one module are left out.
func readSeeds(tb testing.TB) ([][]seed, stubs) {
	tb.Helper()
	paths, err := filepath.Glob("../../testdata/*/*.txtar")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no cases: %v", err)
	}
	var seeds [][]seed
	rule := ""
	others := stubs{}
	for _, p := range paths {
		folder := filepath.Base(filepath.Dir(p))
		if folder == "cli" || folder == "forms" {
			continue
		}
		archive, err := txtar.ParseFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		name := folder + "/" + strings.TrimSuffix(filepath.Base(p), ".txtar")
		if s, ok := newSeed(name, archive, others); ok {
			if folder != rule {
				seeds, rule = append(seeds, nil), folder
			}
			seeds[len(seeds)-1] = append(seeds[len(seeds)-1], s)
		}
	}
	return seeds, others
}

// packageClause is the clause without the name, but for the end of that of an
// external test.
var packageClause = regexp.MustCompile(`(?m)^(package )\w+?(_test)?$`)

var wantComment = regexp.MustCompile("[ \t]*// want [^\n]*")

func newSeed(name string, archive *txtar.Archive, others stubs) (seed, bool) {
	files := map[string][]byte{}
	for _, f := range archive.Files {
		if !strings.HasPrefix(f.Name, "fixed/") && !strings.HasPrefix(f.Name, "unsafe/") {
			files[f.Name] = wantComment.ReplaceAll(f.Data, nil)
		}
	}
	if mod := modfile.ModulePath(files["go.mod"]); strings.Contains(strings.TrimPrefix(mod, "example.com/"), ".") {
		takeModule(mod, files, others)
	}
	dirs := map[string]bool{}
	for name := range files {
		switch {
		case path.Base(name) == "go.mod":
			delete(files, name)
		case path.Ext(name) == ".go":
			dirs[path.Dir(name)] = true
		}
	}
	if len(dirs) != 1 {
		return seed{}, false
	}
	p, ok := arrange(files)
	return seed{name, p}, ok
}

// takeModule moves all packages but those of the folder app, which use them,
// to the stubs.
func takeModule(mod string, files map[string][]byte, others stubs) {
	if others[mod] == nil {
		others[mod] = map[string][]byte{}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasPrefix(name, "app/") || path.Base(name) == "go.mod" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if others[mod][name] == nil {
			others[mod][name] = files[name]
		}
		delete(files, name)
	}
}

// arrange gives the files of a folder the names that programs have.
func arrange(files map[string][]byte) (program, bool) {
	p := program{version: newestGo}
	plain := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".go" {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), "", files[name], parser.PackageClauseOnly)
		if err != nil || strings.Contains(name, "plan9") {
			return p, false
		}
		to := fmt.Sprintf("%c.go", 'a'+plain)
		switch {
		case strings.HasSuffix(syntax.Name.Name, "_test"):
			to = externalFile
		case strings.HasSuffix(name, "_test.go"):
			to = testFile
		default:
			plain++
		}
		if p.file(to) != nil || plain > plainFiles {
			return p, false
		}
		src := packageClause.ReplaceAllString(string(files[name]), "${1}p${2}")
		p.files = append(p.files, source{to, src})
	}
	p.sort()
	return p, len(p.files) > 0
}
