package rewrite_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// compare holds what became of a case in another layout to what became of it
// in its own. Only a fix that was refused may be missing.
func (got outcome) compare(t *testing.T, plain outcome) {
	t.Helper()
	if diff := cmp.Diff(plain.found, got.found); diff != "" && !got.maySpeak {
		t.Errorf("findings (-plain +laid out):\n%s", diff)
	}
	if got.Broken {
		t.Error("rules undo each other")
	}
	whole := slices.Equal(plain.fixed, got.fixed)
	if !whole && !got.explains(plain) && !got.maySpeak {
		t.Errorf("fixes, without a refusal that says why (-plain +laid out):\n%s", cmp.Diff(plain.fixed, got.fixed))
	}
	for _, e := range got.Edits {
		if e.Old == nil {
			continue
		}
		if diff := cmp.Diff(words(codeOf(plain.files[e.Path])), words(codeOf(e.New))); diff != "" && whole {
			t.Errorf("%s: other code (-plain +laid out):\n%s", e.Path, diff)
		}
		if whole || !got.maySpeak {
			checkEdit(t, e, plain.edit(e.Path))
		}
	}
	for path := range plain.files {
		if _, ok := got.files[path]; !ok && whole {
			t.Errorf("%s was not rewritten", path)
		}
	}
}

// checkEdit holds an edit of a file that is laid out in another way to what a
// change of a few tokens may do, and to that of the plain file.
func checkEdit(t *testing.T, e, plain rewrite.Edit) {
	t.Helper()
	checkEndings(t, e)
	checkKept(t, e, gone(plain))
	checkComments(t, e, moved(plain))
	if crc32.ChecksumIEEE(e.New)%8 == 0 {
		checkDiff(t, e)
	}
	if t.Failed() {
		t.Logf("from:\n%s\nto:\n%s", e.Old, e.New)
	}
}

// checkDiff has git apply the diff of an edit.
func checkDiff(t *testing.T, e rewrite.Edit) {
	t.Helper()
	dir := tempDir(t)
	name := filepath.Base(e.Path)
	writeFile(t, filepath.Join(dir, name), e.Old)
	apply := exec.Command("git", "-c", "core.autocrlf=false", "apply")
	apply.Dir, apply.Stdin = dir, strings.NewReader(emit.Diff(e.Old, e.New, name))
	if out, err := apply.CombinedOutput(); err != nil {
		t.Errorf("%s: git apply: %v: %s", e.Path, err, out)
		return
	}
	if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, e.New) {
		t.Errorf("%s: git apply makes other bytes of it (%v):\n%s", e.Path, err, cmp.Diff(string(e.New), string(got)))
	}
}

// edit returns the change of the file.
func (got outcome) edit(path string) rewrite.Edit {
	for _, e := range got.Edits {
		if e.Path == path {
			return e
		}
	}
	return rewrite.Edit{}
}

// explains reports whether there is a reason, given to the user, for each fix
// that was made of plain and not here: it was refused, or a comment, which
// the layout has put there, makes the finding one for people to look at.
func (got outcome) explains(plain outcome) bool {
	reasons := len(got.refusals())
	for _, f := range got.Remain {
		if strings.Contains(f.Because, "comment") {
			reasons++
		}
	}
	return reasons > 0 && len(got.fixed) < len(plain.fixed)
}

// refusals are the reasons why fixes could not be carried out.
func (got outcome) refusals() []string {
	var out []string
	for _, r := range got.Refused {
		if r.Step != rewrite.Planned {
			out = append(out, r.Reason)
		}
	}
	return out
}

func (n *tallied) add(got outcome) {
	n.Lock()
	n.runs++
	n.fixed += len(got.fixed)
	n.Unlock()
	for _, reason := range got.refusals() {
		n.refuse(reason)
	}
}

// A word is a token, or a comment, and its place.
type word struct {
	kind       token.Token
	text       string
	start, end int
}

