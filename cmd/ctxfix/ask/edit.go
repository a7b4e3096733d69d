package ask

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/rewrite"
)

const editHelp = `# Edit the fix of
#   %s
# To keep a line that begins with -, put a space in the place of the -.
# To drop a line that begins with +, delete it; new ones begin with +.
# Lines that begin with # do not count. When no line is left that begins with +
# or -, you are asked again.
`

// edit lets the person edit the fix until the result compiles or is given up.
// It reports whether there is one.
func (d *dialogue) edit(ctx context.Context, p rewrite.Proposal) (bool, error) {
	if len(p.Files) != 1 || p.Files[0].Old == nil {
		fmt.Fprintln(d.Out, d.paint(red, "This fix changes several files: it cannot be edited."))
		return false, nil
	}
	f := p.Files[0]
	patch := fmt.Sprintf(editHelp, report.Printable(p.Finding.Message))
	for _, h := range d.hunks(f) {
		patch += editable(f.Old, h.String())
	}
	for {
		edited, err := d.inEditor(ctx, patch)
		if err == nil && !changes(edited) {
			return false, nil
		}
		if err == nil {
			err = d.take(f, edited)
		}
		switch {
		case err == nil:
			return true, nil
		case ctx.Err() != nil:
			return false, ctx.Err()
		case edited == "":
			fmt.Fprintln(d.Out, d.paint(red, report.Printable(err.Error())))
			return false, nil
		}
		fmt.Fprintln(d.Out, d.paint(red, "The edited fix "+report.Printable(err.Error())))
		answer, err := d.read(ctx, "Edit it again; n drops the edit [y,n]? ")
		if err != nil || answer != "y" {
			return false, err
		}
		patch = edited
	}
}

// changes reports whether the patch has a line that changes something.
func changes(patch string) bool {
	for line := range strings.Lines(patch) {
		if line[0] == '+' || line[0] == '-' {
			return true
		}
	}
	return false
}

// inEditor returns the text as the person leaves it in a temporary file; an
// error comes without a text.
func (d *dialogue) inEditor(ctx context.Context, text string) (string, error) {
	f, err := os.CreateTemp("", "ctxfix-*.diff")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	if err := d.Edit(ctx, f.Name()); err != nil {
		return "", err
	}
	edited, err := os.ReadFile(f.Name())
	return string(edited), err
}

// take adds an edited fix to those of the file, if the result compiles.
func (d *dialogue) take(f rewrite.FileEdits, patch string) error {
	alone, err := patched(f.Old, patch)
	if err != nil {
		return err
	}
	edits, ok := udiff.Merge(d.edits[f.Path], udiff.Lines(string(f.Old), string(alone)))
	if !ok {
		return errors.New("changes the same lines as another one that was edited")
	}
	whole, err := udiff.ApplyBytes(f.Old, edits)
	if err != nil {
		return err
	}
	all := maps.Clone(d.choice.Edited)
	all[f.Path] = whole
	if errs := d.prog.Check(all).Errors(); len(errs) > 0 {
		return fmt.Errorf("does not compile: %s: %s", strings.TrimPrefix(errs[0].Pos, d.Dir+string(os.PathSeparator)), errs[0].Msg)
	}
	d.edits[f.Path], d.choice.Edited = edits, all
	return nil
}
