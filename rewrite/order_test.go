package rewrite_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

// Rules that meet on one span: waits of every kind, with a root among them.
const meeting = `package p

import (
	"context"
	"time"
)

func poll(ctx context.Context, wake <-chan struct{}, t *time.Ticker) error {
	go func() {
		for range t.C {
			time.Sleep(time.Second)
			work(ctx)
		}
	}()
	for range time.Tick(time.Minute) {
		select {
		case <-time.After(time.Second):
		case <-wake:
		}
		time.Sleep(time.Second)
		<-time.After(time.Second)
		if err := work(context.TODO()); err != nil {
			return err
		}
	}
	return nil
}

func retry(_ context.Context) error {
	for {
		if err := work(context.TODO()); err == nil {
			return nil
		}
		time.Sleep(time.Second)
	}
}

func endless(ctx context.Context, t *time.Timer) error {
	for {
		pause()
		<-t.C
	}
}

func calls(ctx context.Context) error {
	for {
		pause()
		work(context.TODO())
	}
}

func work(ctx context.Context) error { return ctx.Err() }

func pause() { time.Sleep(time.Second) }
`

// TestOrder lets rules that meet on one span run at once, and one by one in
// both orders: they must end in one form.
func TestOrder(t *testing.T) {
	var rules []*detect.Rule
	for _, name := range []string{"background", "selectdone", "chanblock", "sleep", "timer", "loopdone"} {
		rules = append(rules, detect.Lookup(name))
	}
	at := map[string][][]*detect.Rule{"at once": {rules}}
	for _, r := range rules {
		at["one by one"] = append(at["one by one"], []*detect.Rule{r})
	}
	at["backwards"] = slices.Clone(at["one by one"])
	slices.Reverse(at["backwards"])
	want := inSteps(t, at["at once"])
	if want == meeting {
		t.Fatal("nothing was fixed")
	}
	for _, order := range []string{"one by one", "backwards"} {
		if diff := cmp.Diff(want, inSteps(t, at[order])); diff != "" {
			t.Errorf("%s (-at once +%s):\n%s", order, order, diff)
		}
	}
}

// inSteps runs the rules of each step on what the step before it left.
func inSteps(t *testing.T, steps [][]*detect.Rule) string {
	t.Helper()
	dir := tempDir(t)
	path := filepath.Join(dir, "a.go")
	writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
	writeFile(t, path, []byte(meeting))
	for _, rules := range steps {
		strict := map[string]bool{}
		for _, r := range rules {
			strict[r.Name] = true
		}
		report, err := rewrite.Run(loadDir(t, dir, false), rewrite.Options{
			Rules: rules, Threshold: detect.Unsafe, Write: true, Detect: detect.Options{Strict: strict},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range report.Edits {
			writeFile(t, e.Path, e.New)
		}
	}
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}
