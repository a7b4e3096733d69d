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
	}
}

// What is no part of the package stands in no file of it.
func TestFileOf(t *testing.T) {
	_, before := check(t, head)
	p, file := check(t, head)
	_, behind := check(t, head)
	for _, n := range []ast.Node{&ast.Ident{}, before.Name, behind.Name} {
		if got := p.FileOf(n); got != nil {
			t.Errorf("%d to %d: node at %d is in the file", file.FileStart, file.FileEnd, n.Pos())
		}
	}
}

func TestFuncOf(t *testing.T) {
	p, file := check(t, head+"func assembled()\nfunc written() {}\n")
	for _, d := range file.Decls {
		name := d.(*ast.FuncDecl).Name.Name
		f := p.FuncOf(d)
		if (f != nil) != (name == "written") {
			t.Errorf("%s: %v", name, f)
		}
		if f != nil && (f.Contains(file.Decls[0]) || !f.Contains(d)) {
			t.Errorf("what %s contains", name)
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
