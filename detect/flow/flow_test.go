package flow_test

import (
	"go/ast"
	"testing"
)

func TestVersion(t *testing.T) {
	const newest = 1 << 10
	for _, c := range []struct {
		file string
		want int
	}{
		{"go1.21", 21},
		{"go1.9", 9},
		{"go1.21rc2", 21},
		{"go1.21.3", 21},
		{"", 26},
		{"devel", newest},
		{"go1.x", newest},
	} {
		p, file := check(t, head)
		p.Info.FileVersions[file] = c.file
		if got := p.Version(file.Name); got != c.want {
			t.Errorf("version of a file of %q: %d, want %d", c.file, got, c.want)
		}
		if got := p.Version(&ast.Ident{}); got != newest {
			t.Errorf("version of what is in no file: %d", got)
		}
	}
}

func TestFuncOf(t *testing.T) {
	p, file := check(t, head+"func assembled()\nfunc written() {}\n")
	for _, d := range file.Decls {
		name := d.(*ast.FuncDecl).Name.Name
		if f := p.FuncOf(d); (f != nil) != (name == "written") {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestComparePos(t *testing.T) {
	p, file := check(t, head+"func f() {}\n")
	q, other := check(t, head+"func f() {}\n")
	begin, end := file.FileStart, file.FileEnd
	if p.ComparePos(begin, end) >= 0 || p.ComparePos(end, begin) <= 0 || p.ComparePos(end, end) != 0 {
		t.Error("positions of a file are not in their order")
	}
	if q.ComparePos(begin, other.FileEnd) != 0 {
		t.Error("positions of two files of one name are in the order in which these were read")
	}
}
