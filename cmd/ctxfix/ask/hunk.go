package ask

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"regexp"
	"strconv"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// after returns the file with the edits made.
func after(f rewrite.FileEdits) []byte {
	out := []byte{}
	last := 0
	for _, e := range f.Edits {
		out = append(append(out, f.Old[last:e.Start]...), e.New...)
		last = e.End
	}
	return append(out, f.Old[last:]...)
}

// hunks returns what the fix changes in the file, with the function that each
// hunk is in as its comment.
func (d *dialogue) hunks(f rewrite.FileEdits) []*gitdiff.TextFragment {
	files, _, err := gitdiff.Parse(strings.NewReader(emit.Diff(f.Old, after(f), "file.go")))
	if err != nil || len(files) != 1 {
		return nil // not of a diff that was just made
	}
	for _, h := range files[0].TextFragments {
		h.Comment = d.function(f, h)
	}
	return files[0].TextFragments
}

// function returns the first line of the function that is changed, unless the
// hunk shows it.
func (d *dialogue) function(f rewrite.FileEdits, h *gitdiff.TextFragment) string {
	file := d.prog.File(f.Path)
	if file == nil || file.Syntax == nil {
		return ""
	}
	first, changed := int(h.OldPosition), int(h.OldPosition+h.LeadingContext)
	for _, decl := range file.Syntax.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		start, end := d.prog.Fset.PositionFor(fn.Pos(), false), d.prog.Fset.PositionFor(fn.End(), false)
		if start.Line < first && changed <= end.Line {
			line, _, _ := strings.Cut(string(f.Old[start.Offset:]), "\n")
			return strings.TrimSuffix(line, "\r")
		}
	}
	return ""
}

// patched returns old with a patch applied that a person has edited. Its lines
// count without CR, as [editable] gives them, if those of old all end with one.
func patched(old []byte, patch string) ([]byte, error) {
	crlf := hasCRLF(old)
	if crlf {
		old = bytes.ReplaceAll(old, []byte("\r\n"), []byte("\n"))
		patch = withoutCR(patch)
	}
	counted, err := recount(patch)
	if err != nil {
		return nil, err
	}
	files, _, err := gitdiff.Parse(strings.NewReader("--- a/file.go\n+++ b/file.go\n" + counted))
	switch {
	case err != nil:
		return nil, fmt.Errorf("is not a patch any more: %w", err)
	case len(files) != 1 || len(files[0].TextFragments) == 0:
		return nil, errors.New("is not a patch any more: there is no line that begins with @@")
	}
	var out bytes.Buffer
	if err := gitdiff.Apply(&out, bytes.NewReader(old), files[0]); err != nil {
		return nil, fmt.Errorf("does not apply: lines that begin with a space or - must stay as they are: %w", err)
	}
	if crlf {
		return bytes.ReplaceAll(out.Bytes(), []byte("\n"), []byte("\r\n")), nil
	}
	return out.Bytes(), nil
}

// editable returns the patch of old as it is edited: lines that a person adds
// have no CR, and some editors take off those that are there.
func editable(old []byte, patch string) string {
	if hasCRLF(old) {
		return withoutCR(patch)
	}
	return patch
}

func withoutCR(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// hasCRLF reports whether every line of the text ends with CR LF.
func hasCRLF(text []byte) bool {
	n := bytes.Count(text, []byte("\r\n"))
	return n > 0 && n == bytes.Count(text, []byte("\n"))
}

var headerStart = regexp.MustCompile(`^@@ -(\d+)`)

// recount sets the numbers in the headers of a patch by its lines. Comments go,
// and an empty line is one whose space an editor has taken off.
func recount(patch string) (string, error) {
	var out strings.Builder
	var lines []string
	start, oldLines, newLines, added := 0, 0, 0, 0
	flush := func() {
		if start > 0 {
			fmt.Fprintf(&out, "@@ -%d,%d +%d,%d @@\n%s", start, oldLines, start+added, newLines, strings.Join(lines, ""))
			added += newLines - oldLines
		}
		lines, oldLines, newLines = nil, 0, 0
	}
	for line := range strings.Lines(patch) {
		line = strings.TrimSuffix(line, "\n") + "\n" // some editors leave out the last one
		if m := headerStart.FindStringSubmatch(line); m != nil {
			flush()
			start, _ = strconv.Atoi(m[1]) // digits, by the pattern
			continue
		}
		if line == "\n" {
			line = " \n"
		}
		switch line[0] {
		case '#':
			continue
		case ' ':
			oldLines, newLines = oldLines+1, newLines+1
		case '-':
			oldLines++
		case '+':
			newLines++
		case '\\': // the line before has no line feed
		default:
			return "", fmt.Errorf("is not a patch any more: a line begins neither with a space nor with + or -: %.60s", strings.TrimSpace(line))
		}
		lines = append(lines, line)
	}
	flush()
	return out.String(), nil
}
