package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/cache"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/config"
)

// cacheLimit is how many bytes the entries of the cache may take.
const cacheLimit = 512 << 20

// remembering says whether, and for which settings, findings are cached.
type remembering struct {
	off      bool
	settings string
}

// read reads -no-cache, and all that findings depend on besides the code.
func (r *remembering) read(c *cli.Context, conf *config.Config, set *settings) {
	program := cache.Program(versionLine(debug.ReadBuildInfo()))
	r.off = c.Bool("no-cache") || program == ""
	r.settings = cache.Settings(
		program, c.StringSlice("rules"), c.StringSlice("skip"), c.IsSet("strict"), c.Bool("strict"), c.Bool("no-ignore"),
		set.load.Generated, set.load.Tests, set.load.Tags, set.load.Mod, set.load.Within, set.load.Dir,
		conf.Path, string(conf.Text),
	)
}

// needsMore reports whether the run needs more than what was found: it shows
// fixes, asks about them or compares with a baseline.
func (set settings) needsMore() bool {
	return set.noFix || set.writing.ask || set.writing.stdinName != "" ||
		set.suppress.add != "" || set.baseline.write || set.sorter.compares() || set.output.showsFixes()
}

// remember returns the cache for a run, nil if it can do without or the user's
// cache folder cannot be used.
func (set settings) remember() *cache.Cache {
	if set.remembering.off || set.needsMore() {
		return nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	c, err := cache.Open(filepath.Join(dir, "ctxfix", "findings"))
	if err != nil {
		return nil
	}
	c.Settings = set.remembering.settings
	c.Mends, c.Threshold = set.write || set.diff || set.list, set.threshold()
	for _, operand := range set.load.Patterns {
		c.FilesNamed = c.FilesNamed || strings.HasSuffix(operand, ".go")
	}
	return c
}
