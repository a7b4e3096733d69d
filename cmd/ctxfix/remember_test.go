package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
)

// cachedModule has packages whose findings depend on others: app on the bodies
// of db and, by way of db, of row; on the API of the module dep; with -strict
// on who else uses its keys.
const cachedModule = `
-- go.mod --
module example.com/m

go 1.26

require example.com/dep v0.0.0

replace example.com/dep => ../dep
-- ../dep/go.mod --
module example.com/dep

go 1.26
-- ../dep/dep.go --
package dep

func Send(to string) error { return nil }
-- row/row.go --
package row

import "context"

func Scan(ctx context.Context) error {
	if ctx == nil {
		return nil
	}
	return ctx.Err()
}
-- db/db.go --
package db

import (
	"context"

	"example.com/m/row"
)

func Find(id int) error { return FindContext(context.Background(), id) }

func FindContext(ctx context.Context, id int) error { return ctx.Err() }

func Rows(ctx context.Context) error { return row.Scan(ctx) }
-- app/app.go --
package app

import (
	"context"

	"example.com/dep"
	"example.com/m/db"
)

func Load(ctx context.Context) error {
	if err := dep.Send("a"); err != nil {
		return err
	}
	return db.Find(1)
}

func Rows(ctx context.Context) error { return db.Rows(nil) }

func With(ctx context.Context) context.Context { return context.WithValue(ctx, "user", 1) }

func User(ctx context.Context) any { return ctx.Value("user") }
-- app/app_test.go --
package app

import (
	"context"
	"testing"
)

func TestLoad(t *testing.T) {
	if err := Load(context.Background()); err != nil {
		t.Fatal(err)
	}
}
-- other/other.go --
package other

func Nothing() {}
`

// A tree is a module on disk that is changed step by step.
type tree struct {
	*testing.T
	dir string
}

func newTree(t *testing.T) tree {
	isolateCache(t)
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOPROXY", "off")
	tr := tree{t, filepath.Join(t.TempDir(), "m")}
	for _, f := range txtar.Parse([]byte(cachedModule)).Files {
		tr.write(f.Name, string(f.Data))
	}
	return tr
}

func (tr tree) write(name, text string) {
	tr.Helper()
	writeFile(tr.T, filepath.Join(tr.dir, name), []byte(text))
}

// edit replaces text that is in the file once.
func (tr tree) edit(name, old, text string) {
	tr.Helper()
	src, err := os.ReadFile(filepath.Join(tr.dir, name))
	if err != nil || strings.Count(string(src), old) != 1 {
		tr.Fatalf("%s: %q is there %d times, %v", name, old, strings.Count(string(src), old), err)
	}
	tr.write(name, strings.Replace(string(src), old, text, 1))
}

// outcome is all that a run says.
func (tr tree) outcome(args ...string) string {
	var stdout, stderr bytes.Buffer
	code := run(tr.Context(), append([]string{"ctxfix", "-C", tr.dir}, args...), nil, &stdout, &stderr)
	return fmt.Sprintf("%s%s%d\n", &stdout, &stderr, code)
}

