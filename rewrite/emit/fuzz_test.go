package emit

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// FuzzDiff applies the diff of any two texts.
func FuzzDiff(f *testing.F) {
	for _, pair := range [][2]string{
		{"a\nb\n", "a\nc\n"}, {"a", "a\n"}, {"a\n", "a"}, {"a\r\nb\r\n", "a\nb\n"}, {"", "a"}, {"a\n", ""}, {"\x00", "\xff\n"},
		{strings.Repeat("a\n", 20), strings.Repeat("a\n", 9) + "b\n" + strings.Repeat("a\n", 11)}, {"-- a\n", "++ a\n"}, {"\\ No newline\n", "@@ -1 +1 @@\n"},
	} {
		f.Add(pair[0], pair[1])
	}
	f.Fuzz(func(t *testing.T, old, new string) {
		text := Diff([]byte(old), []byte(new), "a.go")
		if (text == "") != (old == new) {
			t.Fatalf("%q for %q and %q", text, old, new)
		}
		if text == "" {
			return
		}
		files, _, err := gitdiff.Parse(strings.NewReader(text))
		if err != nil || len(files) != 1 {
			t.Fatalf("cannot be read: %v\n%s", err, text)
		}
		var out bytes.Buffer
		if err := gitdiff.Apply(&out, strings.NewReader(old), files[0]); err != nil {
			t.Fatalf("cannot be applied: %v\n%s", err, text)
		}
		if out.String() != new {
			t.Fatalf("got %q, want %q, by\n%s", out.String(), new, text)
		}
	})
}
