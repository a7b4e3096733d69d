package detect

import (
	_ "embed"
	"fmt"
	"maps"
	"strings"

	"github.com/ctxfix/ctxfix/detect/directive"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/detect/spell"
)

//go:embed ignore.md
var ignorePage string

// ignoreName is the rule's name. No directive may name it.
const ignoreName = "ignore"

// ignoreRule runs after all others of a package: it asks which directives they
// have heeded.
var ignoreRule = &Rule{
	Name:   ignoreName,
	Doc:    "a directive of ctxfix without a reason, with a mistake, or that hides nothing",
	Page:   ignorePage,
	Preset: Recommended,
	Best:   Manual,
	Find:   findIgnore,
}

// findIgnore reports directives of ctxfix that
//   - have a mistake in their form, so that they do nothing;
//   - name a rule that does not exist;
//   - give no reason;
//   - name a rule that ran and that finds nothing there even when it runs in
//     full; not where the package does not compile, the file is not to be
//     edited, or other packages are not known, as little can be said about
//     these.
func findIgnore(pass *Pass) []Finding {
	p := &directiveJudge{Pass: pass, full: map[string]heeded{}}
	var found []Finding
	for _, file := range p.Files() {
		if file.Locked != "" {
			continue
		}
		p.file = file
		for _, d := range p.Flow.Directives(file.Syntax) {
			complaint := p.complaint(&d)
			if !d.Own() || complaint == "" {
				continue
			}
			found = append(found, Finding{
				Rule:    p.Rule,
				Package: p.Package,
				File:    file,
				Span:    Span{d.Pos, d.End},
				Message: complaint,
				Because: "only its author knows what it was to say",
			})
		}
	}
	return found
}

// A directiveJudge is a pass that looks at directives.
type directiveJudge struct {
	*Pass
	file *load.File        // that the directive stands in
	full map[string]heeded // what a rule has heeded that ran in full for the judge
}

// complaint says what is wrong with a directive of ctxfix, or nothing.
func (p *directiveJudge) complaint(d *directive.Directive) string {
	if d.Malformed != "" {
		if d.Comment && !p.knowsAll(d.Names) {
			return "" // prose about directives
		}
		return "a directive does nothing: " + d.Malformed
	}
	var wrong []string
	for _, name := range d.Names {
		if name == ignoreName {
			wrong = append(wrong, "no directive silences the rule ignore: run with -skip ignore")
		} else if !p.knows(name) {
			wrong = append(wrong, p.unknown(name))
		}
	}
	if d.Reason == "" {
		wrong = append(wrong, "a directive gives no reason: say why the place is right")
	}
	if idle := p.idle(d); len(idle) > 0 {
		wrong = append(wrong, "a directive hides nothing of "+enumeration("rule", idle)+": remove it")
	}
	return strings.Join(wrong, "; ")
}

func (p *directiveJudge) unknown(name string) string {
	text := fmt.Sprintf("a directive names the unknown rule %q", name)
	if near := spell.Nearest(name, p.names()); near != "" {
		text += fmt.Sprintf(": did you mean %q?", near)
	}
	return text
}

// idle returns the rules that the directive names for nothing. One that names
// all rules is idle if all of them ran and none has heeded it.
func (p *directiveJudge) idle(d *directive.Directive) []string {
	if len(p.Package.Errors) > 0 || p.Program.Alone {
		return nil // what it hides may show with the other packages alone
	}
	var idle []string
	for _, name := range d.Names {
		if name == ignoreName {
			continue // to ask this rule would ask it again
		}
		rules := []string{name}
		if name == directive.All {
			rules = p.names()
		}
		judged, needed := true, false
		for _, rule := range rules {
			judged = judged && p.runs(rule)
			needed = needed || p.needs(d, rule)
		}
		if judged && !needed {
			idle = append(idle, name)
		}
	}
	return idle
}

// needs reports whether the directive keeps the rule silent somewhere, also
// when it runs in full, or sees no other package, as go vet would have it.
func (p *directiveJudge) needs(d *directive.Directive, name string) bool {
	if p.heeded[heed{d.Pos, name}] {
		return true
	}
	if !p.runs(name) {
		return false
	}
	if p.full[name] == nil {
		p.full[name] = p.inFull(name, p.Program)
		if !p.Program.Alone {
			maps.Copy(p.full[name], p.inFull(name, p.Program.Apart(p.Package)))
		}
	}
	return p.full[name][heed{d.Pos, name}]
}

// inFull returns what the rule heeds when it runs in full on the program.
func (p *directiveJudge) inFull(name string, prog *load.Program) heeded {
	pass := *p.Pass
	pass.Program = prog
	pass.Rule, pass.Forms, pass.heeded, pass.Kept = p.rule(name), Strict, heeded{}, nil
	for _, f := range pass.Rule.Find(&pass) {
		pass.leftAlone(f)
	}
	return pass.heeded
}

// runs reports whether the rule is among those of this run, and on in the file.
func (p *directiveJudge) runs(name string) bool {
	for _, r := range p.rules {
		if r.Name == name {
			_, on := p.Options.level(r, p.file.Path)
			return on
		}
	}
	return false
}

func (p *directiveJudge) knows(name string) bool {
	return name == directive.All || p.rule(name) != nil
}

func (p *directiveJudge) knowsAll(names []string) bool {
	for _, name := range names {
		if !p.knows(name) {
			return false
		}
	}
	return true
}

func (p *directiveJudge) rule(name string) *Rule {
	for _, r := range p.catalogue {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// names returns the rules that a directive may name.
func (p *directiveJudge) names() []string {
	var names []string
	for _, r := range p.catalogue {
		if r.Name != ignoreName {
			names = append(names, r.Name)
		}
	}
	return names
}

// enumeration returns "rule a", "rules a and b", "rules a, b and c".
func enumeration(noun string, names []string) string {
	last := len(names) - 1
	if last == 0 {
		return noun + " " + names[0]
	}
	return noun + "s " + strings.Join(names[:last], ", ") + " and " + names[last]
}
