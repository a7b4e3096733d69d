package rewrite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// A carrier carries out one fix on a file: of a fix that rewrites several, the
// part that is in this one.
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
	case *detect.DoneErr:
		return doneErr(f, ev)
	case *detect.WithContext:
		return withContext(f, ev)
	case *detect.RecoverDone:
		return recoverDone(f, ev)
	case *detect.DoneSpin:
		return doneSpin(f, ev)
	case *detect.NoCtx:
		return noCtx(f, ev)
	case *detect.Sleep:
		return sleep(f, ev)
	case *detect.ChanBlock:
		return chanBlock(f, ev)
	case *detect.LoopDone:
		return loopDone(f, ev)
	case *detect.Timer:
		return timer(f, ev)
	case *detect.NestedTimeout:
		return nestedTimeout(f, ev)
	case *detect.NilDone:
		return nilDone(f, ev)
	case *detect.DeadCtx:
		return deadCtx(f, ev)
	case *detect.ShortLived:
		return shortLived(f, ev)
	case *detect.ErrGroupCtx:
		return errGroupCtx(f, ev)
	case *detect.PoolCtx:
		return poolCtx(f, ev)
	case *detect.NilCtx:
		return nilCtx(f, ev)
	case *detect.CtxKey:
		return ctxKey(f, ev)
	case *detect.TestCtx:
		return testCtx(f, ev)
	case *detect.FatCtx:
		return fatCtx(f, ev)
	case *detect.Finalizer:
		return finalizer(f, ev)
	case *detect.LostCancel:
		return lostCancel(f, ev)
	}
	return fmt.Errorf("no rewriter for %T", evidence)
}

// A rewriter carries out fixes on the present state of a program. What it
// made of a file is kept: fixes are tried in many combinations at times.
type rewriter struct {
	prog       *load.Program
	by         carrier
	noNewFiles bool
	made       map[string]text
}

// A text is what fixes made of a file, or the error and the index of the fix
// that failed, -1 if it is the file as a whole.
type text struct {
	src    []byte
	failed int
	err    error
}

// A rewriting is the outcome of carrying out fixes on the present state.
type rewriting struct {
	files   map[string][]byte // new bytes by path, of changed and new files
	applied []detect.Finding
	refused []Refusal
}

// rewrite carries out the fixes, file by file. A fix that is refused leaves
// no trace: the files it touches are done again without it.
func (w *rewriter) rewrite(fixes []detect.Finding) rewriting {
	out := rewriting{files: map[string][]byte{}}
	fixes = slices.DeleteFunc(slices.Clone(fixes), func(f detect.Finding) bool {
		err := w.makeable(f)
		if err != nil {
			out.refused = append(out.refused, Refusal{f, Rewriting, err.Error()})
		}
		return err != nil
	})
	for {
		files, failed, err := w.texts(fixes)
		if err == nil {
			out.files, out.applied = files, fixes
			break
		}
		out.refused = append(out.refused, Refusal{fixes[failed], Rewriting, err.Error()})
		fixes = slices.Delete(fixes, failed, failed+1)
	}
	for _, f := range out.applied {
		for _, made := range filesOf(f) {
			if w.prog.File(made.Path) == nil {
				out.files[made.Path] = made.Content
			}
		}
	}
	return out
}

// texts carries the fixes out in every file they rewrite, and returns the
// files that differ then, or the index of a fix that cannot be carried out.
func (w *rewriter) texts(fixes []detect.Finding) (files map[string][]byte, failed int, err error) {
	var parts []detect.Part
	by := map[*load.File][]int{}
	for i := range fixes {
		for _, part := range fixes[i].Parts() {
			if by[part.File] == nil {
				parts = append(parts, part)
			}
			by[part.File] = append(by[part.File], i)
		}
	}
	files = map[string][]byte{}
	for _, part := range parts {
		var own []detect.Finding
		for _, i := range by[part.File] {
			own = append(own, fixes[i])
		}
		t := w.text(part, own)
		if t.err != nil {
			failed, err := w.culprit(part, own, t)
			return nil, by[part.File][failed], err
		}
		if !bytes.Equal(t.src, part.File.Bytes) {
			files[part.File.Path] = t.src
		}
	}
	return files, -1, nil
}

// culprit returns the first fix of a file that failed without which the
// others before it do well.
func (w *rewriter) culprit(part detect.Part, fixes []detect.Finding, t text) (int, error) {
	if t.failed >= 0 {
		return t.failed, t.err
	}
	for i := range fixes {
		if t := w.text(part, fixes[:i+1]); t.err != nil {
			return i, t.err
		}
	}
	return 0, t.err
}

// text returns the file with the fixes made. Positions tell the versions of
// a file apart, too.
func (w *rewriter) text(part detect.Part, fixes []detect.Finding) text {
	var key strings.Builder
	fmt.Fprintln(&key, part.File.Path)
	for _, f := range fixes {
		fmt.Fprintf(&key, "%s %d %d\n", f.Rule.Name, f.Span.Pos, f.Span.End)
	}
	t, known := w.made[key.String()]
	if !known {
		t = w.make(part, fixes)
		w.made[key.String()] = t
	}
	return t
}

func (w *rewriter) make(part detect.Part, fixes []detect.Finding) text {
	f, err := tree.Decorate(w.prog.Fset, part.File.Syntax, part.File.Bytes)
	if err != nil {
		return text{failed: -1, err: err}
	}
	for i, fix := range fixes {
		if err := carryOne(w.prog, f, fix, w.by); err != nil {
			return text{failed: i, err: err}
		}
	}
	if err := f.DropUnusedImports(part.Package.ImportNames(part.File), part.Package.DotNames(part.File)); err != nil {
		return text{failed: -1, err: err}
	}
	src, err := f.Bytes()
	return text{src, -1, err}
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
// there with other content, or must not be made.
func (w *rewriter) makeable(fix detect.Finding) error {
	for _, made := range filesOf(fix) {
		present, err := os.ReadFile(made.Path)
		if f := w.prog.File(made.Path); f != nil {
			present, err = f.Bytes, nil
		}
		switch {
		case errors.Is(err, os.ErrNotExist) && w.noNewFiles:
			return fmt.Errorf("the fix makes another file, %s, too: ctxfix -w writes it", made.Path)
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