// TestCacheSeesChanges makes changes which alter what is found, and asks that
// runs with and without the cache say the same after each.
func TestCacheSeesChanges(t *testing.T) {
	strict := []string{"-strict", "-v", "./..."}
	for _, c := range []struct {
		name   string
		args   []string
		change func(tr tree) []string // other arguments; nil: the same
	}{
		{"nothing", nil, nil},
		{"file", nil, func(tr tree) []string { tr.edit("app/app.go", "return db.Find(1)", "return nil"); return nil }},
		{"comment", nil, func(tr tree) []string {
			tr.edit("app/app.go", "	return db.Find(1)", "	//ctxfix:ignore noctx because\n	return db.Find(1)")
			return nil
		}},
		{"body of an import", nil, func(tr tree) []string {
			tr.edit("db/db.go", "return FindContext(context.Background(), id)", "_ = id; return nil")
			return nil
		}},
		{"body of an import's import", nil, func(tr tree) []string {
			tr.edit("row/row.go", "	if ctx == nil {\n		return nil\n	}\n", "")
			return nil
		}},
		{"other module", nil, func(tr tree) []string {
			tr.write("../dep/ctx.go", "package dep\n\nimport \"context\"\n\nfunc SendContext(ctx context.Context, to string) error { return ctx.Err() }\n")
			return nil
		}},
		{"new package with the key", nil, func(tr tree) []string {
			tr.edit("other/other.go", "func Nothing() {}", "import \"context\"\n\nfunc Nothing(ctx context.Context, key string) any { return ctx.Value(key) }")
			return nil
		}},
		{"file of another build", nil, func(tr tree) []string {
			tr.write("other/other_plan9.go", "package other\n\nimport \"context\"\n\nfunc User(ctx context.Context) any { return ctx.Value(\"user\") }\n")
			return nil
		}},
		{"test", nil, func(tr tree) []string { tr.edit("app/app_test.go", "context.Background()", "t.Context()"); return nil }},
		{"new file", nil, func(tr tree) []string {
			tr.write("app/b.go", "package app\n\nimport \"context\"\n\nfunc More(ctx context.Context) error { return Load(context.TODO()) }\n")
			return nil
		}},
		{"file removed", nil, func(tr tree) []string { os.Remove(filepath.Join(tr.dir, "app/app_test.go")); return nil }},
		{"package broken", nil, func(tr tree) []string { tr.edit("db/db.go", "return ctx.Err()", "return 1"); return nil }},
		{"language version", nil, func(tr tree) []string {
			tr.edit("../dep/go.mod", "go 1.26", "go 1.20")
			tr.edit("go.mod", "go 1.26", "go 1.20")
			return nil
		}},
		{"config", nil, func(tr tree) []string { tr.write(".ctxfix.yaml", "exclude:\n- app/app.go\n"); return nil }},
		{"generated", nil, func(tr tree) []string {
			tr.edit("app/app.go", "package app", "// Code generated by hand. DO NOT EDIT.\n\npackage app")
			return nil
		}},
		{"not strict", nil, func(tree) []string { return []string{"-v", "./..."} }},
		{"rules", nil, func(tree) []string { return []string{"-rules", "noctx", "./..."} }},
		{"skipped rule", nil, func(tree) []string { return []string{"-strict", "-v", "-skip", "noctx", "./..."} }},
		{"no tests", nil, func(tree) []string { return []string{"-strict", "-v", "-tests=false", "./..."} }},
		{"fewer packages", nil, func(tree) []string { return []string{"-strict", "-v", "./app"} }},
		{"more packages", []string{"-strict", "-v", "./app"}, func(tree) []string { return strict }},
		{"a file", nil, func(tree) []string { return []string{"-strict", "-v", "app/app_test.go"} }},
		{"from a file", []string{"-strict", "-v", "app/app_test.go"}, func(tree) []string { return strict }},
		{"diff", nil, func(tree) []string { return []string{"-strict", "-d", "./..."} }},
		{"sarif", nil, func(tree) []string { return []string{"-strict", "-format", "sarif", "./..."} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := newTree(t)
			args := c.args
			if args == nil {
				args = strict
			}
			first := tr.outcome(args...)
			if c.change == nil {
				if again := tr.outcome(args...); again != first {
					t.Errorf("the second run says\n%s\nthe first\n%s", again, first)
				}
				return
			}
			if other := c.change(tr); other != nil {
				args = other
			}
			without := tr.outcome(append([]string{"-no-cache"}, args...)...)
			if without == first {
				t.Fatalf("the change alters nothing:\n%s", first)
			}
			for _, nth := range []string{"first", "second"} {
				if with := tr.outcome(args...); with != without {
					t.Errorf("the %s run after the change says\n%s\nwithout the cache\n%s", nth, with, without)
				}
			}
		})
	}
}

// TestCacheAtOnce lets runs share a cache that none of them has filled.
func TestCacheAtOnce(t *testing.T) {
	tr := newTree(t)
	want := tr.outcome("-no-cache", "-strict", "-v", "./...")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got := tr.outcome("-strict", "-v", "./..."); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	group.Wait()
}

// TestCacheDamaged asks that entries which cannot be used are made anew.
func TestCacheDamaged(t *testing.T) {
	for _, damage := range []string{"", "{}", `{"Findings":[{"Rule":"noctx","File":7}]}`} {
		tr := newTree(t)
		want := tr.outcome("-strict", "-v", "./...")
		cached := filepath.Join(os.Getenv("XDG_CACHE_HOME"), "ctxfix", "findings")
		entries, err := filepath.Glob(filepath.Join(cached, "*", "*-d"))
		if err != nil || len(entries) == 0 {
			t.Fatalf("%s has no entries, %v", cached, err)
		}
		for _, path := range entries {
			if err := os.WriteFile(path, []byte(damage), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if got := tr.outcome("-strict", "-v", "./..."); got != want {
				t.Errorf("with %q for entries:\n%s\nwant\n%s", damage, got, want)
			}
		}
	}
}

// TestCacheIsNotWrittenFrom asks that what is known to have a fix is mended as
// it is on disk.
func TestCacheIsNotWrittenFrom(t *testing.T) {
	tr := newTree(t)
	tr.outcome("./...")
	want := tr.outcome("-no-cache", "-d", "./...")
	if got := tr.outcome("-d", "./..."); got != want || !strings.Contains(got, "+	return db.FindContext(ctx, 1)") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	tr.outcome("-w", "./...")
	want = tr.outcome("-no-cache", "-d", "./...")
	for range 2 { // the first one looks at all packages, the second knows them
		if left := tr.outcome("-d", "./..."); left != want || strings.Contains(left, "+++") {
			t.Errorf("after -w:\n%s\nwithout the cache\n%s", left, want)
		}
	}
}
