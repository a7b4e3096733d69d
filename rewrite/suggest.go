package rewrite

import (
	"go/token"
	"slices"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A Suggestion is a finding with what mends it as part of a whole: all
// suggestions of a program applied together are exactly what a run with Write
// makes of its files.
type Suggestion struct {
	Finding detect.Finding
	// Files is what the fix changes; nil: there is none, or it was not made.
	// An edit that several fixes need is the same in all of them; any other
	// two edits are apart. Each fix compiles by itself.
	Files []FileEdits
}

// Suggest runs over a clone of the program, which stays as it is, and returns
// one suggestion per finding, in order. opts.Write is taken to be set.
func Suggest(prog *load.Program, opts Options) ([]Suggestion, error) {
	opts.Write = false
	found, err := Run(prog, opts)
	if err != nil {
		return nil, err
	}
	s := &suggester{prog: prog, suggestions: make([]Suggestion, len(found.Found))}
	fixable := false
	for i, f := range found.Found {
		s.suggestions[i].Finding = f
		fixable = fixable || f.Fixable(opts.Threshold)
	}
	if !fixable {
		return s.suggestions, nil
	}
	opts.Write = true
	whole, err := Run(prog.Clone(), opts)
	if err != nil || len(whole.Edits) == 0 {
		return s.suggestions, err
	}
	proposals, err := Propose(prog, found.Found, opts)
	if err != nil {
		return nil, err
	}
	s.note(whole)
	s.share(proposals)
	return s.suggestions, nil
}

// A suggester shares the edits of a whole run out among the findings.
type suggester struct {
	prog        *load.Program
	suggestions []Suggestion
	fixed       []int // indices of the findings that the run fixed
	whole       []FileEdits
	edits       []edit // all of whole
}

// An edit is one of those of the whole, and who needs it.
type edit struct {
	file int // index in whole
	TextEdit
	users []int // indices of findings
}

// note takes the result of the whole run.
func (s *suggester) note(whole Report) {
	type spot struct {
		rule *detect.Rule
		path string
		pos  token.Pos
	}
	fixed := map[spot]bool{}
	for _, f := range whole.Fixed {
		fixed[spot{f.Rule, f.File.Path, whole.OnDisk(f).Pos}] = true
	}
	for i, given := range s.suggestions {
		f := given.Finding
		if fixed[spot{f.Rule, f.File.Path, f.Span.Pos}] {
			s.fixed = append(s.fixed, i)
		}
	}
	for i, e := range whole.Edits {
		file := FileEdits{e.Path, e.Old, textEdits(e.Old, e.New)}
		s.whole = append(s.whole, file)
		for _, t := range file.Edits {
			s.edits = append(s.edits, edit{file: i, TextEdit: t})
		}
	}
}

// share gives every edit to the fixes that would make it, or part of it, by
// themselves. Fixes that do not compile with these alone, and what no fix
// makes alone, go together: each of them has the edits of all.
func (s *suggester) share(proposals []Proposal) {
	for _, i := range s.fixed {
		for j := range s.edits {
			if e := &s.edits[j]; proposals[i].touches(s.whole[e.file].Path, e.TextEdit) {
				e.users = append(e.users, i)
			}
		}
	}
	var together []int
	for _, i := range s.fixed {
		if files := s.of(i); len(files) == 0 || !s.compiles(files) {
			together = append(together, i)
		}
	}
	for j := range s.edits {
		e := &s.edits[j]
		if len(e.users) == 0 {
			together = append(together, s.near(e)...)
		}
	}
	s.join(together)
	for _, i := range s.fixed {
		s.suggestions[i].Files = s.of(i)
	}
}

// join gives each of the fixes the edits of all of them and those of nobody.
func (s *suggester) join(together []int) {
	if len(together) == 0 {
		return
	}
	for j := range s.edits {
		e := &s.edits[j]
		if len(e.users) == 0 || slices.ContainsFunc(e.users, func(i int) bool { return slices.Contains(together, i) }) {
			e.users = append(e.users, together...)
		}
	}
	if s.compiles(s.of(together[0])) {
		return
	}
	for j := range s.edits { // the whole was verified
		s.edits[j].users = s.fixed
	}
}

// near returns the fixes that an edit of nobody may belong to: those that
// rewrite the file, or all.
func (s *suggester) near(e *edit) []int {
	var near []int
	for _, i := range s.fixed {
		if s.suggestions[i].Finding.Rewrites(s.whole[e.file].Path) {
			near = append(near, i)
		}
	}
	if len(near) == 0 {
		return s.fixed
	}
	return near
}

// of returns the edits of the finding.
func (s *suggester) of(finding int) []FileEdits {
	var files []FileEdits
	last := -1
	for _, e := range s.edits {
		if !slices.Contains(e.users, finding) {
			continue
		}
		if e.file != last {
			files = append(files, FileEdits{Path: s.whole[e.file].Path, Old: s.whole[e.file].Old})
			last = e.file
		}
		to := &files[len(files)-1]
		to.Edits = append(to.Edits, e.TextEdit)
	}
	return files
}

// compiles reports whether the program does with these edits alone.
func (s *suggester) compiles(files []FileEdits) bool {
	changed := map[string][]byte{}
	for _, f := range files {
		changed[f.Path] = f.New()
	}
	return len(s.prog.Check(changed).Errors()) == 0
}

// touches reports whether the fix, by itself, changes something where e does.
func (p Proposal) touches(path string, e TextEdit) bool {
	for _, f := range p.Files {
		if f.Path == path && slices.ContainsFunc(f.Edits, func(own TextEdit) bool { return own.Start <= e.End && e.Start <= own.End }) {
			return true
		}
	}
	return false
}

// New returns the file with the edits made.
func (f FileEdits) New() []byte {
	var out []byte
	at := 0
	for _, e := range f.Edits {
		out = append(append(out, f.Old[at:e.Start]...), e.New...)
		at = e.End
	}
	return append(out, f.Old[at:]...)
}
