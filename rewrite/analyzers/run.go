package analyzers

import (
	"cmp"
	"fmt"
	"runtime/debug"

	"golang.org/x/tools/go/analysis"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// run looks at one package. A panic becomes an error: the tool that runs the
// analyzer has other work to do.
func (s *Settings) run(pass *analysis.Pass) (_ any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal error of ctxfix on package %s: %v; please report it together with these lines:\n%s", pass.Pkg.Path(), r, debug.Stack())
		}
	}()
	opts, err := s.options()
	if err != nil {
		return nil, err
	}
	prog, err := load.FromUnit(s.unit(pass))
	if err != nil {
		return nil, err
	}
	suggestions, err := rewrite.Suggest(prog, opts)
	if err != nil {
		return nil, err
	}
	for _, suggestion := range suggestions {
		pass.Report(diagnostic(pass, prog, suggestion))
	}
	return nil, nil
}

func (s *Settings) unit(pass *analysis.Pass) load.Unit {
	u := load.Unit{
		Fset:      pass.Fset,
		Files:     pass.Files,
		Types:     pass.Pkg,
		Info:      pass.TypesInfo,
		Sizes:     pass.TypesSizes,
		GoVersion: pass.Pkg.GoVersion(),
		Generated: s.Generated,
		Ignored:   pass.IgnoredFiles,
		ReadFile:  pass.ReadFile,
	}
	if pass.Module != nil {
		u.Module = pass.Module.Path
		u.GoVersion = cmp.Or(u.GoVersion, pass.Module.GoVersion)
	}
	return u
}

// diagnostic puts a finding into the words of the analysis framework.
func diagnostic(pass *analysis.Pass, prog *load.Program, s rewrite.Suggestion) analysis.Diagnostic {
	f := s.Finding
	d := analysis.Diagnostic{
		Pos:      f.Span.Pos,
		End:      f.Span.End,
		Category: f.Rule.Name,
		Message:  fmt.Sprintf("%s (%s, %s)", f.Message, f.Rule.Name, f.Safety),
		URL:      page(f.Rule),
	}
	var edits []analysis.TextEdit
	for _, file := range s.Files {
		base := pass.Fset.File(prog.File(file.Path).Syntax.FileStart) // there is no new one: see load.FromUnit
		for _, e := range file.Edits {
			edits = append(edits, analysis.TextEdit{Pos: base.Pos(e.Start), End: base.Pos(e.End), NewText: []byte(e.New)})
		}
	}
	if len(edits) > 0 {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: title(f), TextEdits: edits}}
	}
	return d
}

// title names the fix in a list to choose from.
func title(f detect.Finding) string {
	if f.Safety == detect.Safe {
		return "Mend this (ctxfix " + f.Rule.Name + ")"
	}
	return "Mend this, which may change behaviour (ctxfix " + f.Rule.Name + ")"
}
