package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// load is the command that everything is compared with.
func (b *bench) load(t *tree, flags ...string) contender {
	return contender{name: "load", argv: append(append([]string{b.tool("load")}, flags...), t.patterns...)}
}

// ctxfix is a run of ctxfix over a tree that looks at everything.
func (b *bench) ctxfix(name string, t *tree, flags ...string) contender {
	return b.cached(name, t, append([]string{"-no-cache"}, flags...)...)
}

// cached is a run of ctxfix that knows what did not change.
func (b *bench) cached(name string, t *tree, flags ...string) contender {
	argv := append([]string{b.tool("ctxfix"), "-q"}, flags...)
	return contender{name: name, argv: append(argv, t.patterns...), fails: true}
}

// report compares runs that only look.
func (b *bench) report(ctx context.Context, t *tree) error {
	goCommand := func(args ...string) contender {
		return contender{name: "go " + args[0], argv: append(append([]string{"go"}, args...), t.patterns...), fails: args[0] == "vet"}
	}
	list := goCommand("list", "-deps", "-test")
	list.name = "go list -deps"
	all := []contender{
		b.load(t), list, b.exported(t), goCommand("vet"),
		b.ctxfix("ctxfix", t), b.ctxfix("ctxfix -strict", t, "-strict"), b.ctxfix("ctxfix -strict -unsafe -d", t, "-strict", "-unsafe", "-d"),
	}
	together := sum{name: "the four others, one by one"}
	for _, p := range b.peers(t) {
		together.rows = append(together.rows, len(all))
		all = append(all, p)
	}
	return b.table(ctx, t, "Warm cache, "+t.name, all, together)
}

// again compares runs over what did not change since the run before.
func (b *bench) again(ctx context.Context, t *tree) error {
	return b.table(ctx, t, "The second run, "+t.name, []contender{
		b.exported(t), b.cached("ctxfix", t), b.cached("ctxfix -strict", t, "-strict"), b.cached("ctxfix -d", t, "-d"),
	})
}

// edited compares runs after a change of one file.
func (b *bench) edited(ctx context.Context, t *tree) error {
	title := fmt.Sprintf("%s edited, %s", t.edited, t.name)
	if !b.only.MatchString(title) {
		return nil
	}
	path := filepath.Join(t.dir, filepath.FromSlash(t.edited))
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	edits := 0
	edit := func(context.Context) error {
		edits++
		return os.WriteFile(path, fmt.Appendf(nil, "%s\nvar _ = %d\n", text, edits), 0o644)
	}
	all := []contender{b.exported(t), b.load(t), b.cached("ctxfix", t), b.cached("ctxfix -strict", t, "-strict")}
	for i := range all {
		all[i].before = edit
	}
	if err := b.table(ctx, t, title, all); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// exported is the go command on its own, compiling what it has to.
func (b *bench) exported(t *tree) contender {
	return contender{name: "go list -deps -export", argv: append([]string{"go", "list", "-deps", "-test", "-export"}, t.patterns...)}
}

// write compares runs that mend 1, 100 and 1,000 places.
func (b *bench) write(ctx context.Context, t *tree) error {
	for _, n := range []int{1, 100, 1000} {
		title := fmt.Sprintf("%d fixes written, %s", n, t.name)
		if !b.only.MatchString(title) {
			continue
		}
		g, err := plant(ctx, t, n)
		if err != nil {
			return err
		}
		run := b.ctxfix("ctxfix -w", t, "-w", "-rules", "lostcancel")
		run.before = g.reset
		load := b.load(t)
		load.before = g.reset
		if err := b.table(ctx, t, title, []contender{load, run}); err != nil {
			return err
		}
		if err := g.clear(); err != nil {
			return err
		}
	}
	return nil
}

// cold compares runs with an empty build cache, where that is not the cache of
// the Go distribution itself.
func (b *bench) cold(ctx context.Context, t *tree) error {
	title := "Cold cache, " + t.name
	if !b.only.MatchString(title) {
		return nil
	}
	cache := filepath.Join(b.dir, "cache")
	empty := func(context.Context) error {
		if err := os.RemoveAll(cache); err != nil {
			return err
		}
		return os.Mkdir(cache, 0o755)
	}
	source, export := b.load(t, "-source"), b.load(t)
	source.name, export.name = "load from source, without the bodies of what is imported", "load from export data"
	all := []contender{source, b.ctxfix("ctxfix", t), export}
	for i := range all {
		all[i].before, all[i].env = empty, append(all[i].env, "GOCACHE="+cache)
	}
	return b.table(ctx, t, title, all)
}

// small compares runs over one small package.
func (b *bench) small(ctx context.Context, of *tree) error {
	t := &tree{name: "one small package", dir: of.dir, patterns: []string{"./txtar"}, env: of.env}
	return b.table(ctx, t, "One small package, ./txtar of "+largest,
		[]contender{b.load(t), b.ctxfix("ctxfix", t), b.ctxfix("ctxfix of a file", &tree{patterns: []string{"txtar/archive.go"}}), b.cached("ctxfix of a file again", &tree{patterns: []string{"txtar/archive.go"}})})
}
