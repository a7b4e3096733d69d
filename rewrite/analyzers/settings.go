package analyzers

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/rewrite"
)

// Settings choose what an analyzer looks for and which fixes it suggests. They
// mean what the flags of the command ctxfix mean.
type Settings struct {
	Strict    bool     // every rule runs in full
	Unsafe    bool     // suggest fixes that may change behaviour, too
	Rules     []string // run only these, in full; empty: all
	Skip      []string // leave these out
	Generated bool     // report on generated files, and mend them, too
	// NilDoneAccessor is "import/path.Func" of the function rule nildone uses
	// in place of the method Done; empty: one of the analyzed package.
	NilDoneAccessor string
	// What the project says of its own functions, in the words of the same
	// keys of the configuration file of ctxfix.
	Providers, Closers, Retainers []string

	only *detect.Rule // of an analyzer of one rule
}

// declare adds the flags that change the settings.
func (s *Settings) declare(flags *flag.FlagSet) {
	flags.BoolVar(&s.Strict, "strict", s.Strict, "run in full, not only in the recommended form")
	flags.BoolVar(&s.Unsafe, "unsafe", s.Unsafe, "suggest fixes that may change behaviour, too")
	flags.BoolVar(&s.Generated, "generated", s.Generated, "look at generated files, too")
	if s.only == nil || s.only.Name == "nildone" {
		flags.StringVar(&s.NilDoneAccessor, "accessor", s.NilDoneAccessor, "for rule nildone: the function `import/path.Func` to use in place of Done")
	}
	if s.only == nil {
		flags.Var((*list)(&s.Rules), "rules", "run only the rules `NAMES`, in full, like background,nildone")
		flags.Var((*list)(&s.Skip), "skip", "leave out the rules `NAMES`")
	}
	flags.Var((*list)(&s.Providers), "providers", "methods that return the context of a request: `NAMES` like example.com/p.Call.Ctx")
	flags.Var((*list)(&s.Closers), "closers", "functions that clean up: `NAMES`")
	flags.Var((*list)(&s.Retainers), "retainers", "functions that keep the context they are given: `NAMES`")
}

// Check returns an error if a rule is named that there is not, or none is left.
func (s *Settings) Check() error {
	_, err := s.options()
	return err
}

// options are the settings as a run takes them.
func (s *Settings) options() (rewrite.Options, error) {
	opts := rewrite.Options{Threshold: detect.Safe}
	opts.Detect = detect.Options{Strict: map[string]bool{}, NilDoneAccessor: s.NilDoneAccessor}
	opts.Detect.Flow = flow.Options{Providers: s.Providers, Closers: s.Closers, Retainers: s.Retainers}
	if s.Unsafe {
		opts.Threshold = detect.Unsafe
	}
	for _, name := range slices.Concat(s.Rules, s.Skip) {
		if detect.Lookup(name) == nil {
			return opts, fmt.Errorf("unknown rule %q (ctxfix rules lists them)", name)
		}
	}
	for _, rule := range detect.All {
		named := slices.Contains(s.Rules, rule.Name)
		if slices.Contains(s.Skip, rule.Name) || len(s.Rules) > 0 && !named || s.only != nil && s.only != rule {
			continue
		}
		opts.Rules = append(opts.Rules, rule)
		opts.Detect.Strict[rule.Name] = s.Strict || named
	}
	if len(opts.Rules) == 0 {
		return opts, errors.New("no rule is left to run")
	}
	return opts, nil
}

// list is the value of a flag that holds names.
type list []string

// String returns the value as it is written on a command line.
func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds the names of a comma-separated list. It does not look whether there
// are such rules: the go command would run into an error here again for every
// package of the standard library.
func (l *list) Set(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		*l = append(*l, strings.TrimSpace(name))
	}
	return nil
}
