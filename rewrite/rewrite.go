package rewrite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// A carrier carries out one fix on a file.
type carrier func(*tree.File, detect.Evidence) error

// carry joins the evidence of each rule to its rewriter.
func carry(f *tree.File, evidence detect.Evidence) error {
	switch ev := evidence.(type) {
	case *detect.Background:
		return background(f, ev)
	case *detect.Goroutine:
		return goroutine(f, ev)
	case *detect.SelectDone:
		return selectDone(f, ev)
	case *detect.NilDone:
		return nilDone(f, ev)
	}
	return fmt.Errorf("no rewriter for %T", evidence)
}

// A rewriting is the outcome of carrying out fixes on the present state.
type rewriting struct {
	files   map[string][]byte // new bytes by path, of changed and new files
	applied []detect.Finding
	refused []Refusal
}

// rewrite carries out the fixes, file by file. A fix that is refused leaves
// no trace: its file is done again without it.
func rewrite(prog *load.Program, fixes []detect.Finding, by carrier) rewriting {
	out := rewriting{files: map[string][]byte{}}
	fixes = slices.DeleteFunc(slices.Clone(fixes), func(f detect.Finding) bool {
		err := makeable(prog, f)
		if err != nil {
			out.refused = append(out.refused, Refusal{f, Rewriting, err.Error()})
		}
		return err != nil
	})
	for len(fixes) > 0 {
		path := fixes[0].File.Path
		n := slices.IndexFunc(fixes, func(f detect.Finding) bool { return f.File.Path != path })
		if n < 0 {
			n = len(fixes)
		}
		out.file(prog, slices.Clone(fixes[:n]), by)
		fixes = fixes[n:]
	}
	for _, f := range out.applied {
		for _, made := range filesOf(f) {
			if prog.File(made.Path) == nil {
				out.files[made.Path] = made.Content
			}
		}
	}
	return out
}

// file carries out the fixes of one file.
func (out *rewriting) file(prog *load.Program, fixes []detect.Finding, by carrier) {
	for len(fixes) > 0 {
		src, failed, err := rewriteFile(prog, fixes, by)
		if err == nil {
			file := fixes[0].File
			if !bytes.Equal(src, file.Bytes) {
				out.files[file.Path] = src
			}
			out.applied = append(out.applied, fixes...)
			return
		}
		if failed < 0 && len(fixes) > 1 {
			out.oneByOne(prog, fixes, by)
			return
		}
		failed = max(failed, 0)
		out.refused = append(out.refused, Refusal{fixes[failed], Rewriting, err.Error()})
		fixes = slices.Delete(fixes, failed, failed+1)
	}
}

// oneByOne finds the fixes that the file cannot be printed with.
func (out *rewriting) oneByOne(prog *load.Program, fixes []detect.Finding, by carrier) {
	var good []detect.Finding
	for _, f := range fixes {
		if _, _, err := rewriteFile(prog, append(slices.Clip(good), f), by); err != nil {
			out.refused = append(out.refused, Refusal{f, Rewriting, err.Error()})
			continue
		}
		good = append(good, f)
	}
	if len(good) == 0 {
		return
	}
	out.file(prog, good, by)
}

// rewriteFile returns the file with the fixes made, or the error and the
// index of the fix that failed, -1 if it is the file as a whole.
func rewriteFile(prog *load.Program, fixes []detect.Finding, by carrier) ([]byte, int, error) {
	file, pkg := fixes[0].File, fixes[0].Package
	f, err := tree.Decorate(prog.Fset, file.Syntax, file.Bytes)
	if err != nil {
		return nil, -1, err
	}
	for i, fix := range fixes {
		if err := carryOne(prog, f, fix, by); err != nil {
			return nil, i, err
		}
	}
	if err := f.DropUnusedImports(pkg.ImportNames(file)); err != nil {
		return nil, -1, err
	}
	src, err := f.Bytes()
	return src, -1, err
}

// carryOne makes a panic of the tree library an error of the one fix.
func carryOne(prog *load.Program, f *tree.File, fix detect.Finding, by carrier) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: the rewriter of rule %s failed: %v", prog.Fset.PositionFor(fix.Span.Pos, false), fix.Rule.Name, r)
		}
	}()
	return by(f, fix.Evidence)
}

// makeable returns an error if one of the new files that the fix needs is
// there with other content.
func makeable(prog *load.Program, fix detect.Finding) error {
	for _, made := range filesOf(fix) {
		present, err := os.ReadFile(made.Path)
		if f := prog.File(made.Path); f != nil {
			present, err = f.Bytes, nil
		}
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			return fmt.Errorf("a file the fix needs: %w", err)
		case !bytes.Equal(present, made.Content):
			return fmt.Errorf("%s: the fix would make this file, but it is there with other content", made.Path)
		}
	}
	return nil
}

func filesOf(fix detect.Finding) []detect.NewFile {
	if maker, ok := fix.Evidence.(detect.FileMaker); ok {
		return maker.NewFiles()
	}
	return nil
}
