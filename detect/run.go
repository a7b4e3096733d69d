package detect

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A Failure is a rule that panicked: a defect of ctxfix.
type Failure struct {
	Doing   string // "rule background" or "preparing the rules"
	Package string // import path
	Panic   any
	Stack   string
}

func (f *Failure) Error() string {
	return fmt.Sprintf("internal error: %s failed on package %s: %v; please report it together with these lines:\n%s",
		f.Doing, f.Package, f.Panic, f.Stack)
}

// Run looks at the packages with every rule. Findings come sorted by file,
// position and rule. Where the program is limited to some files, so are they.
// It panics with a *Failure when a rule panics.
func Run(prog *load.Program, pkgs []*load.Package, rules []*Rule, opts Options) ([]Finding, []Kept) {
	return gather(prog, inspectAll(pkgs, func(pkg *load.Package) inspection { return inspect(prog, pkg, rules, opts) }))
}

// inspectAll looks at the packages, at several at once.
func inspectAll(pkgs []*load.Package, look func(*load.Package) inspection) []inspection {
	results := make([]inspection, len(pkgs))
	work := make(chan int)
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(pkgs)) {
		group.Go(func() {
			for i := range work {
				results[i] = look(pkgs[i])
			}
		})
	}
	for i := range pkgs {
		work <- i
	}
	close(work)
	group.Wait()
	return results
}

// gather joins what was said of each package, as far as it is asked for.
func gather(prog *load.Program, results []inspection) ([]Finding, []Kept) {
	var findings []Finding
	var kept []Kept
	for _, r := range results {
		if r.failure != nil {
			panic(r.failure)
		}
		for _, f := range r.findings {
			if wanted(prog, f.File) {
				findings = append(findings, f)
			}
		}
		for _, k := range r.kept {
			if wanted(prog, k.File) {
				kept = append(kept, k)
			}
		}
	}
	sortFindings(findings)
	slices.SortStableFunc(kept, CompareKept)
	return findings, kept
}

// CompareKept orders what was left alone by file, position and rule.
func CompareKept(a, b Kept) int {
	return cmp.Or(cmp.Compare(a.File.Path, b.File.Path), cmp.Compare(a.Span.Pos, b.Span.Pos), cmp.Compare(a.Rule.Name, b.Rule.Name))
}

func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File.Path, b.File.Path), cmp.Compare(a.Span.Pos, b.Span.Pos),
			cmp.Compare(a.Rule.Name, b.Rule.Name), cmp.Compare(a.Span.End, b.Span.End))
	})
}

// An inspection is what the rules say of one package.
type inspection struct {
	findings []Finding
	kept     []Kept
	failure  *Failure
	whole    bool // it depends on all packages of the program
}

// inspect runs the rules over one package. A package that does not compile
// is inspected as far as its types allow, for reports alone.
func inspect(prog *load.Program, pkg *load.Package, rules []*Rule, opts Options) (out inspection) {
	if len(pkg.Owned) == 0 && !pkg.HasBodies() {
		return out
	}
	prog.Open(pkg)
	if pkg.Info == nil {
		return out
	}
	var rule *Rule
	prog, asked := prog.Asked(pkg)
	defer func() {
		out.whole = *asked
		if r := recover(); r != nil && len(pkg.Errors) == 0 {
			out.failure = &Failure{"preparing the rules", pkg.ID, r, string(debug.Stack())}
			if rule != nil {
				out.failure.Doing = "rule " + rule.Name
			}
		}
	}()
	all := &Pass{
		Program: prog, Package: pkg, Flow: newQuestions(prog, pkg, opts), Options: opts,
		rules: rules, catalogue: All, heeded: heeded{},
	}
	for _, rule = range ignoreLast(rules) {
		for _, forms := range opts.formsIn(rule, pkg.Owned) {
			pass := *all
			pass.Rule, pass.Forms = rule, forms
			out.add(&pass, rule.Find(&pass))
		}
	}
	return out
}

// ignoreLast moves the rule about directives to the end: it asks which ones
// the others have heeded.
func ignoreLast(rules []*Rule) []*Rule {
	isIgnore := func(r *Rule) bool { return r.Name == ignoreName }
	i := slices.IndexFunc(rules, isIgnore)
	if i < 0 {
		return rules
	}
	return append(slices.DeleteFunc(slices.Clone(rules), isIgnore), rules[i])
}

// add takes what one rule has found in the files for which these forms of it
// are meant.
func (out *inspection) add(pass *Pass, found []Finding) {
	fingerprint(pass.Program.Fset, found)
	for _, f := range found {
		if !pass.counts(f.File) {
			continue
		}
		if kept := pass.leftAlone(f); kept != nil {
			out.kept = append(out.kept, *kept)
			continue
		}
		if why := pass.Options.excluded(f.File.Path); why != "" {
			out.kept = append(out.kept, Kept{Rule: f.Rule, File: f.File, Span: f.Span, Region: flow.RegionExcluded, Because: why})
			continue
		}
		out.findings = append(out.findings, reportOnly(pass.Options.withoutFix(f)))
	}
	for _, k := range pass.Kept {
		if pass.counts(k.File) && pass.Options.excluded(k.File.Path) == "" {
			out.kept = append(out.kept, k)
		}
	}
}

// counts reports whether the pass has a say about the file.
func (p *Pass) counts(f *load.File) bool {
	return f != nil && p.Options.allows(p.Rule, p.Forms, f.Path)
}

func wanted(prog *load.Program, f *load.File) bool {
	return prog.Only == nil || prog.Only[f]
}

// reportOnly takes the fix from a finding in a package that does not compile:
// its types are not to be relied on.
func reportOnly(f Finding) Finding {
	if len(f.Package.Errors) == 0 {
		return f
	}
	f.Evidence, f.Touches, f.Safety = nil, nil, Manual
	f.Because = "the package does not compile: " + f.Package.Errors[0].Error()
	return f
}
