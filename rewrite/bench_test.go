package rewrite_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/verify"
)

// benchDir is the module that the steps are measured on: CTXFIX_BENCH, or this
// one.
func benchDir() string { return cmp.Or(os.Getenv("CTXFIX_BENCH"), "..") }

func benchProgram(b *testing.B, dir string) *load.Program {
	b.Helper()
	prog, err := load.Load(b.Context(), load.Config{Dir: dir, Patterns: []string{"./..."}, Tests: true})
	if err != nil {
		b.Fatal(err)
	}
	return prog
}

func BenchmarkList(b *testing.B) {
	for b.Loop() {
		list := exec.CommandContext(b.Context(), "go", "list", "-deps", "-test", "-export", "./...")
		list.Dir = benchDir()
		if out, err := list.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		benchProgram(b, benchDir())
	}
}

// BenchmarkDetect measures each rule by itself, and all of them, in full.
func BenchmarkDetect(b *testing.B) {
	prog := benchProgram(b, benchDir())
	strict := detect.Options{Strict: map[string]bool{}}
	for _, r := range detect.All {
		strict.Strict[r.Name] = true
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			detect.Run(prog, prog.Packages, detect.All, strict)
		}
	})
	for _, r := range detect.All {
		b.Run(r.Name, func(b *testing.B) {
			for b.Loop() {
				detect.Run(prog, prog.Packages, []*detect.Rule{r}, strict)
			}
		})
	}
}

// lossyModule writes a module of 20 packages in which 100 cancel funcs are lost.
func lossyModule(b *testing.B) string {
	dir := tempDir(b)
	writeFile(b, filepath.Join(dir, "go.mod"), []byte(defaultModule))
	for i := range 20 {
		text := fmt.Sprintf("package p%d\n\nimport (\n\t\"context\"\n\t\"time\"\n)\n", i)
		for j := range 5 {
			text += fmt.Sprintf("\nfunc f%d(parent context.Context) error {\n\tctx, _ := context.WithTimeout(parent, time.Second)\n\treturn ctx.Err()\n}\n", j)
		}
		writeFile(b, filepath.Join(dir, fmt.Sprint("p", i), "a.go"), []byte(text))
	}
	return dir
}

func BenchmarkPlan(b *testing.B) {
	prog := benchProgram(b, lossyModule(b))
	findings, _ := detect.Run(prog, prog.Packages, detect.All, detect.Options{})
	for b.Loop() {
		if plan := rewrite.MakePlan(findings, detect.Safe); len(plan.Accept) != 100 {
			b.Fatal(len(plan.Accept))
		}
	}
}

// BenchmarkRun finds and mends 100 places, and verifies the result.
func BenchmarkRun(b *testing.B) {
	prog := benchProgram(b, lossyModule(b))
	for b.Loop() {
		report, err := rewrite.Run(prog.Clone(), rewrite.Options{Rules: detect.All, Threshold: detect.Safe, Write: true})
		if err != nil || len(report.Found) != 100 {
			b.Fatal(err, len(report.Found))
		}
	}
}

// BenchmarkVerify type-checks what 100 fixes changed.
func BenchmarkVerify(b *testing.B) {
	prog := benchProgram(b, lossyModule(b))
	done := prog.Clone()
	if _, err := rewrite.Run(done, rewrite.Options{Rules: detect.All, Threshold: detect.Safe, Write: true}); err != nil {
		b.Fatal(err)
	}
	changed := map[string][]byte{}
	for _, f := range done.Changed() {
		changed[f.Path] = f.Bytes
	}
	for b.Loop() {
		check := prog.Check(changed)
		if problems := verify.Compiles(check.Errors(), nil); len(problems) > 0 || len(check.Packages()) != 20 {
			b.Fatal(problems, len(check.Packages()))
		}
	}
}
