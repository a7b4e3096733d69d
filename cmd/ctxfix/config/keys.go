package config

// A File is what a config file says. The comment of a key is its description
// in the schema and in the README.
type File struct {
	// How far the rules go that are not named under `rules`: `off`,
	// `recommended` (what they find by default) or `strict` (all they can find).
	Preset Level `yaml:"preset" default:"recommended"`
	// How far single rules go, by name, like `sleep: off` or `testctx: strict`.
	Rules map[string]Level `yaml:"rules"`
	// Other levels for some files: a list of `files` (globs) with `preset`,
	// `rules` or both. Of two that set a rule, the later one counts.
	Overrides []Override `yaml:"overrides"`
	// Globs of files and folders in which nothing is reported or changed, like
	// `internal/legacy` or `**/*.pb.go`.
	Exclude []Glob `yaml:"exclude"`
	// Whether test files are looked at.
	Tests *bool `yaml:"tests" default:"true"`
	// Whether generated files are fixed, too.
	Generated *bool `yaml:"generated" default:"false"`
	// The build tags that packages are loaded with.
	Tags []Tag `yaml:"tags"`
	// Whether early returns give `context.Cause(ctx)` in the place of
	// `ctx.Err()`: `always`, `never`, or, with `package`, where the package asks
	// for causes already.
	Cause Cause `yaml:"cause" default:"package"`
	// Functions that clean up, and must run although their context is over,
	// beside those called Close, Stop and the like: a word that names begin with,
	// like `Evict`, or one function or method, like `example.com/app/cache.Drop`
	// or `example.com/app/cache.Cache.Drop`.
	Closers []Func `yaml:"closers"`
	// Functions that keep the context they are given for longer than the call,
	// beside those called New, Start and the like; named as under `closers`.
	Retainers []Func `yaml:"retainers"`
	// Methods that return the context of a request, of types whose values are
	// parameters, like `example.com/app/web.Request.Ctx`.
	Providers []Method `yaml:"providers"`
	// Options of the rule nildone.
	NilDone NilDone `yaml:"nildone"`
	// Options of the rule deadctx.
	DeadCtx DeadCtx `yaml:"deadctx"`
}

// An Override sets levels for some files.
type Override struct {
	// Globs of the files and folders.
	Files []Glob `yaml:"files" required:"true"`
	// How far the rules go there; it takes the place of every level set before.
	Preset Level `yaml:"preset"`
	// How far single rules go there, by name.
	Rules map[string]Level `yaml:"rules"`
}

// NilDone is the options of the rule nildone.
type NilDone struct {
	// The function to ask for the Done channel of a context that may be nil,
	// like `example.com/app/ctxs.Done`. Empty: one that the module has, or a new
	// one.
	Accessor Accessor `yaml:"accessor" default:""`
}

// DeadCtx is the options of the rule deadctx.
type DeadCtx struct {
	// How long a clean-up may wait that has to go on when its context is done,
	// like `10s`. Empty: such a place is to be mended by hand.
	Timeout Timeout `yaml:"timeout" default:""`
}
