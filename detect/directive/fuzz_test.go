package directive

import (
	"strings"
	"testing"
)

// FuzzParse reads any comment.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"//ctxfix:ignore sleep,timer it is meant", "//ctxfix:file-ignore all generated", "//nolint:contextcheck // why", "//nolint",
		"//#nosec G118 -- why", "//lint:ignore SA1012 why", "//lint:file-ignore SA1012 why", "//revive:disable:rule", "/* ctxfix:ignore a b */", "// nolint:all", "//ctxfix:ignore",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := Parse(text)
		if !ok {
			return
		}
		if d.Malformed == "" && len(d.Names) == 0 {
			t.Fatalf("%q is a directive without names: %+v", text, d)
		}
		if d.Malformed != "" && d.Covers("sleep") {
			t.Fatalf("%q is malformed, and covers something", text)
		}
		for _, name := range d.Names {
			if d.Own() && (name == "" || strings.ContainsAny(name, " \t\n,")) {
				t.Fatalf("%q has the name %q", text, name)
			}
		}
	})
}

// FuzzIn reads any file.
func FuzzIn(f *testing.F) {
	f.Add("package p\n\n//ctxfix:ignore sleep why\nfunc f() {} //nolint\n")
	f.Add("//ctxfix:file-ignore all why\r\npackage p\r\n")
	f.Fuzz(func(t *testing.T, src string) {
		list, err := inSource([]byte(src))
		if err != nil {
			return
		}
		for _, d := range list {
			if d.Line < 1 || d.Line > strings.Count(src, "\n")+1 {
				t.Fatalf("line %d of %q", d.Line, src)
			}
		}
	})
}
