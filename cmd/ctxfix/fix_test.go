package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

const lost = `package p

import "context"

func find(ctx context.Context) error { return ctx.Err() }

func Get(ctx context.Context) error { return find(context.TODO()) }
`

// loaded writes a module with the file a.go and loads it.
func loaded(t *testing.T) (settings, *load.Program, string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "a.go")
	for path, text := range map[string]string{
		file:                         lost,
		filepath.Join(dir, "go.mod"): "module example.com/p\n\ngo 1.26\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	set := settings{
		dir:    dir,
		write:  true,
		output: output{stdout: report.TextFormat},
		rules:  []*detect.Rule{detect.Lookup("background")},
		load:   load.Config{Dir: dir, Tests: true},
	}
	prog, err := load.Load(t.Context(), set.load)
	if err != nil {
		t.Fatal(err)
	}
	return set, prog, file
}

// TestFileChangedSinceItWasRead lets an editor save between reading and
// writing: the editor's text must survive, and the run must fail.
func TestFileChangedSinceItWasRead(t *testing.T) {
	set, prog, file := loaded(t)
	done, err := rewriteUntil(t.Context(), prog, set, nil)
	if err != nil {
		t.Fatal(err)
	}
	saved := lost + "\n// saved meanwhile\n"
	if err := os.WriteFile(file, []byte(saved), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := emitted(set, prog, done, nil)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	s := newSession(nil, &stdout, &stderr)
	err = s.tell(set, r)
	s.stdout.Flush()
	if err != errReported {
		t.Errorf("got %v, want errReported", err)
	}
	if got, _ := os.ReadFile(file); string(got) != saved {
		t.Errorf("the file was overwritten:\n%s", got)
	}
	if !strings.Contains(stderr.String(), "ctxfix: a.go: not written: ") {
		t.Errorf("stderr does not name the file:\n%s", &stderr)
	}
	if !strings.HasPrefix(stdout.String(), "a.go:7:") {
		t.Errorf("the finding counts as fixed:\n%s%s", &stdout, &stderr)
	}
}

func TestInterrupted(t *testing.T) {
	set, _, file := loaded(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, []string{"ctxfix", "-C", set.dir, "-w"}, nil, &stdout, &stderr); code != exitInterrupted {
		t.Errorf("code %d, want %d", code, exitInterrupted)
	}
	if want := "ctxfix: interrupted; no file was changed\n"; stderr.String() != want {
		t.Errorf("stderr %q, want %q", &stderr, want)
	}
	if got, _ := os.ReadFile(file); string(got) != lost {
		t.Errorf("the file was changed:\n%s", got)
	}
}

func TestInterruptedInTheMiddle(t *testing.T) {
	set, prog, _ := loaded(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	block := make(chan struct{})
	defer close(block)
	set.rules = []*detect.Rule{{Name: "blocking", Find: func(*detect.Pass) []detect.Finding {
		cancel()
		<-block
		return nil
	}}}
	if _, err := rewriteUntil(ctx, prog, set, nil); err != context.Canceled {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

// TestPanic asks that a defect of a rule is reported as one of ctxfix.
func TestPanic(t *testing.T) {
	set, prog, _ := loaded(t)
	set.rules = []*detect.Rule{{Name: "broken", Find: func(*detect.Pass) []detect.Finding { panic("no such luck") }}}
	_, err := rewriteUntil(t.Context(), prog, set, nil)
	var stderr bytes.Buffer
	if code := newSession(nil, nil, &stderr).exit(err); code != exitFailure {
		t.Errorf("code %d, want %d", code, exitFailure)
	}
	if got := stderr.String(); !strings.HasPrefix(got, "ctxfix: internal error: ") || !strings.Contains(got, "no such luck") {
		t.Errorf("stderr: %s", got)
	}
}
