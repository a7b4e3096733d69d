package report

import "testing"

func TestRelative(t *testing.T) {
	for _, c := range []struct{ dir, path, want string }{
		{"/a/b", "/a/b/c/d.go", "c/d.go"},
		{"/a/b", "/a/x.go", "/a/x.go"},
		{"/a/b", "/a/bc/x.go", "/a/bc/x.go"},
	} {
		if got := Relative(c.dir, c.path); got != c.want {
			t.Errorf("Relative(%q, %q) = %q, want %q", c.dir, c.path, got, c.want)
		}
	}
}

func TestLineColumn(t *testing.T) {
	for _, c := range []struct{ offset, line, column int }{
		{0, 1, 1}, {2, 1, 3}, {3, 2, 1}, {4, 2, 2}, {6, 3, 1},
	} {
		if got := lineColumn([]byte("ab\ncd\n"), c.offset); got.Line != c.line || got.Column != c.column {
			t.Errorf("lineColumn(%d) = %v, want %d:%d", c.offset, got, c.line, c.column)
		}
	}
}
