package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// largest is the dependency that has most packages.
const largest = "golang.org/x/tools"

// trees copies what is measured on: two parts of the Go distribution, and the
// largest dependency of this module.
func (b *bench) trees(ctx context.Context) ([]*tree, error) {
	goroot, err := output(ctx, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	root := filepath.Join(b.dir, "go")
	if err := copyTree(root, goroot); err != nil {
		return nil, err
	}
	dep, err := output(ctx, "go", "list", "-m", "-f", "{{.Dir}} {{.Path}}@{{.Version}}", largest)
	if err != nil {
		return nil, err
	}
	from, name, _ := strings.Cut(dep, " ")
	into := filepath.Join(b.dir, "tools")
	if err := copyTree(into, from); err != nil {
		return nil, err
	}
	path := filepath.Join(root, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH")
	copied := b.environ("GOROOT="+root, "PATH="+path, "GOFLAGS=-trimpath")
	return []*tree{
		{"net/... of the standard library", filepath.Join(root, "src"), []string{"net/..."}, copied, "net/http/httptest/server.go"},
		{"cmd/go/...", filepath.Join(root, "src", "cmd"), []string{"cmd/go/..."}, copied, "go/internal/modload/query.go"},
		{"./... of " + name, into, []string{"./..."}, b.environ("GOFLAGS=-mod=mod -trimpath"), "go/ssa/func.go"},
	}, nil
}

func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// copyTree copies a folder to one that may be written, without the tests of the
// Go distribution.
func copyTree(into, from string) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch to := filepath.Join(into, rel); {
		case d.IsDir() && (rel == "test" || rel == "api" || rel == "doc" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(to, 0o755)
		default:
			return copyFile(to, path)
		}
	})
	if err != nil {
		return fmt.Errorf("copying %s: %w", from, err)
	}
	return nil
}

func copyFile(to, from string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode()|0o200)
}
