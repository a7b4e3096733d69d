package report

import (
	"bytes"
	"strings"
	"testing"
)

// TestExcerpt marks what stands between « and » of the line.
func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		name, line  string
		width       int
		shown, mark string
	}{
		{"plain", "return «find»(x)", 40, "return find(x)", "       ^^^^"},
		{"indentation goes", "\t\treturn «x»", 40, "return x", "       ^"},
		{"tabs within", "a\t«b»", 40, "a   b", "    ^"},
		{"tab after wide runes", "世界世\t«b»", 40, "世界世  b", "        ^"},
		{"wide runes", "世界 «世»x", 40, "世界 世x", "     ^^"},
		{"combining runes", "e\u0301e\u0301 «x»", 40, "e\u0301e\u0301 x", "   ^"},
		{"an emoji", "😀«x»", 40, "😀x", "  ^"},
		{"byte order mark", byteOrderMark + "package «p»", 40, "package p", "        ^"},
		{"control characters", "\"\x1b[31m\" «x»", 40, `"\x1b[31m" x`, "           ^"},
		{"nothing to mark", "x«»y", 40, "xy", " ^"},
		{"end of the line", "x«»", 40, "x", " ^"},
		{"cut at the right", "«x» = " + strings.Repeat("y", 40), 20, "x = yyyyyyyyyyyyyyy…", "^"},
		{"cut at the left", strings.Repeat("y", 40) + "«x»", 20, "…" + strings.Repeat("y", 18) + "x", strings.Repeat(" ", 19) + "^"},
		{"cut at both ends", strings.Repeat("y", 40) + "«x»" + strings.Repeat("z", 40), 20, "…yyyyyxzzzzzzzzzzzz…", "      ^"},
		{"cut through a wide rune", strings.Repeat("世", 40) + "«x»" + strings.Repeat("z", 40), 21, "…世世世xzzzzzzzzzzzz…", "       ^"},
		{"longer than the terminal", "«" + strings.Repeat("x", 60) + "»", 20, strings.Repeat("x", 19) + "…", strings.Repeat("^", 20)},
	} {
		before, rest, _ := strings.Cut(c.line, "«")
		marked, after, _ := strings.Cut(rest, "»")
		p := Place{Line: 1, EndLine: 1, Column: len(before) + 1, EndColumn: len(before+marked) + 1, Lines: []string{before + marked + after}}
		shown, mark, ok := excerpt(p, c.width)
		if shown != c.shown || mark != c.mark || !ok {
			t.Errorf("%s:\n%q\n%q, want\n%q\n%q", c.name, shown, mark, c.shown, c.mark)
		}
		if cells.StringWidth(shown) > c.width || len(mark) > c.width {
			t.Errorf("%s: wider than %d", c.name, c.width)
		}
	}
}

func TestNoExcerpt(t *testing.T) {
	known := Place{Line: 1, EndLine: 1, Column: 1, EndColumn: 2, Lines: []string{"xy"}}
	if _, _, ok := excerpt(known, 19); ok {
		t.Error("there is no room for it")
	}
	gone, beyond := known, known
	gone.Lines = nil
	beyond.EndColumn = 9
	for _, p := range []Place{gone, beyond} {
		if shown, _, ok := excerpt(p, 80); ok {
			t.Errorf("excerpt of %+v: %q", p, shown)
		}
	}
}

// TestColorDiff: a line that was removed is no header, whatever it looks like,
// and a file's own escape sequences do not reach the terminal.
func TestColorDiff(t *testing.T) {
	const diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\x1b[2J\n--- b\r\n+++ c\n" +
		"diff --git a/y b/y\nnew file mode 100644\n"
	const want = "\x1b[1mdiff --git a/x b/x\x1b[m\n\x1b[1m--- a/x\x1b[m\n\x1b[1m+++ b/x\x1b[m\n\x1b[36m@@ -1,3 +1,3 @@\x1b[m\n" +
		" a\\x1b[2J\n\x1b[31m--- b\x1b[m\n\x1b[32m+++ c\x1b[m\n\x1b[1mdiff --git a/y b/y\x1b[m\n\x1b[1mnew file mode 100644\x1b[m\n"
	var b bytes.Buffer
	if err := WriteColorDiff(&b, diff); err != nil || b.String() != want {
		t.Errorf("got %q, %v, want %q", &b, err, want)
	}
}

// TestColumns counts the columns of one place in all units.
func TestColumns(t *testing.T) {
	for _, c := range []struct {
		line             string
		column           int
		inRunes, inUTF16 int
		what             string
	}{
		{"abc", 3, 3, 3, "ASCII"},
		{"ö世😀x", 10, 4, 5, "two, three and four bytes"},
		{"\xffx", 2, 2, 2, "no UTF-8"},
		{byteOrderMark + "x", 4, 1, 1, "byte order mark"},
		{"x", 3, 3, 3, "the line end, which has CR"},
	} {
		p := Place{Line: 1, EndLine: 1, Column: c.column, EndColumn: c.column, Lines: []string{c.line}}
		if got, end := p.RuneColumns(); got != c.inRunes || end != got {
			t.Errorf("%s: column %d, %d in code points, want %d", c.what, got, end, c.inRunes)
		}
		if got, end := p.UTF16Columns(); got != c.inUTF16 || end != got {
			t.Errorf("%s: column %d, %d in UTF-16, want %d", c.what, got, end, c.inUTF16)
		}
	}
}
