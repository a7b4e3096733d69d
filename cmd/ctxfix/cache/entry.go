package cache

import (
	"encoding/json"
	"fmt"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/directive"
	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
)

// An entry is what was found in one package.
type entry struct {
	Whole    string            `json:",omitempty"` // key of the program, if it depends on all of that
	Locked   map[string]string `json:",omitempty"`
	Files    []string          `json:",omitempty"` // paths that places name by index
	Findings []finding         `json:",omitempty"`
	Kept     []kept            `json:",omitempty"`
}

// A place is a range of bytes in a file.
type place struct{ File, From, To int }

type finding struct {
	place
	Rule, Message, Because, Fingerprint string
	Safety                              detect.Safety
	Fix                                 bool
}

type kept struct {
	place
	Rule, Because string
	Region        flow.Region
	Hidden        *hidden `json:",omitempty"`
}

type hidden struct {
	Finding   finding
	Directive directive.Directive
}

// fixable reports whether a fix of the threshold is among the findings.
func (e *entry) fixable(threshold detect.Safety) bool {
	for _, f := range e.Findings {
		if f.Fix && f.Safety >= threshold && f.Safety != detect.Manual {
			return true
		}
	}
	return false
}

// A scribe puts findings into an entry, or reads them out of one.
type scribe struct {
	entry
	prog  *load.Program
	pkg   *load.Package
	index map[string]int
	err   error
}

func (s *scribe) place(f *load.File, span detect.Span) place {
	i, ok := s.index[f.Path]
	if !ok {
		i = len(s.Files)
		s.index[f.Path] = i
		s.Files = append(s.Files, f.Path)
	}
	start, _ := s.prog.Span(f, 0, 0)
	return place{i, int(span.Pos - start), int(span.End - start)}
}

func (s *scribe) finding(f detect.Finding) finding {
	return finding{s.place(f.File, f.Span), f.Rule.Name, f.Message, f.Because, f.Fingerprint, f.Safety, f.Evidence != nil}
}

// encode makes an entry of what was found.
func encode(prog *load.Program, pkg *load.Package, found []detect.Finding, left []detect.Kept, whole string) ([]byte, error) {
	s := &scribe{prog: prog, pkg: pkg, index: map[string]int{}}
	s.Whole = whole
	for _, f := range pkg.Files {
		if f.Locked != "" {
			if s.Locked == nil {
				s.Locked = map[string]string{}
			}
			s.Locked[f.Path] = f.Locked
		}
	}
	for _, f := range found {
		s.Findings = append(s.Findings, s.finding(f))
	}
	for _, k := range left {
		made := kept{place: s.place(k.File, k.Span), Rule: k.Rule.Name, Because: k.Because, Region: k.Region}
		if k.Hidden != nil {
			made.Hidden = &hidden{s.finding(k.Hidden.Finding), k.Hidden.Directive}
			made.Hidden.Directive.Pos, made.Hidden.Directive.End = 0, 0 // of this run
		}
		s.Kept = append(s.Kept, made)
	}
	return json.Marshal(s.entry)
}

// decode makes findings of an entry. An error says that it is not about this
// program.
func decode(e *entry, prog *load.Program, pkg *load.Package) (found []detect.Finding, left []detect.Kept, err error) {
	s := &scribe{entry: *e, prog: prog, pkg: pkg}
	for _, f := range e.Findings {
		found = append(found, s.found(f))
	}
	for _, k := range e.Kept {
		file, span := s.at(k.place)
		made := detect.Kept{Rule: s.rule(k.Rule), File: file, Span: span, Region: k.Region, Because: k.Because}
		if k.Hidden != nil {
			made.Hidden = &detect.Hidden{Finding: s.found(k.Hidden.Finding), Directive: k.Hidden.Directive}
		}
		left = append(left, made)
	}
	return found, left, s.err
}

func (s *scribe) found(f finding) detect.Finding {
	file, span := s.at(f.place)
	made := detect.Finding{
		Rule: s.rule(f.Rule), Package: s.pkg, File: file, Span: span,
		Message: f.Message, Safety: f.Safety, Because: f.Because, Fingerprint: f.Fingerprint,
	}
	if f.Fix {
		made.Evidence = detect.Recalled{}
	}
	return made
}

func (s *scribe) at(p place) (*load.File, detect.Span) {
	if p.File < 0 || p.File >= len(s.Files) {
		s.err = fmt.Errorf("there is no file %d", p.File)
		return nil, detect.Span{}
	}
	f := s.prog.File(s.Files[p.File])
	if f == nil || p.From < 0 || p.To < p.From || p.To > len(f.Disk) {
		s.err = fmt.Errorf("%s has no bytes %d to %d", s.Files[p.File], p.From, p.To)
		return nil, detect.Span{}
	}
	pos, end := s.prog.Span(f, p.From, p.To)
	return f, detect.Span{Pos: pos, End: end}
}

func (s *scribe) rule(name string) *detect.Rule {
	r := detect.Lookup(name)
	if r == nil {
		s.err = fmt.Errorf("there is no rule %s", name)
	}
	return r
}