// tokens returns all tokens and comments of src but the semicolons that line
// breaks stand for.
func tokens(src []byte) []word {
	var out []word
	scan(src, func(kind token.Token, start, end int) {
		if start < end {
			out = append(out, word{kind, string(bytes.ReplaceAll(src[start:end], []byte("\r"), nil)), start, end})
		}
	})
	return out
}

// codeOf returns the tokens that formatting neither adds nor removes: without
// comments, semicolons and commas before a closing bracket.
func codeOf(src []byte) []word {
	var out []word
	for _, w := range tokens(src) {
		switch w.kind {
		case token.COMMENT, token.SEMICOLON:
			continue
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if n := len(out); n > 0 && out[n-1].kind == token.COMMA {
				out = out[:n-1]
			}
		}
		out = append(out, w)
	}
	return out
}

func words(list []word) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = w.text
	}
	return out
}

// checkEndings asks for the line endings and the byte order mark that a file
// had throughout.
func checkEndings(t *testing.T, e rewrite.Edit) {
	t.Helper()
	bom := []byte("\ufeff")
	if bytes.HasPrefix(e.Old, bom) != bytes.HasPrefix(e.New, bom) {
		t.Errorf("%s: the byte order mark changed", e.Path)
	}
	all := func(src []byte) bool { return bytes.Count(src, []byte("\r\n")) == bytes.Count(src, []byte("\n")) }
	if bytes.Contains(e.Old, []byte("\n")) && all(e.Old) && !all(e.New) {
		t.Errorf("%s: CRLF throughout before, and not now", e.Path)
	}
	if bytes.Contains(e.New, []byte("\r")) && !bytes.Contains(e.Old, []byte("\r")) {
		t.Errorf("%s: carriage returns that were not there", e.Path)
	}
	if bytes.HasSuffix(e.Old, []byte("\n")) != bytes.HasSuffix(e.New, []byte("\n")) {
		t.Errorf("%s: the end of the last line changed", e.Path)
	}
}

// checkKept asks for all text but that of the change: no more of the source
// may be gone than when it is formatted. In a formatted file a change may
// align others near it.
func checkKept(t *testing.T, e rewrite.Edit, plain int) {
	t.Helper()
	checkDeclarations(t, e)
	if gone := gone(e); !formatted(e.Old) && gone > 2*plain+4 {
		t.Errorf("%s: %d pieces of the source are gone, and of the formatted one %d", e.Path, gone, plain)
	}
}

// gone counts the tokens, and the spaces between two, that a change takes.
func gone(e rewrite.Edit) int {
	old := pieces(e.Old)
	return len(old) - len(common(old, pieces(e.New), func(string) int { return 1 }))
}

func pieces(src []byte) []string {
	var out []string
	at := 0
	for _, w := range tokens(src) {
		out = append(out, string(src[at:w.start]), string(src[w.start:w.end]))
		at = w.end
	}
	return append(out, string(src[at:]))
}

func checkDeclarations(t *testing.T, e rewrite.Edit) {
	t.Helper()
	is := map[string]string{}
	for _, text := range declarations(t, e.New) {
		is[strings.Join(words(codeOf([]byte(text))), " ")] = text
	}
	for _, text := range declarations(t, e.Old) {
		now, ok := is[strings.Join(words(codeOf([]byte(text))), " ")]
		if ok && now != text {
			t.Errorf("%s: a declaration whose code is the same changed:\n%s", e.Path, cmp.Diff(text, now))
		}
	}
}

func declarations(t *testing.T, src []byte) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range file.Decls {
		from, to := d.Pos(), d.End()
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc != nil {
				from = d.Doc.Pos()
			}
		case *ast.GenDecl:
			if d.Doc != nil {
				from = d.Doc.Pos()
			}
		}
		out = append(out, string(src[fset.Position(from).Offset:fset.Position(to).Offset]))
	}
	return out
}
