package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// planted is the file that plant writes into packages.
const planted = "zz_planted.go"

// A garden is the files that plant has written, by path.
type garden map[string]string

// plant writes n functions that lose a cancel func into the packages of the tree
// that import context, so that ctxfix has as many to mend.
func plant(ctx context.Context, t *tree, n int) (garden, error) {
	const format = `{{range .Imports}}{{if eq . "context"}}{{$.Name}} {{$.Dir}}{{end}}{{end}}`
	list := exec.CommandContext(ctx, "go", append([]string{"list", "-f", format}, t.patterns...)...)
	list.Dir, list.Env = t.dir, t.env
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list in %s: %w", t.dir, err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	g := garden{}
	for i, line := range lines {
		name, dir, _ := strings.Cut(line, " ")
		functions := n / len(lines)
		if i < n%len(lines) {
			functions++
		}
		if functions > 0 {
			g[filepath.Join(dir, planted)] = lossy(name, functions)
		}
	}
	return g, g.reset(ctx)
}

// lossy is a file with functions that lose a cancel func.
func lossy(pkg string, functions int) string {
	var out bytes.Buffer
	fmt.Fprintf(&out, "package %s\n\nimport (\n\t\"context\"\n\t\"time\"\n)\n", pkg)
	fmt.Fprintf(&out, "\nfunc zzWork(ctx context.Context) error { return ctx.Err() }\n")
	for i := range functions {
		fmt.Fprintf(&out, `
// zzPlanted%d works for at most a second.
func zzPlanted%d(parent context.Context) error {
	ctx, _ := context.WithTimeout(parent, time.Second)
	return zzWork(ctx) // in time
}
`, i, i)
	}
	return out.String()
}

// reset makes the files what they were when they were planted.
func (g garden) reset(context.Context) error {
	for path, text := range g {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// clear removes the files.
func (g garden) clear() error {
	for path := range g {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}
