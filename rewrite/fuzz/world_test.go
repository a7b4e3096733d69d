package fuzz_test

import (
	"bytes"
	"fmt"
	"go/build"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/load"
)

// ownImport is what an external test imports its package as.
const ownImport = "example.com/p"

// A world is what programs are made of and run in. It is loaded once.
type world struct {
	seeds    [][]seed // by rule
	root     string
	base     *load.Program
	importer types.Importer // from export data, apart from package load
	packages []string       // that can be imported
	paths    map[string]string
	mark     int // size of the file set without programs
	made     int // programs made
}

// standard are packages of the standard library that programs may import.
var standard = strings.Fields(`bufio bytes cmp context crypto/tls database/sql encoding/json errors fmt io io/fs iter
	log log/slog maps math/rand/v2 net net/http net/http/httptest net/url os os/exec os/signal path/filepath reflect
	runtime runtime/debug slices sort strconv strings sync sync/atomic syscall testing testing/synctest time`)

// otherContext is a package that is not context but has its name.
const otherContext = "example.com/p/other/context"

// newWorld lays out a module with an empty package for each set of file names,
// and loads it with all that programs import.
func newWorld(tb testing.TB) *world {
	tb.Helper()
	seeds, others := readSeeds(tb)
	root, err := filepath.EvalSymlinks(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	w := &world{seeds: seeds, root: root, packages: append(slices.Clone(standard), otherContext), paths: map[string]string{}}
	w.write(tb, "other/context/context.go", "package context\n\ntype Context interface{ Value(key any) any }\n\nfunc Background() Context { return nil }\n\nfunc TODO() Context { return nil }\n")
	mod := "module " + ownImport + "\n\ngo " + newestGo + "\n"
	for _, path := range slices.Sorted(maps.Keys(others)) {
		mod += fmt.Sprintf("\nrequire %s v0.0.0\n\nreplace %s => ./stubs/%s\n", path, path, path)
		w.stub(tb, path, others[path])
	}
	w.write(tb, "go.mod", mod)
	for _, set := range fileSets() {
		w.template(tb, set)
	}
	w.load(tb)
	return w
}

func (w *world) write(tb testing.TB, name, text string) {
	tb.Helper()
	path := filepath.Join(w.root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		tb.Fatal(err)
	}
}

// stub lays out a module that a case brings along.
func (w *world) stub(tb testing.TB, module string, files map[string][]byte) {
	tb.Helper()
	w.write(tb, "stubs/"+module+"/go.mod", "module "+module+"\n\ngo "+newestGo+"\n")
	for name, data := range files {
		w.write(tb, "stubs/"+module+"/"+name, string(data))
		path := module
		if dir := filepath.Dir(name); dir != "." {
			path += "/" + dir
		}
		if !slices.Contains(w.packages, path) {
			w.packages = append(w.packages, path)
		}
	}
	slices.Sort(w.packages)
}

// fileSets returns all sets of file names that a program can have.
func fileSets() [][]string {
	var sets [][]string
	for tests := range 4 {
		for plain := range 1 << plainFiles {
			var set []string
			for i := range plainFiles {
				if plain>>i&1 != 0 {
					set = append(set, fmt.Sprintf("%c.go", 'a'+i))
				}
			}
			if tests&1 != 0 {
				set = append(set, testFile)
			}
			if tests&2 != 0 {
				set = append(set, externalFile)
			}
			if len(set) > 0 {
				slices.Sort(set)
				sets = append(sets, set)
			}
		}
	}
	return sets
}

// folder is where the template with these files is.
func folder(names []string) string {
	return "t/" + strings.ReplaceAll(strings.Join(names, "-"), ".go", "")
}

// template lays out a package that imports all there is: what imports it has
// need not be found out again for each program.
func (w *world) template(tb testing.TB, names []string) {
	tb.Helper()
	dir := folder(names)
	imports := ""
	for _, path := range w.packages {
		imports += fmt.Sprintf("import _ %q\n", path)
	}
	for _, name := range names {
		clause := "package p\n"
		if name == externalFile {
			clause = "package p_test\n"
			if len(names) > 1 {
				clause += fmt.Sprintf("import _ %q\n", ownImport+"/"+dir)
			}
		}
		w.write(tb, dir+"/"+name, clause+imports)
	}
}

func (w *world) load(tb testing.TB) {
	tb.Helper()
	env := append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOPROXY=off", "GOWORK=off")
	prog, err := load.Load(tb.Context(), load.Config{Dir: w.root, Patterns: []string{"./t/..."}, Tests: true, Env: env})
	if err != nil {
		tb.Fatal(err)
	}
	for _, p := range prog.Packages {
		for _, e := range p.Errors {
			tb.Fatal(e)
		}
	}
	w.base = prog
	cmd := exec.CommandContext(tb.Context(), "go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "./"+folder([]string{"a.go"}))
	cmd.Dir, cmd.Env = w.root, env
	out, err := cmd.Output()
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		path, export, _ := strings.Cut(strings.TrimSpace(line), " ")
		w.paths[path] = export
	}
	w.importer = importer.ForCompiler(token.NewFileSet(), build.Default.Compiler, func(path string) (io.ReadCloser, error) {
		data, err := os.ReadFile(w.paths[path])
		return io.NopCloser(bytes.NewReader(data)), err
	})
	// Export data is read when it is first needed: all of it now, so that it
	// is not forgotten with the files of the first program.
	if _, err := w.program(program{files: []source{{"a.go", "package p\n\n" + w.importAll()}}, version: newestGo}); err != nil {
		tb.Fatal(err)
	}
	w.mark = prog.Fset.Base()
}

func (w *world) importAll() string {
	text := ""
	for _, path := range w.packages {
		text += fmt.Sprintf("import _ %q\n", path)
	}
	return text
}

// program makes a Program of p as if it had been loaded from disk.
func (w *world) program(p program) (*load.Program, error) {
	prog, err := w.loaded(p)
	if err != nil {
		return nil, err
	}
	for _, pkg := range prog.Packages {
		if len(pkg.Errors) > 0 {
			return nil, pkg.Errors[0]
		}
	}
	return prog, nil
}

// loaded is program for code that may not compile.
func (w *world) loaded(p program) (*load.Program, error) {
	w.forget()
	var names []string
	for _, f := range p.files {
		names = append(names, f.name)
	}
	dir := folder(names)
	abs := filepath.Join(w.root, dir)
	var own []*load.Package
	for _, pkg := range w.base.Packages {
		if pkg.Dir == abs {
			own = append(own, pkg)
		}
	}
	if len(own) == 0 {
		return nil, fmt.Errorf("no template with the files %v", names)
	}
	prog := w.base.Subset(own)
	module := &load.Module{Path: ownImport + "/" + dir, Dir: abs, GoVersion: p.version}
	for _, pkg := range prog.Packages {
		pkg.Module = module
	}
	changed := map[string][]byte{}
	for _, f := range p.files {
		changed[filepath.Join(abs, f.name)] = []byte(w.ownPath(f.src, dir))
	}
	check := prog.Check(changed)
	errs := check.Errors()
	check.Commit()
	for _, pkg := range prog.Packages {
		pkg.Errors = errs
	}
	for path := range changed {
		f := prog.File(path)
		f.Disk = f.Bytes
		f.GoVersion = "go" + p.version
	}
	for _, pkg := range prog.Packages {
		if pkg.Info == nil {
			continue // its bodies are those of the variant with tests
		}
		for _, f := range pkg.Files {
			if v := pkg.Info.FileVersions[f.Syntax]; v != "" {
				f.GoVersion = v
			}
		}
	}
	return prog, nil
}

// ownPath lets an external test import the template it stands in.
func (w *world) ownPath(src, dir string) string {
	return strings.ReplaceAll(src, `"`+ownImport+`"`, `"`+ownImport+"/"+dir+`"`)
}

// forget drops the positions of former programs now and then.
func (w *world) forget() {
	if w.made++; w.mark == 0 || w.made%100 != 0 {
		return
	}
	var old []*token.File
	w.base.Fset.Iterate(func(f *token.File) bool {
		if f.Base() >= w.mark {
			old = append(old, f)
		}
		return true
	})
	for _, f := range old {
		w.base.Fset.RemoveFile(f)
	}
}
