package detect

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/ctxfix/ctxfix/detect/directive"
	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
)

// Options are the settings a user may give the rules.
type Options struct {
	Strict map[string]bool // rules that run in full; nil: none
	// LevelAt takes the place of Strict where levels differ by file: it says
	// which forms of the rule to look for in the file at path, and whether it
	// runs there at all. Nil: every rule runs everywhere.
	LevelAt func(rule *Rule, path string) (forms Preset, on bool)
	// Excluded says why nothing is to be found or changed in the file at path,
	// which need not be there yet; "" where that is not so. Nil: no file is
	// excluded.
	Excluded func(path string) string
	// Heed says of each directive, of ctxfix and of other tools, whether it
	// counts in the file at path; nil: all do.
	Heed func(path string, d directive.Directive) bool
	// Flow is what the project says of its own functions.
	Flow flow.Options
	// CleanupTimeout is how long deadctx lets a call wait that goes on when its
	// context is done; zero: such a finding has no fix.
	CleanupTimeout time.Duration
	// Told says that findings are only to be told: RunWith returns them with the
	// evidence Recalled.
	Told bool
	// NilDoneAccessor is "import/path.Func" of the function nildone uses in
	// place of the method Done; empty: look for one in the module.
	NilDoneAccessor string

	keys *keysFound // nil: nothing is kept
}

// level returns which forms of the rule run in the file, and whether any does.
func (o Options) level(rule *Rule, path string) (forms Preset, on bool) {
	switch {
	case o.LevelAt != nil:
		return o.LevelAt(rule, path)
	case o.Strict[rule.Name]:
		return Strict, true
	default:
		return Recommended, true
	}
}

// allows reports whether these forms are the ones that run in the file.
func (o Options) allows(rule *Rule, forms Preset, path string) bool {
	have, on := o.level(rule, path)
	return on && have == forms
}

// formsIn returns the forms of the rule that run in one of the files: none,
// one, or both.
func (o Options) formsIn(rule *Rule, files []*load.File) []Preset {
	var all []Preset
	for _, f := range files {
		if forms, on := o.level(rule, f.Path); on && !slices.Contains(all, forms) {
			all = append(all, forms)
		}
	}
	slices.Sort(all)
	return all
}

func (o Options) excluded(path string) string {
	if o.Excluded == nil {
		return ""
	}
	return o.Excluded(path)
}

// withoutFix takes the fix from a finding if it would change a file that is
// excluded, or in which the rule is off.
func (o Options) withoutFix(f Finding) Finding {
	var paths []string
	for _, part := range f.Parts() {
		paths = append(paths, part.File.Path)
	}
	if maker, ok := f.Evidence.(FileMaker); ok {
		for _, made := range maker.NewFiles() {
			paths = append(paths, made.Path)
		}
	}
	for _, path := range paths {
		why := o.excluded(path)
		if _, on := o.level(f.Rule, path); why == "" && !on {
			why = "the config turns " + f.Rule.Name + " off there"
		}
		if why == "" {
			continue
		}
		f.Evidence, f.Touches = nil, nil
		f.Lower(Manual, "it would change "+fromModule(f.Package, path)+", too: "+why)
		return f
	}
	return f
}

// fromModule returns path as seen from the folder of the package's module.
func fromModule(pkg *load.Package, path string) string {
	if pkg.Module != nil {
		if rel, err := filepath.Rel(pkg.Module.Dir, path); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(path)
}

// Judges reports whether what the rule finds in the file counts: whether the
// rule runs there, and the file is neither excluded nor locked.
func (o Options) Judges(rule *Rule, file *load.File) bool {
	_, on := o.level(rule, file.Path)
	return on && file.Locked == "" && o.excluded(file.Path) == ""
}
