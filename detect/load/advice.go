package load

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// noModule says why there is no module to work on, and where one is.
func noModule(cfg Config) error {
	if i := slices.IndexFunc(cfg.Env, func(s string) bool { return s == "GO111MODULE=off" }); i >= 0 {
		return fmt.Errorf("the go command works without modules here: unset GO111MODULE, or take the \"off\" out of it with go env -w")
	}
	if mod := below(cfg.Dir, func(name string) bool { return name == "go.mod" }); mod != "" {
		return fmt.Errorf("no go.mod in %s or above it, but below: try -C %s", cfg.Dir, filepath.ToSlash(filepath.Dir(mod)))
	}
	if below(cfg.Dir, isGo) == "" {
		return fmt.Errorf("no go.mod in %s or above it, and no Go files: run ctxfix inside a module (-C DIR); ctxfix demo shows what it does", cfg.Dir)
	}
	return fmt.Errorf("no go.mod in %s or above it: run ctxfix inside a module (-C DIR), or create one with \"go mod init\"", cfg.Dir)
}

// noGoFiles adds to the go command's complaint about a folder without Go
// files where there are some.
func noGoFiles(msg string) string {
	dir := strings.TrimPrefix(msg, "no Go files in ")
	if below(dir, isGo) == "" {
		return msg + " or below it"
	}
	return msg + " itself; write ./... for the packages below a folder"
}

func isGo(name string) bool { return filepath.Ext(name) == ".go" }

// below returns the path, seen from dir, of a file with a name that is wanted,
// "" if there is none. It looks at some thousand files, and not where the go
// command does not look.
func below(dir string, wanted func(name string) bool) string {
	found, left := "", 5000
	filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		left--
		switch {
		case err != nil && entry != nil && entry.IsDir():
			return fs.SkipDir
		case err != nil || left < 0:
			return fs.SkipAll
		case entry.IsDir() && path != dir && ignoredByGo(entry.Name()):
			return fs.SkipDir
		case !entry.IsDir() && wanted(entry.Name()):
			found, _ = filepath.Rel(dir, path)
			return fs.SkipAll
		}
		return nil
	})
	return found
}

// ignoredByGo reports whether "./..." leaves the folder out.
func ignoredByGo(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" || name == "node_modules"
}
