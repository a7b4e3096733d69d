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
// stays; so does what no directive can be written for.
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
	for len(targets) > 0 {
		failed := r.silence(targets, reason)
		if len(failed) == 0 {
			break
		}
		for file, places := range failed {
			all := targets[file]
			targets[file] = slices.DeleteFunc(slices.Clone(all), func(f detect.Finding) bool { return slices.Contains(places, placeOf(r.prog.Fset, f)) })
			if n := len(targets[file]); n == 0 || n == len(all) {
				delete(targets, file)
			}
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

// silence writes directives for the targets and puts the texts in place. Where
// it comes to something else than that they are hidden, it changes nothing and
// returns, by file, the places that are not; none: the file cannot be changed.
func (r *run) silence(targets map[*load.File][]detect.Finding, reason string) map[*load.File][]codePlace {
	failed := map[*load.File][]codePlace{}
	changed := map[string][]byte{}
	for file, findings := range targets {
		src, ok := silencedText(r.prog.Fset, file, findings, reason)
		if !ok {
			failed[file] = nil
			continue
		}
		changed[file.Path] = src
	}
	if len(failed) > 0 {
		return failed
	}
	before := countByRule(r.presentFindings())
	check := r.prog.Check(changed)
	if len(check.Errors()) > 0 {
		for file := range targets {
			failed[file] = nil
		}
		return failed
	}
	check.Commit()
	found, kept := detect.Run(r.prog, check.Packages(), r.opts.Rules, r.opts.Detect)
	after := countByRule(found)
	for file, findings := range targets {
		hidden := countByRule(findings)
		for _, rule := range r.opts.Rules {
			at := ruleInFile{rule, file}
			if after[at] > before[at]-hidden[at] {
				failed[file] = append(failed[file], placesOf(r.prog.Fset, found, at)...)
			}
		}
	}
	if len(failed) > 0 {
		check.Revert()
		return failed
	}
	r.note(check.Packages(), found, kept)
	return nil
}

// A codePlace is what a finding has in common with itself when comments have
// come or gone: its rule, and the number of tokens before it.
type codePlace struct {
	rule   *detect.Rule
	tokens int
}

func placeOf(fset *token.FileSet, f detect.Finding) codePlace {
	return codePlace{f.Rule, len(tokensOf(f.File.Bytes[:fset.PositionFor(f.Span.Pos, false).Offset]))}
}

func placesOf(fset *token.FileSet, findings []detect.Finding, at ruleInFile) (places []codePlace) {
	for _, f := range findings {
		if f.Rule == at.rule && f.File == at.file {
			places = append(places, placeOf(fset, f))
		}
	}
	return places
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
