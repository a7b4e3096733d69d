package load

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	goversion "go/version"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A goEnv is the part of the go command's environment that decides what is
// loaded and what may be edited. Folders are real paths.
type goEnv struct {
	GOOS, GOARCH, GOROOT, GOVERSION, GOMODCACHE, GOCACHE, GOMOD, GOWORK string
}

func (e goEnv) platform() string { return e.GOOS + "/" + e.GOARCH }

// newer reports whether the go command is of a newer version of Go than the
// type-checker that ctxfix was built with.
func (e goEnv) newer() bool {
	return goversion.Compare(goversion.Lang(e.GOVERSION), goversion.Lang(runtime.Version())) > 0
}

// installed reports whether the file belongs to the module cache or the Go
// installation, and the go command does not run inside these.
func (e goEnv) installed(path string) bool {
	for _, dir := range []string{e.GOMODCACHE, e.GOROOT} {
		if within(path, dir) && !within(realPath(e.GOMOD), dir) {
			return true
		}
	}
	return false
}

func readEnv(ctx context.Context, cfg Config) (goEnv, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "-json", "GOOS", "GOARCH", "GOROOT", "GOVERSION", "GOMODCACHE", "GOCACHE", "GOMOD", "GOWORK")
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var env goEnv
	switch {
	case ctx.Err() != nil:
		return env, fmt.Errorf("running go env: %w", ctx.Err())
	case errors.Is(err, exec.ErrNotFound):
		return env, errors.New("the go command was not found: put it into PATH")
	case err != nil && stderr.Len() == 0:
		return env, fmt.Errorf("running go env in %s: %w", cfg.Dir, err)
	case err != nil:
		return env, fmt.Errorf("running go env in %s: %s", cfg.Dir, strings.TrimSpace(stderr.String()))
	}
	if err := json.Unmarshal(out, &env); err != nil {
		return env, fmt.Errorf("reading the output of go env: %w", err)
	}
	for _, folder := range []*string{&env.GOROOT, &env.GOMODCACHE, &env.GOCACHE} {
		*folder = realPath(*folder)
	}
	return env, nil
}

// realPath resolves symlinks where it can.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

// A query is the operands as the go command understands them.
type query struct {
	operands []string
	patterns []string // what is loaded
	files    []string // absolute paths of the file operands
	packages []string // the package patterns among the operands
}

func newQuery(cfg Config, env goEnv) (*query, error) {
	q := &query{operands: cfg.Patterns}
	if len(q.operands) == 0 {
		q.operands = []string{"."}
	}
	outside := env.GOMOD == "" || env.GOMOD == os.DevNull
	if outside && (env.GOWORK == "" || env.GOWORK == "off") {
		for _, op := range q.operands {
			if strings.HasSuffix(op, ".go") {
				if _, err := operandFile(cfg, op); err != nil {
					return nil, err
				}
			}
		}
		return nil, noModule(cfg)
	}
	for _, op := range q.operands {
		pattern := seenFrom(cfg.Dir, op)
		switch {
		case strings.HasSuffix(op, ".go"):
			file, err := operandFile(cfg, op)
			if err != nil {
				return nil, err
			}
			q.files = append(q.files, file)
			// A directory pattern in place of a file= query: one run of the
			// go command for all of them, and no ad-hoc packages.
			pattern = seenFrom(cfg.Dir, filepath.Dir(file))
		case outside && (op == "." || op == "./...") && filepath.Dir(realPath(env.GOWORK)) == realPath(cfg.Dir):
			pattern = "work" // the go command finds no module at the top of a workspace
			q.packages = append(q.packages, pattern)
		default:
			q.packages = append(q.packages, pattern)
		}
		if !slices.Contains(q.patterns, pattern) {
			q.patterns = append(q.patterns, pattern)
		}
	}
	return q, nil
}

// seenFrom returns an absolute folder as the go command, run in dir, names it:
// not by way of symbolic links that dir is not named by. Other operands stay.
func seenFrom(dir, operand string) string {
	folder, below := strings.CutSuffix(operand, "/...")
	if !filepath.IsAbs(folder) {
		return operand
	}
	folder = realPath(folder)
	if rel, err := filepath.Rel(realPath(dir), folder); err == nil && filepath.IsLocal(rel) {
		folder = filepath.Join(dir, rel)
	}
	if below {
		folder += "/..."
	}
	return folder
}

func operandFile(cfg Config, op string) (string, error) {
	path := op
	if !filepath.IsAbs(path) {
		path = filepath.Join(cfg.Dir, path)
	}
	if cfg.Overlay[path] != nil {
		return path, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("%s: no such file", op)
	}
	if info.IsDir() {
		return "", fmt.Errorf("%s: is a directory: write ./%s to name the package", op, filepath.ToSlash(op))
	}
	return path, nil
}

// limit sets prog.Only from the file operands. With package patterns beside
// them the files of those packages belong to it too.
func (q *query) limit(ctx context.Context, prog *Program, cfg Config, env goEnv) error {
	if len(q.files) == 0 {
		return nil
	}
	only := map[*File]bool{}
	for _, path := range q.files {
		f := prog.files[realPath(path)]
		switch {
		case f == nil && prog.cgo[realPath(path)]:
			prog.Warnings = append(prog.Warnings, fmt.Sprintf("%s: left alone: processed by cgo", path))
			continue
		case f == nil && cfg.SkipUnbuilt:
			prog.Warnings = append(prog.Warnings, fmt.Sprintf("%s: left out: not in this build (%s)", path, env.platform()))
			continue
		case f == nil && !cfg.Tests && strings.HasSuffix(path, "_test.go"):
			return &NotBuiltError{fmt.Errorf("%s: -tests=false leaves test files out", path)}
		case f == nil:
			return &NotBuiltError{fmt.Errorf("%s: not in this build (%s): its build constraints, its name or a missing -tags keep it out", path, env.platform())}
		case f.Locked != "":
			prog.Warnings = append(prog.Warnings, fmt.Sprintf("%s: left alone: %s", path, f.Locked))
		}
		only[f] = true
	}
	dirs, err := q.packageDirs(ctx, cfg)
	if err != nil {
		return err
	}
	for _, p := range prog.Packages {
		if !dirs[p.Dir] {
			continue
		}
		for _, f := range p.Files {
			only[f] = true
		}
	}
	prog.Only = only
	return nil
}

// packageDirs returns the folders of the packages that the package patterns
// name, where there are any beside file operands.
func (q *query) packageDirs(ctx context.Context, cfg Config) (map[string]bool, error) {
	if len(q.packages) == 0 {
		return nil, nil
	}
	args := append([]string{"list", "-e", "-f", "{{.Dir}}"}, cfg.buildFlags()...)
	cmd := exec.CommandContext(ctx, "go", append(append(args, "--"), q.packages...)...)
	cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("running go list %s: %w", strings.Join(q.packages, " "), err)
	}
	dirs := map[string]bool{}
	for dir := range strings.Lines(string(out)) {
		dirs[realPath(strings.TrimSpace(dir))] = true
	}
	return dirs, nil
}
