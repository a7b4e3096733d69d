package config

import (
	"fmt"
	"path/filepath"
	"sync"

	"github.com/goccy/go-yaml/ast"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/flow"
)

// Flags are what the command line says of rules; it wins over the config.
type Flags struct {
	Named  map[string]bool // rules that run everywhere in full
	Strict *bool           // nil: not given
}

// Options turns the config into what the rules are asked with.
func (c *Config) Options(flags Flags) detect.Options {
	files := c.matcher()
	return detect.Options{
		LevelAt: func(rule *detect.Rule, path string) (detect.Preset, bool) {
			if flags.Named[rule.Name] {
				return detect.Strict, true
			}
			level := c.level(rule.Name, files.at(path).overrides)
			if flags.Strict != nil && level != Off {
				level = Recommended
				if *flags.Strict {
					level = Strict
				}
			}
			if level == Strict {
				return detect.Strict, true
			}
			return detect.Recommended, level != Off
		},
		Excluded:        func(path string) string { return files.at(path).excluded },
		NilDoneAccessor: string(c.NilDone.Accessor),
		CleanupTimeout:  c.DeadCtx.Timeout.Duration(),
		Flow: flow.Options{
			Cause:     causes[c.Cause],
			Closers:   words(c.Closers),
			Retainers: words(c.Retainers),
			Providers: words(c.Providers),
		},
	}
}

func words[T ~string](values []T) []string {
	var words []string
	for _, v := range values {
		words = append(words, string(v))
	}
	return words
}

// level returns how far the rule goes where these overrides apply. Within the
// file and within an override the name of a rule counts more than the preset.
func (c *Config) level(rule string, overrides []Override) Level {
	level := Recommended
	set := func(preset Level, rules map[string]Level) {
		if preset != "" {
			level = preset
		}
		if named, ok := rules[rule]; ok {
			level = named
		}
	}
	set(c.Preset, c.Rules)
	for _, o := range overrides {
		set(o.Preset, o.Rules)
	}
	return level
}

// A matcher says what the globs of a config make of files.
type matcher struct {
	config *Config
	folder string // of the config, real path

	mu    sync.Mutex
	known map[string]match // by path
}

// A match is what a config says of one file.
type match struct {
	excluded  string // why; "" if it is not
	overrides []Override
}

func (c *Config) matcher() *matcher {
	folder := filepath.Dir(c.Path)
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real // as the paths of loaded files are
	}
	return &matcher{config: c, folder: folder, known: map[string]match{}}
}

// at returns what the config says of the file at the absolute path. Globs
// match nothing outside of the folder of the config.
func (m *matcher) at(path string) match {
	if len(m.config.Exclude)+len(m.config.Overrides) == 0 {
		return match{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.known[path]
	if !ok {
		if rel, err := filepath.Rel(m.folder, path); err == nil && filepath.IsLocal(rel) {
			found = m.config.match(filepath.ToSlash(rel))
		}
		m.known[path] = found
	}
	return found
}

// match matches the globs with a slash path below the folder of the config.
func (c *Config) match(file string) (m match) {
	for i, g := range c.Exclude {
		if g.matches(file) {
			m.excluded = fmt.Sprintf("%s excludes %s", c.place(fmt.Sprintf("$.exclude[%d]", i)), g)
			break
		}
	}
	for _, o := range c.Overrides {
		for _, g := range o.Files {
			if g.matches(file) {
				m.overrides = append(m.overrides, o)
				break
			}
		}
	}
	return m
}

// place returns the name of the file and the line of a key.
func (c *Config) place(key string) string {
	return fmt.Sprintf("%s:%d", filepath.Base(c.Path), line(c.keys[key]))
}

func line(n ast.Node) int {
	if n == nil {
		return 1
	}
	return n.GetToken().Position.Line
}
