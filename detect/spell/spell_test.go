package spell

import "testing"

func TestNearest(t *testing.T) {
	names := []string{"background", "goroutine", "nildone", "selectdone", "w", "v"}
	for _, c := range []struct{ word, want string }{
		{"backgroud", "background"},
		{"select-done", "selectdone"},
		{"nildon", "nildone"},
		{"ndli", ""},
		{"nlidone", "nildone"},
		{"x", ""},
		{"", ""},
		{"something", ""},
	} {
		if got := Nearest(c.word, names); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.word, got, c.want)
		}
	}
}
