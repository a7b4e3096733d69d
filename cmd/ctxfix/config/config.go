// Package config reads the settings that a project keeps for everybody who
// runs ctxfix in it. A config runs no commands, reads no environment variables
// and includes no other files.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml/ast"
)

// Name is the name of a config file.
const Name = ".ctxfix.yaml"

// misnamed is a name that people give it, too.
const misnamed = ".ctxfix.yml"

// A Config is a config file with the places of its keys.
type Config struct {
	File
	Path string // "" if there is no file
	Text []byte // of the file

	keys  map[string]ast.Node // keys and items by path, like $.rules.sleep or $.exclude[0]
	order []ast.Node          // the keys in the order of the file
}

// Find returns the path of the config file for dir: that of the folder, or of
// the nearest one above it up to the top of the git work tree (without one: of
// the module). No file is "". The warning, if any, says that a file is not read.
func Find(dir string) (path, warning string, err error) {
	for at := dir; ; at = filepath.Dir(at) {
		path, other := filepath.Join(at, Name), filepath.Join(at, misnamed)
		switch {
		case exists(path) && exists(other):
			return path, fmt.Sprintf("%s is not read, as %s stands beside it; delete one", other, Name), nil
		case exists(path):
			return path, "", nil
		case exists(other):
			return "", "", fmt.Errorf("%s is not read; rename it to %s", other, Name)
		case isTop(at) || filepath.Dir(at) == at:
			return "", "", nil
		}
	}
}

// Read reads the config file at path; "" is no file, and an empty config.
func Read(path string) (*Config, error) {
	if path == "" {
		return &Config{}, nil
	}
	data, err := readBounded(path)
	var cause *fs.PathError
	switch {
	case errors.As(err, &cause):
		return nil, fmt.Errorf("%s: the config cannot be read: %w", path, cause.Err)
	case err != nil:
		return nil, err
	}
	return Parse(path, data)
}

// readBounded reads no more of the file than tells that it is too large. A
// file of the usual name has come with the code: it must not make the run wait.
func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if filepath.Base(path) == Name && !info.Mode().IsRegular() && !info.IsDir() {
		return nil, fmt.Errorf("%s: the config is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxSize+1))
}

// isTop reports whether dir is the top of a git work tree, or outside of one
// the folder of a go.work, or a module root that is below neither.
func isTop(dir string) bool {
	if exists(filepath.Join(dir, ".git")) || exists(filepath.Join(dir, "go.work")) && !below(dir, ".git") {
		return true
	}
	return exists(filepath.Join(dir, "go.mod")) && !below(dir, ".git") && !below(dir, "go.work")
}

// below reports whether a folder above dir has a file of that name.
func below(dir, name string) bool {
	for at := filepath.Dir(dir); ; at = filepath.Dir(at) {
		if exists(filepath.Join(at, name)) {
			return true
		}
		if filepath.Dir(at) == at {
			return false
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
