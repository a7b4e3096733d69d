// Growth counts how often each statement of the rules runs, for every package of
// a module. It counts only when it is built with
//
//	go build -cover -covermode=atomic -coverpkg=./testdata/growth,./detect/...
//
// and is run by the test Growth of package rewrite. See ../README.md.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

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
	prog, err := load.Load(context.Background(), load.Config{
		Dir: dir, Patterns: []string{"./..."}, Tests: true, Source: true,
		Env: append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off"),
	})
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, p := range prog.Packages {
		if len(p.Owned) == 0 {
			continue
		}
		name, err := filepath.Rel(dir, p.Dir)
		if err != nil {
			return err
		}
		m := measure{Dir: filepath.ToSlash(name)}
		if len(p.Errors) > 0 {
			m.Err = p.Errors[0].Error()
		} else if err := m.take(names, func() { look(prog, p) }); err != nil {
			return err
		}
		if err := out.Encode(m); err != nil {
			return err
		}
	}
	return nil
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
