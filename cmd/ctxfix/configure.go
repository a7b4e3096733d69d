package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/config"
)

// findConfig reads the config that the flags name, or the one for dir.
func findConfig(c *cli.Context, dir string) (conf *config.Config, warnings []string, err error) {
	file := c.String("config")
	switch {
	case c.Bool("no-config") && c.IsSet("config"):
		return nil, nil, usageError("-config and -no-config exclude each other")
	case c.IsSet("config"):
		conf, err = readConfig(dir, file)
		return conf, nil, err
	case c.Bool("no-config"), c.Bool("untrusted") && c.IsSet(flagPatch):
		// What the config was before a patch is not known.
		conf, err = config.Read("")
		return conf, nil, err
	}
	if rev, mergeBase := baseRevision(c); rev != "" {
		conf, err = configAt(c.Context, dir, rev, mergeBase)
		return conf, nil, err
	}
	if path, _, err := config.Find(dir); err == nil && c.Bool("untrusted") && isLink(path) {
		return nil, nil, fmt.Errorf("-untrusted: %s is a symbolic link of the code; give -no-config, or -config with the file that is meant", shortened(dir, path))
	}
	return nearestConfig(dir)
}

// nearestConfig reads the config for dir.
func nearestConfig(dir string) (conf *config.Config, warnings []string, err error) {
	path, warning, err := config.Find(dir)
	if err != nil {
		return nil, nil, shorter(dir, err)
	}
	if warning != "" {
		warnings = append(warnings, shortened(dir, warning))
	}
	conf, err = config.Read(path)
	return conf, warnings, shorter(dir, err)
}

// readConfig reads the config file that was named, seen from dir.
func readConfig(dir, file string) (*config.Config, error) {
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	conf, err := config.Read(file)
	return conf, shorter(dir, err)
}

// shorter returns err with the paths below dir seen from there.
func shorter(dir string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s", shortened(dir, err.Error()))
}

// given returns the value of a flag without one, or nil if the flag is not
// there.
func given(c *cli.Context, name string) *bool {
	if !c.IsSet(name) {
		return nil
	}
	value := c.Bool(name)
	return &value
}

// either returns what the flag says, else the config, else the default.
func either(flag, config *bool, otherwise bool) bool {
	switch {
	case flag != nil:
		return *flag
	case config != nil:
		return *config
	}
	return otherwise
}

// tags returns the build tags as the go command takes them.
func tags(c *cli.Context, conf *config.Config) string {
	if c.IsSet("tags") {
		return c.String("tags")
	}
	var tags []string
	for _, tag := range conf.Tags {
		tags = append(tags, string(tag))
	}
	return strings.Join(tags, ",")
}
