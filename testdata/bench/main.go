// Bench compares whole runs of ctxfix with what no tool can do without, loading
// the same packages, and with what else looks for lost contexts. It runs the
// commands in turns and prints medians and ratios as Markdown. See ../README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	if len(os.Args) > 3 && os.Args[1] == apart {
		if err := runApart(os.Args[2], os.Args[3:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A bench is one run of the program.
type bench struct {
	dir     string         // for what it builds, copies and writes
	gocache string         // the build cache of the user
	runs    int            // how often each command is run
	only    *regexp.Regexp // the titles of the tables to make
	sizes   []int          // of the generated modules, in packages
	stdout  io.Writer
	stderr  io.Writer
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	b := &bench{stdout: stdout, stderr: stderr}
	flags.IntVar(&b.runs, "runs", 5, "how often each command is run")
	only := flags.String("only", "", "make only the tables whose titles match this regexp")
	sizes := flags.String("sizes", "10 100 1000 5000", "of the generated modules, in packages")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var err error
	if b.only, err = regexp.Compile(*only); err != nil {
		return err
	}
	for word := range strings.FieldsSeq(*sizes) {
		n := 0
		if _, err := fmt.Sscan(word, &n); err != nil {
			return fmt.Errorf("-sizes %s: %w", *sizes, err)
		}
		b.sizes = append(b.sizes, n)
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if b.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	if b.gocache, err = output(ctx, "go", "env", "GOCACHE"); err != nil {
		return err
	}
	return b.tables(ctx)
}

// tables builds the commands and makes one table after the other.
func (b *bench) tables(ctx context.Context) error {
	if err := b.build(ctx); err != nil {
		return err
	}
	if err := b.machine(ctx); err != nil {
		return err
	}
	trees, err := b.trees(ctx)
	if err != nil {
		return err
	}
	for _, t := range trees {
		if err := b.report(ctx, t); err != nil {
			return err
		}
		if err := b.again(ctx, t); err != nil {
			return err
		}
		if err := b.edited(ctx, t); err != nil {
			return err
		}
		if err := b.write(ctx, t); err != nil {
			return err
		}
		if err := b.cold(ctx, t); err != nil {
			return err
		}
	}
	if err := b.small(ctx, trees[len(trees)-1]); err != nil {
		return err
	}
	return b.growth(ctx)
}

// build compiles ctxfix and the bare load.
func (b *bench) build(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.dir+string(filepath.Separator), "./cmd/ctxfix", "./testdata/bench/load")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return b.buildPeers(ctx)
}

// tool returns the path of a command that was built.
func (b *bench) tool(name string) string { return filepath.Join(b.dir, name) }
