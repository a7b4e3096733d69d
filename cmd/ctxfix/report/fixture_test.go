package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

const odd = `package p

import (
	"context"
	"time"
)

func find(ctx context.Context, id string) error { return ctx.Err() }

func Wide(ctx context.Context) error { const s = "ö世😀"; return find(context.TODO(), s) }

func Warm(ctx context.Context, id string) {
	if id != "" {
		find(context.Background(), "é")
	}
}

func Slow(ctx context.Context) error {
	for {
		if err := find(ctx, "世"); err == nil {
			return nil
		}
		time.Sleep(time.Second) // 😀
	}
}

func Hidden(ctx context.Context) error {
	return find(context.TODO(), "") //ctxfix:ignore background it is meant to outlive its caller
}

var jobs = map[string]context.Context{}

func Wait(id string) error {
	ctx := jobs[id]
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
		return nil
	}
}
`

const dos = "\uFEFFpackage p; import \"context\"; func Top(ctx context.Context) error { return find(context.TODO(), `é`) }\r\n" +
	"\r\nfunc Dos(ctx context.Context) error {\r\n\treturn find(context.TODO(), \"ö\")\r\n}\r\n"

// finished returns a run on a module with odd names, line ends and columns.
func finished(t *testing.T, write bool) *report.Run {
	t.Helper()
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(top, "sub 1%")
	for path, text := range map[string]string{
		filepath.Join(top, ".git", "HEAD"):      "",
		filepath.Join(dir, "go.mod"):            "module example.com/p\n\ngo 1.26\n",
		filepath.Join(dir, "a, 5%:é.go"):        odd,
		filepath.Join(dir, "dos.go"):            dos,
		filepath.Join(dir, "broken", "b<&>.go"): "package broken\n\nvar x int = nothing\n",
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	prog, err := load.Load(t.Context(), load.Config{Dir: dir, Patterns: []string{"./..."}, Tests: true})
	if err != nil {
		t.Fatal(err)
	}
	opts := rewrite.Options{Rules: detect.All, Threshold: detect.Safe, Write: write}
	done, err := rewrite.Run(prog, opts)
	if err != nil {
		t.Fatal(err)
	}
	proposals, err := rewrite.Propose(prog, done.Remain, opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range done.Edits {
		if err := os.WriteFile(e.Path, e.New, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r := report.New(prog, done, report.Options{
		Version: "ctxfix v1.2.3", Release: "v1.2.3", Dir: dir, Write: write, Rules: detect.All, Hidden: true, Proposals: proposals,
	})
	r.Problems = []report.Problem{{File: "broken/b<&>.go", Line: 3, Column: 13, Message: "undefined: \x1b nothing"}, {Message: "all is lost"}}
	r.Warnings = []string{"so, so"}
	return r
}

func written(t *testing.T, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
