package rewrite

import (
	"bytes"
	"cmp"
	"fmt"
	"go/token"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// A ledger recognises findings across rounds, by where they stood in the
// file as it was loaded.
type ledger struct {
	fset   *token.FileSet
	disk   map[*load.File]*token.File // where the file as loaded is in fset
	maps   map[*load.File]tokens
	first  map[string]detect.Finding // of the first round, the least safe of a key
	onDisk map[detect.Span]detect.Span
}

// tokens relates the bytes on disk to some later bytes.
type tokens struct {
	of *byte // the first of the later bytes: identity, for bytes are never changed in place
	m  *tree.Mapping
}

// A place is a finding with what identifies it.
type place struct {
	detect.Finding
	key  string
	decl string // the declaration it stands in
}

func newLedger(prog *load.Program) *ledger {
	l := &ledger{
		fset:   prog.Fset,
		disk:   map[*load.File]*token.File{},
		maps:   map[*load.File]tokens{},
		first:  map[string]detect.Finding{},
		onDisk: map[detect.Span]detect.Span{},
	}
	for _, p := range prog.Packages {
		for _, f := range p.Files {
			if f.Syntax != nil {
				l.disk[f] = onDisk(prog.Fset, f)
			}
		}
	}
	return l
}

// onDisk returns where the file as it was loaded is in fset. If it was changed
// since, it is put there.
func onDisk(fset *token.FileSet, f *load.File) *token.File {
	if f.Disk == nil || bytes.Equal(f.Disk, f.Bytes) {
		return fset.File(f.Syntax.FileStart)
	}
	tf := fset.AddFile(f.Name, -1, len(f.Disk))
	tf.SetLinesForContent(f.Disk)
	return tf
}

// open notes the findings of the first round.
func (l *ledger) open(findings []detect.Finding) {
	for _, f := range findings {
		key := l.key(f)
		if known, ok := l.first[key]; !ok || f.Safety < known.Safety {
			l.first[key] = f
		}
	}
}

// mapping relates the present bytes of the file to those on disk; nil if
// they are the same.
func (l *ledger) mapping(f *load.File) *tree.Mapping {
	if len(f.Bytes) == 0 || len(f.Disk) == 0 || &f.Bytes[0] == &f.Disk[0] {
		return nil
	}
	if known := l.maps[f]; known.of == &f.Bytes[0] {
		return known.m
	}
	m := tree.Map(f.Disk, f.Bytes)
	l.maps[f] = tokens{&f.Bytes[0], m}
	return m
}

// key identifies a finding whose positions are those of the present file. A
// finding that starts on text of the disk is known by its place there, one
// that does not by its declaration and text.
func (l *ledger) key(f detect.Finding) string {
	start, end := l.offset(f.Span.Pos), l.offset(f.Span.End)
	if f.File.Disk == nil {
		return fmt.Sprintf("%s\n%s\n+%d", f.Rule.Name, f.File.Path, start)
	}
	m := l.mapping(f.File)
	if m == nil {
		return fmt.Sprintf("%s\n%s\n%d", f.Rule.Name, f.File.Path, start)
	}
	old, ok := m.Old(start)
	if !ok {
		text := f.File.Bytes[min(start, len(f.File.Bytes)):min(end, len(f.File.Bytes))]
		return fmt.Sprintf("%s\n%s\n%s\n%s", f.Rule.Name, f.File.Path, detect.Decl(f.File.Syntax, f.Span), text)
	}
	if oldEnd, ok := m.Old(end); ok && oldEnd >= old {
		if tf := l.disk[f.File]; tf != nil && oldEnd <= tf.Size() {
			l.onDisk[f.Span] = detect.Span{Pos: tf.Pos(old), End: tf.Pos(oldEnd)}
		}
	}
	return fmt.Sprintf("%s\n%s\n%d", f.Rule.Name, f.File.Path, old)
}

func (l *ledger) offset(pos token.Pos) int { return l.fset.PositionFor(pos, false).Offset }

// place identifies a present finding and limits its safety: on text that
// earlier fixes wrote it is as safe as the least of these at most, and two
// rules must not make a change together that the first finding did not allow:
// unless one is expected to lead to the other, as it would in the next run.
func (l *ledger) place(f detect.Finding, fixed []place) place {
	p := place{Finding: f, key: l.key(f), decl: detect.Decl(f.File.Syntax, f.Span)}
	first, known := l.first[p.key]
	if known { // its line may be another one by now
		p.Fingerprint = first.Fingerprint
	}
	m := l.mapping(f.File)
	if m == nil || !m.Written(l.offset(f.Span.Pos), l.offset(f.Span.End)) {
		return p
	}
	woken, stranger := false, ""
	least, by := detect.Safe, ""
	for _, earlier := range fixed {
		if earlier.File != f.File || earlier.decl != p.decl {
			continue
		}
		name := earlier.Rule.Name
		woken = woken || earlier.Rule == f.Rule || mayWake(name, f.Rule.Name)
		if earlier.Rule != f.Rule {
			stranger = name
		}
		if earlier.Safety < least {
			least, by = earlier.Safety, name
		}
	}
	switch {
	case known && (!woken || least <= first.Safety):
		p.Lower(first.Safety, "it was "+first.Safety.String()+" before other fixes of this run")
		return p
	case !known && !woken && stranger != "":
		p.Lower(detect.Manual, "it stands on text that a fix of rule "+stranger+" has just written: look at that first")
	}
	p.Lower(least, "it builds on a fix of rule "+by+" that is "+least.String())
	return p
}

func compareFindings(a, b detect.Finding) int {
	return cmp.Or(cmp.Compare(a.File.Path, b.File.Path), cmp.Compare(a.Span.Pos, b.Span.Pos), cmp.Compare(a.Rule.Name, b.Rule.Name))
}
