package main

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/tools/go/packages"
)

// BenchmarkRun compares whole runs over this module with the part no tool
// avoids, loading the same packages. The metric "x-load" is the time of the
// run divided by the time of the bare load, measured in turn; the goal is
// 1.15 for a report. CTXFIX_BENCH names another module's folder to measure.
func BenchmarkRun(b *testing.B) {
	dir, err := filepath.Abs(cmp.Or(os.Getenv("CTXFIX_BENCH"), filepath.Join("..", "..")))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		flags []string
	}{
		{"report", nil},
		{"strict", []string{"-strict", "-unsafe"}},
		{"diff", []string{"-strict", "-unsafe", "-d"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var loading, running time.Duration
			for b.Loop() {
				start := time.Now()
				bareLoad(b, dir, "./...")
				loading += time.Since(start)
				start = time.Now()
				wholeRun(b, append([]string{"ctxfix", "-q", "-C", dir, "./..."}, c.flags...))
				running += time.Since(start)
			}
			b.ReportMetric(running.Seconds()/loading.Seconds(), "x-load")
		})
	}
}

func bareLoad(b *testing.B, dir, pattern string) {
	roots, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo |
			packages.NeedModule | packages.NeedForTest,
		Dir:   dir,
		Tests: true,
	}, pattern)
	if err != nil || len(roots) == 0 {
		b.Fatalf("loading %s in %s: %v", pattern, dir, err)
	}
}

func wholeRun(b *testing.B, args []string) {
	var stdout, stderr bytes.Buffer
	if code := run(b.Context(), args, nil, &stdout, &stderr); code > exitFindings {
		b.Fatalf("%v: code %d\n%s", args, code, &stderr)
	}
}
