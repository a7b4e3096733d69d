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

func TestURI(t *testing.T) {
	for _, c := range []struct{ path, want string }{
		{"a b/c%41.go", "a%20b/c%2541.go"},
		{"c:d.go", "c%3Ad.go"},
		{"x#y?.go", "x%23y%3F.go"},
		{"é\n.go", "%C3%A9%0A.go"},
		{"/a/c:d.go", "file:///a/c%3Ad.go"},
		{"/", "file:///"},
		{"C:/a b/c:d.go", "file:///C:/a%20b/c%3Ad.go"},
	} {
		if got := uri(c.path); got != c.want {
			t.Errorf("uri(%q) = %q, want %q", c.path, got, c.want)
		}
	}
}
