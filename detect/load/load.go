package load

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// mode asks for syntax and types of the packages named, and for export data
// of everything they import.
const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles |
	packages.NeedImports | packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax |
	packages.NeedTypesInfo | packages.NeedModule | packages.NeedForTest | packages.NeedExportFile

// sourceMode asks for the types of everything imported from source too: for a
// cold build cache, where export data would have to be compiled first.
const sourceMode = mode&^packages.NeedExportFile | packages.NeedDeps

// listMode asks for neither, but for all that must be known to make them.
const listMode = mode&^(packages.NeedTypes|packages.NeedSyntax|packages.NeedTypesInfo) | packages.NeedDeps

func (c Config) mode() packages.LoadMode {
	if c.Source {
		return sourceMode
	}
	return mode
}

// Load reads the packages that cfg names. Ending ctx ends the go command it
// runs. An error says that there is nothing to work on and what to do about
// it; packages that do not compile are no error, they carry their Errors.
func Load(ctx context.Context, cfg Config) (*Program, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("working directory: %w", err)
	}
	cfg.Dir = dir
	if cfg.Env == nil {
		cfg.Env = os.Environ()
	}
	cfg.Env = append(slices.Clip(cfg.Env), "GOPACKAGESDRIVER=off", "PWD="+dir)
	env, err := readEnv(ctx, cfg)
	if err != nil {
		return nil, err
	}
	query, err := newQuery(cfg, env)
	if err != nil {
		return nil, err
	}
	read, err := readRoots(ctx, &cfg, env, query.patterns)
	if err != nil {
		return nil, err
	}
	roots := read.roots
	if cfg.SkipUnbuilt && len(query.packages) == 0 {
		roots = slices.DeleteFunc(roots, unbuilt)
	}
	if err := missing(roots, cfg, env); err != nil {
		return nil, err
	}
	if len(roots) == 0 {
		if err := unlisted(ctx, query.patterns, cfg); err != nil {
			return nil, err
		}
	}
	prog := assemble(roots, read, policy{env: env, generated: cfg.Generated, header: cfg.Header}, cfg)
	if err := query.limit(ctx, prog, cfg, env); err != nil {
		return nil, err
	}
	if len(prog.Packages) == 0 && len(prog.Warnings) == 0 {
		return nil, nothing(roots, query, cfg)
	}
	return prog, nil
}

// A reading is what came of reading the packages named.
type reading struct {
	roots  []*packages.Package
	frozen *freezer
	deps   *deps
	known  map[string]Known // by ID: roots that were not loaded
	bodies map[*packages.Package]bool
	whole  bool // all was type-checked at once, bodies too
}

// readRoots reads the packages named by patterns. With cfg.Auto it sets
// cfg.Source.
func readRoots(ctx context.Context, cfg *Config, env goEnv, patterns []string) (*reading, error) {
	frozen := newFreezer()
	if cfg.Source {
		frozen.bodiless = env.installed
	}
	loading, probe := ctx, (*coldProbe)(nil)
	if cfg.Auto && !cfg.Source {
		loading, probe = startColdProbe(ctx, *cfg, patterns)
		defer probe.end()
		frozen.began = probe.dismiss // the go command is done
	}
	read, err := readListed(loading, *cfg, env, frozen, patterns)
	if err == errIrregular {
		read = &reading{frozen: frozen, deps: newDeps(frozen.fset, *cfg, env)}
		read.roots, err = packages.Load(cfg.packages(loading, cfg.mode(), frozen), patterns...)
		read.bodies, read.whole = withBodies(read.roots), true
	}
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("loading packages: %w", ctx.Err())
	case err != nil && probe.found():
		cfg.Source = true
		return readRoots(ctx, cfg, env, patterns)
	case err != nil:
		return nil, loadError(err, *cfg)
	}
	return read, nil
}

// readListed reads the packages in two steps, of which the second does less
// than [packages.Load] would. It returns errIrregular where only that will do.
func readListed(ctx context.Context, cfg Config, env goEnv, frozen *freezer, patterns []string) (*reading, error) {
	if cfg.Source || len(cfg.Overlay) > 0 {
		return nil, errIrregular
	}
	roots, err := packages.Load(cfg.packages(ctx, listMode, frozen), patterns...)
	if err != nil {
		return nil, err
	}
	read := &reading{roots: roots, frozen: frozen, deps: newDeps(frozen.fset, cfg, env)}
	if frozen.began != nil {
		frozen.began()
	}
	return read, read.typeCheck(ctx, env, cfg)
}

