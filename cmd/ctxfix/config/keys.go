package config

// A File is what a config file says. The comment of a key is its description
// in the schema and in the README.
type File struct {
	// How far the rules go that are not named under `rules`: `off`, `recommended` or `strict`.
	Preset Level `yaml:"preset"`
	// How far single rules go, by name, as `sleep: off` or `testctx: strict`.
	Rules map[string]Level `yaml:"rules"`
	// Other levels for some files. Of two that set a rule, the later one counts.
	Overrides []Override `yaml:"overrides"`
	// Globs of files and folders in which nothing is reported or changed, like `internal/legacy` or `**/*.pb.go`.
	Exclude []Glob `yaml:"exclude"`
	// Whether test files are looked at.
	Tests *bool `yaml:"tests"`
	// Whether generated files are fixed, too.
	Generated *bool `yaml:"generated"`
	// The build tags that packages are loaded with.
	Tags []Tag `yaml:"tags"`
	// Whether an early return gives `context.Cause(ctx)` in the place of `ctx.Err()`: `always`, `never`, or `package`, where the package does so already.
	Cause Cause `yaml:"cause"`
	// Functions that clean up and must run although their context is over, beside those called Close, Stop and the like: `Evict`, `example.com/app/cache.Drop` or `example.com/app/cache.Cache.Drop`.
	Closers []Func `yaml:"closers"`
	// Functions that keep the context they are given for longer than the call, beside those called New, Start and the like. Named as under `closers`.
	Retainers []Func `yaml:"retainers"`
	// Methods that return the context of a request, of types whose values are passed as parameters, like `example.com/app/web.Request.Ctx`.
	Providers []Method `yaml:"providers"`
	// Options of the rule nildone.
	NilDone NilDone `yaml:"nildone"`
	// Options of the rule deadctx.
	DeadCtx DeadCtx `yaml:"deadctx"`
}

// An Override sets levels for some files.
type Override struct {
	// Globs of the files and folders.
	Files []Glob `yaml:"files" need:"true"`
	// As the key `preset` of the file; it takes the place of all levels set so far.
	Preset Level `yaml:"preset"`
	// As the key `rules` of the file.
	Rules map[string]Level `yaml:"rules"`
}

// NilDone is the options of the rule nildone.
type NilDone struct {
	// The function to ask for the Done channel of a context that may be nil, like `example.com/app/ctxs.Done`. Default: one that the module has, or a new one.
	Accessor Accessor `yaml:"accessor"`
}

// DeadCtx is the options of the rule deadctx.
type DeadCtx struct {
	// How long clean-up may take that has to go on when its context is done, like `10s`. Without it such a finding has no fix.
	Timeout Timeout `yaml:"timeout"`
}
