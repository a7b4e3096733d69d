package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/ctxfix/ctxfix/detect"
)

// configName is the file that a project keeps its settings in.
const configName = ".ctxfix.yaml"

// A config is the settings a project keeps for everybody who runs ctxfix in it.
type config struct {
	NilDone struct {
		// Accessor is "import/path.Func": the function asked for the Done
		// channel of a context that may be nil.
		Accessor string `yaml:"accessor"`
	} `yaml:"nildone"`
}

// readConfig reads the nearest config file: that of dir or of a folder above
// it, up to the top of the git work tree (without one: of the module). No
// file is an empty config.
func readConfig(dir string) (config, error) {
	for at := dir; ; at = filepath.Dir(at) {
		path := filepath.Join(at, configName)
		data, err := os.ReadFile(path)
		switch {
		case err == nil:
			return parseConfig(path, data)
		case !errors.Is(err, os.ErrNotExist):
			return config{}, fmt.Errorf("config: %w", err)
		}
		if isTop(at) || filepath.Dir(at) == at {
			return config{}, nil
		}
	}
}

// isTop reports whether dir is the top of a git work tree, or a module root
// outside of one.
func isTop(dir string) bool {
	if exists(filepath.Join(dir, ".git")) {
		return true
	}
	if !exists(filepath.Join(dir, "go.mod")) {
		return false
	}
	for at := filepath.Dir(dir); ; at = filepath.Dir(at) {
		if exists(filepath.Join(at, ".git")) {
			return false
		}
		if filepath.Dir(at) == at {
			return true
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// parseConfig is strict: an unknown key is an error with its line, column
// and an excerpt.
func parseConfig(path string, data []byte) (config, error) {
	var c config
	if err := yaml.UnmarshalWithOptions(data, &c, yaml.Strict()); err != nil && strings.TrimSpace(string(data)) != "" {
		return config{}, fmt.Errorf("%s: %s", path, strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	if a := c.NilDone.Accessor; a != "" && !isQualified(a) {
		return config{}, fmt.Errorf("%s: nildone.accessor: %q is not of the form import/path.Func", path, a)
	}
	return c, nil
}

// isQualified reports whether name is "import/path.Func".
func isQualified(name string) bool {
	i := strings.LastIndex(name, ".")
	return i > strings.LastIndex(name, "/") && i > 0 && i+1 < len(name)
}

// options turns the config into what the rules are asked with.
func (c config) options(strict map[string]bool) detect.Options {
	return detect.Options{Strict: strict, NilDoneAccessor: c.NilDone.Accessor}
}