func (c Config) packages(ctx context.Context, mode packages.LoadMode, frozen *freezer) *packages.Config {
	return &packages.Config{
		Context:    ctx,
		Mode:       mode,
		Dir:        c.Dir,
		Env:        c.Env,
		BuildFlags: c.buildFlags(),
		Fset:       frozen.fset,
		ParseFile:  frozen.parse,
		Tests:      c.Tests,
		Overlay:    c.Overlay,
	}
}

func (c Config) buildFlags() []string {
	var flags []string
	if c.Tags != "" {
		flags = append(flags, "-tags="+c.Tags)
	}
	if c.Mod != "" {
		flags = append(flags, "-mod="+c.Mod)
	}
	if c.Parallel > 0 {
		flags = append(flags, "-p="+strconv.Itoa(c.Parallel))
	}
	return flags
}

// loadError makes the go command's complaint readable.
func loadError(err error, cfg Config) error {
	msg := strings.TrimSpace(strings.TrimPrefix(err.Error(), "err: exit status 1: stderr: "))
	if i := strings.Index(msg, "stderr: "); i >= 0 {
		msg = strings.TrimSpace(msg[i+len("stderr: "):])
	}
	return fmt.Errorf("the go command could not load the packages in %s: %s", cfg.Dir, msg)
}

// unlisted asks the go command why it listed no package: go/packages takes its
// failure for one to compile. It is nil where there just is none.
func unlisted(ctx context.Context, patterns []string, cfg Config) error {
	args := append([]string{"list", "-e", "-export", "-f", "{{.ImportPath}}"}, cfg.buildFlags()...)
	cmd := exec.CommandContext(ctx, "go", append(append(args, "--"), patterns...)...)
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	_, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return loadError(errors.New(strings.TrimSpace(string(exit.Stderr))), cfg)
	}
	return nil
}

// unbuilt reports whether p has Go files, none of them in this build.
func unbuilt(p *packages.Package) bool {
	return len(p.GoFiles)+len(p.CompiledGoFiles) == 0 && len(p.IgnoredFiles) > 0
}

// missing reports the roots that the go command could not find at all.
func missing(roots []*packages.Package, cfg Config, env goEnv) error {
	var lines []string
	excluded := 0 // of lines: what build constraints leave out
	for _, p := range roots {
		if len(p.Errors) == 0 || len(p.GoFiles)+len(p.CompiledGoFiles) > 0 {
			continue
		}
		if unbuilt(p) {
			lines = append(lines, fmt.Sprintf("%s has no Go file in this build (%s), but %d outside of it: try -tags, or set GOOS and GOARCH",
				p.PkgPath, env.platform(), len(p.IgnoredFiles)))
			excluded++
			continue
		}
		for _, e := range p.Errors {
			if e.Kind != packages.ListError && e.Kind != packages.UnknownError {
				continue
			}
			line := advised(strings.TrimSpace(e.Msg), cfg)
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	err := fmt.Errorf("no such package: %s", strings.Join(lines, "\n"))
	if excluded == len(lines) {
		return &NotBuiltError{err}
	}
	return err
}

// A NotBuiltError says that what was asked for exists, but that its build
// constraints keep it out of this build.
type NotBuiltError struct{ error }

var notInStd = regexp.MustCompile(`^package (\S+) is not in std`)

// advised adds to the go command's complaint about an operand what to write
// instead, where that can be told.
func advised(msg string, cfg Config) string {
	switch m := notInStd.FindStringSubmatch(msg); {
	case m != nil:
		return msg + meantFolder(m[1], cfg)
	case strings.HasPrefix(msg, "no Go files in "):
		return noGoFiles(msg)
	case strings.Contains(msg, "main module"), strings.Contains(msg, "modules listed in go.work"):
		return msg + "; to work in another module use -C"
	}
	return msg
}

// meantFolder returns a hint if operand is a folder that "./" was left off of.
func meantFolder(operand string, cfg Config) string {
	dir := strings.TrimSuffix(operand, "/...")
	if info, err := os.Stat(filepath.Join(cfg.Dir, dir)); err != nil || !info.IsDir() || !filepath.IsLocal(dir) {
		return ""
	}
	return fmt.Sprintf("; did you mean ./%s?", operand)
}

// nothing says why no root is left to work on.
func nothing(roots []*packages.Package, q *query, cfg Config) error {
	named := strings.Join(q.operands, " ")
	if len(roots) == 0 {
		hint := ""
		if first := q.operands[0]; !strings.HasPrefix(first, ".") {
			hint = meantFolder(first, cfg)
		}
		if hint == "" && below(cfg.Dir, isGo) == "" {
			hint = "; there are no Go files in " + cfg.Dir
		}
		return fmt.Errorf("%s: matched no packages%s", named, hint)
	}
	return fmt.Errorf("%s: %s is not in the main module: ctxfix edits only the modules it is run in", named, roots[0].PkgPath)
}
