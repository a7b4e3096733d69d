package rewrite

import (
	"bytes"
	"go/format"
	"go/scanner"
	"go/token"
	"slices"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// Silence adds a directive with the reason for each finding that remains, and
// returns the report as it is then, and how many findings the directives hide.
// What rule ignore finds, and what stands in a package that does not compile,
// stays; so does everything in a file where the result is not what was meant.
// Nothing is written to disk.
func Silence(report Report, reason string) (next Report, silenced int, err error) {
	defer func() { err = failure(recover(), err) }()
	r := report.run
	targets := map[*load.File][]detect.Finding{}
	for _, f := range report.Remain {
		if f.Rule.Name != "ignore" && len(f.Package.Errors) == 0 && f.File.Syntax != nil {
			targets[f.File] = append(targets[f.File], f)
		}
	}
	changed := map[string][]byte{}
	for file, findings := range targets {
		if src, ok := silencedText(r.prog.Fset, file, findings, reason); ok {
			changed[file.Path] = src
		} else {
			delete(targets, file)
		}
	}
	for len(changed) > 0 {
		wrong := r.silence(changed, targets)
		if len(wrong) == 0 {
			break
		}
		for _, file := range wrong {
			delete(changed, file.Path)
			delete(targets, file)
		}
	}
	for _, findings := range targets {
		silenced += len(findings)
	}
	return r.reopened(), silenced, nil
}

// reopened returns the report on the present state.
func (r *run) reopened() Report {
	r.report.Fixed, r.report.Remain, r.report.Aside, r.report.Kept, r.report.Refused = nil, nil, nil, nil, nil
	return r.close()
}

// silence puts the texts in place, or returns the files in which not all of
// the findings are hidden then, or something else came up.
func (r *run) silence(changed map[string][]byte, targets map[*load.File][]detect.Finding) (wrong []*load.File) {
	before := countByRule(r.presentFindings())
	check := r.prog.Check(changed)
	if len(check.Errors()) > 0 {
		for file := range targets {
			wrong = append(wrong, file)
		}
		return wrong
	}
	check.Commit()
	found, kept := detect.Run(r.prog, check.Packages(), r.opts.Rules, r.opts.Detect)
	after := countByRule(found)
	for file, findings := range targets {
		hidden := countByRule(findings)
		for _, rule := range r.opts.Rules {
			at := ruleInFile{rule, file}
			if after[at] > before[at]-hidden[at] {
				wrong = append(wrong, file)
				break
			}
		}
	}
	if len(wrong) > 0 {
		check.Revert()
		return wrong
	}
	r.note(check.Packages(), found, kept)
	return nil
}

func (r *run) presentFindings() []detect.Finding {
	var all []detect.Finding
	for _, p := range r.places() {
		all = append(all, p.Finding)
	}
	return all
}

// A ruleInFile is what findings are counted by.
type ruleInFile struct {
	rule *detect.Rule
	file *load.File
}

func countByRule(findings []detect.Finding) map[ruleInFile]int {
	n := map[ruleInFile]int{}
	for _, f := range findings {
		n[ruleInFile{f.Rule, f.File}]++
	}
	return n
}

// silencedText returns the file with directives for the findings. It is false
// if anything but comments would be another then.
func silencedText(fset *token.FileSet, file *load.File, findings []detect.Finding, reason string) ([]byte, bool) {
	src := insertDirectives(fset, file, findings, reason)
	if formatted, err := format.Source(file.Bytes); err == nil && bytes.Equal(formatted, file.Bytes) {
		if src, err = format.Source(src); err != nil {
			return nil, false
		}
	}
	return src, slices.Equal(tokensOf(file.Bytes), tokensOf(src))
}

// tokensOf returns the text of the tokens that are no comments.
func tokensOf(src []byte) []string {
	fset := token.NewFileSet()
	var s scanner.Scanner
	s.Init(fset.AddFile("", -1, len(src)), src, func(token.Position, string) {}, 0)
	var out []string
	for {
		_, tok, text := s.Scan()
		if tok == token.EOF {
			return out
		}
		out = append(out, tok.String()+" "+text)
	}
}
