// Growth counts how often each statement of the rules runs, for every package of
// a module, and before that what it takes to load the module. It counts only when it is built with
//
//	go build -cover -covermode=atomic -coverpkg=./testdata/growth,./detect/...
//
// and is run by the test Growth of package rewrite. See ../README.md.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// whole stands in a measure for the folder of the module: of loading it.
const whole = ".load"

// A measure is what it took to look at one package.
type measure struct {
	Dir    string
	Err    string            // why it was not looked at
	Bytes  uint64            // allocated
	Counts map[string]uint64 // by FILE:LINE.COLUMN (FUNCTION) of each block of statements
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "growth:", err)
		os.Exit(1)
	}
}

// run prints the measures of the packages of the module in dir.
func run(dir string) error {
	names, err := blocks()
	if err != nil {
		return err
	}
	var prog *load.Program
	var failed error
	loading := measure{Dir: whole}
	err = loading.take(names, func() {
		prog, failed = load.Load(context.Background(), load.Config{
			Dir: dir, Patterns: []string{"./..."}, Tests: true, Source: true,
			Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off"),
		})
	})
	if err := cmp.Or(failed, err); err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(loading); err != nil {
		return err
	}
	for _, p := range prog.Packages {
		if len(p.Owned) == 0 {
			continue
		}
		name, err := filepath.Rel(dir, p.Dir)
		if err != nil {
			return err
		}
		m := measure{Dir: filepath.ToSlash(name)}
		if err := m.of(prog, p, names); err != nil {
			return err
		}
		if err := out.Encode(m); err != nil {
			return err
		}
	}
	return nil
}

// of measures what it takes to look at a package, when all is known that is found
// out once for the whole module.
func (m *measure) of(prog *load.Program, p *load.Package, names map[block]string) error {
	if len(p.Errors) > 0 {
		m.Err = p.Errors[0].Error()
		return nil
	}
	look(prog, p)
	return m.take(names, func() { look(prog, p) })
}

// look looks at the package with every rule.
func look(prog *load.Program, p *load.Package) {
	strict := func(*detect.Rule, string) (detect.Preset, bool) { return detect.Strict, true }
	detect.Run(prog, []*load.Package{p}, detect.All, detect.Options{LevelAt: strict})
}

// take measures what do does.
func (m *measure) take(names map[block]string, do func()) error {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	counts, err := counted(do)
	if err != nil {
		return err
	}
	runtime.ReadMemStats(&after)
	m.Bytes, m.Counts = after.TotalAlloc-before.TotalAlloc, map[string]uint64{}
	for b, n := range counts {
		m.Counts[names[b]] += n
	}
	return nil
}
