package tree

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMap(t *testing.T) {
	old := "package p\n\nfunc f() {\n\ta(context.Background()) // c\n\tb()\n\tb()\n}\n"
	new := "package p\n\nfunc f() {\n\ta(r.Context()) // c\n\tb()\n\tinserted(1)\n\tb()\n}\n"
	for name, m := range map[string]*Mapping{
		"LF":   Map([]byte(old), []byte(new)),
		"CRLF": nil,
	} {
		o, n := old, new
		if m == nil {
			o, n = "\ufeff"+strings.ReplaceAll(old, "\n", "\r\n"), "\ufeff"+strings.ReplaceAll(new, "\n", "\r\n")
			m = Map([]byte(o), []byte(n))
		}
		t.Run(name, func(t *testing.T) {
			for _, original := range []string{"func f", "a(", "// c", "b()"} {
				i, ok := m.Old(strings.Index(n, original))
				if !ok || i != strings.Index(o, original) {
					t.Errorf("Old of %q: %d, %v, want %d", original, i, ok, strings.Index(o, original))
				}
				j, ok := m.New(strings.Index(o, original))
				if !ok || j != strings.Index(n, original) {
					t.Errorf("New of %q: %d, %v, want %d", original, j, ok, strings.Index(n, original))
				}
				if m.Written(j, j+len(original)) {
					t.Errorf("%q counts as written", original)
				}
			}
			if i, ok := m.Old(strings.LastIndex(n, "b()")); !ok || i != strings.LastIndex(o, "b()") {
				t.Errorf("Old of the last b(): %d, %v", i, ok)
			}
			end := strings.LastIndex(n, "b()") + len("b()")
			if i, ok := m.Old(end); !ok || i != strings.LastIndex(o, "b()")+len("b()") {
				t.Errorf("Old of the end of the last b(): %d, %v", i, ok)
			}
			for _, written := range []string{"r.Context", "inserted(1)", "inserted", "1", "a(r"} {
				i := strings.Index(n, written)
				if !m.Written(i, i+len(written)) {
					t.Errorf("%q does not count as written", written)
				}
			}
			if _, ok := m.Old(strings.Index(n, "inserted")); ok {
				t.Error("inserted text has an old place")
			}
			if _, ok := m.New(strings.Index(o, "Background")); ok {
				t.Error("removed text has a new place")
			}
		})
	}
}

func TestMapOfNoGo(t *testing.T) {
	m := Map([]byte("package p\n"), []byte("package p\nvar x = \"\n"))
	if !m.Written(0, 7) {
		t.Error("text that is no Go counts as original")
	}
	if _, ok := m.Old(0); ok {
		t.Error("text that is no Go has an old place")
	}
}

// Whatever was inserted where, original tokens map there and back to the
// same text.
func TestMapRoundTrip(t *testing.T) {
	stmts := rapid.SliceOfN(rapid.SampledFrom([]string{"a()", "b(1, 2)", "defer c()", "if x { d() }", "// e", "x := `f\n`"}), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) []byte {
			return []byte("package p\n\nfunc f() {\n\t" + strings.Join(stmts.Draw(t, label), "\n\t") + "\n}\n")
		}
		old, new := text("old"), text("new")
		m := Map(old, new)
		for i := range old {
			j, ok := m.New(i)
			if !ok || old[i] == '\n' || old[i] == ' ' || old[i] == '\t' {
				continue
			}
			if back, ok := m.Old(j); !ok || back != i && !bytes.ContainsAny(old[min(i, back):max(i, back)], "(),") {
				t.Fatalf("%d -> %d -> %d, %v", i, j, back, ok)
			}
		}
	})
}

// Between tokens, and before the first, there is no token to tell the place by.
func TestMapBetweenTokens(t *testing.T) {
	text := []byte("\n\npackage   p\n\nvar x int\n")
	m := Map(text, text)
	for offset, want := range map[int]bool{0: false, 2: true, 9: true, 10: false, 12: true} {
		if _, ok := m.Old(offset); ok != want {
			t.Errorf("%d is known: %v", offset, ok)
		}
	}
	m = Map([]byte("package p\nvar x = \"\n"), []byte("package p\n"))
	if _, ok := m.Old(0); ok {
		t.Error("text comes from what is no Go")
	}
}

// New is the inverse of Old.
func (m *Mapping) New(offset int) (int, bool) { return m.old.to(m.new, offset) }
