package rewrite

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// Carrying out a fix costs by the size of its file. Fixes in different
// functions of a file are carried out together, and their edits told apart by
// the function they stand in.

// jointly returns, by index, the proposals of those findings that can be had
// together with others.
func (r *run) jointly(findings []detect.Finding, verified func(detect.Finding) bool) map[int]Proposal {
	type place struct {
		file *load.File
		turn int // the how manieth fix of its function
	}
	groups := map[place]map[int]int{} // index of the finding by that of the declaration
	turns := map[*load.File]map[int]int{}
	for i, f := range findings {
		decl := declarationOf(f)
		if decl < 0 || !verified(f) || len(f.Parts()) > 1 || len(filesOf(f)) > 0 {
			continue
		}
		if turns[f.File] == nil {
			turns[f.File] = map[int]int{}
		}
		at := place{f.File, turns[f.File][decl]}
		turns[f.File][decl]++
		if groups[at] == nil {
			groups[at] = map[int]int{}
		}
		groups[at][decl] = i
	}
	out := map[int]Proposal{}
	for at, group := range groups {
		if len(group) > 1 {
			r.together(at.file, group, findings, out)
		}
	}
	return out
}

// declarationOf returns the index of the declaration that the finding stands
// in, or -1.
func declarationOf(f detect.Finding) int {
	for i, d := range f.File.Syntax.Decls {
		if _, ok := d.(*ast.FuncDecl); ok && d.Pos() <= f.Span.Pos && f.Span.End <= d.End() {
			return i
		}
	}
	return -1
}

// together adds the proposals of a group, one finding per declaration, if its
// fixes change nothing but these declarations, each of them.
func (r *run) together(file *load.File, group map[int]int, findings []detect.Finding, out map[int]Proposal) {
	var fixes []detect.Finding
	for i := range file.Syntax.Decls {
		if n, ok := group[i]; ok {
			fixes = append(fixes, findings[n])
		}
	}
	done := r.writer.rewrite(fixes)
	src, ok := done.files[file.Path]
	if !ok || len(done.refused) > 0 || len(done.files) > 1 {
		return
	}
	from, to := pieces(file.Bytes), pieces(src)
	if len(from) != len(file.Syntax.Decls)+1 || len(to) != len(from) {
		return
	}
	start := 0
	made := map[int]Proposal{}
	for i := range from {
		n, changes := group[i]
		if changes == bytes.Equal(from[i], to[i]) {
			return // another declaration, or the imports; or one that stays
		}
		if changes {
			edits := textEdits(from[i], to[i])
			for j := range edits {
				edits[j].Start += start
				edits[j].End += start
			}
			made[n] = Proposal{Finding: findings[n], Files: []FileEdits{{Path: file.Path, Old: file.Bytes, Edits: edits}}}
		}
		start += len(from[i])
	}
	for n, p := range made {
		out[n] = p
	}
}

// pieces cuts a file behind each of its declarations. It returns nil if the
// file does not parse.
func pieces(src []byte) [][]byte {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	var out [][]byte
	start := 0
	for _, d := range file.Decls {
		end := fset.PositionFor(d.End(), false).Offset
		out = append(out, src[start:end])
		start = end
	}
	return append(out, src[start:])
}
