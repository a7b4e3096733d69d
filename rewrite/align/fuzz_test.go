package align

import (
	"slices"
	"testing"
)

// FuzzAlign takes the bytes for the elements.
func FuzzAlign(f *testing.F) {
	f.Add([]byte("abcabc"), []byte("abxabc"))
	f.Add([]byte(""), []byte("a"))
	f.Add([]byte("aaaaabbbbb"), []byte("bbbbbaaaaa"))
	f.Fuzz(func(t *testing.T, old, new []byte) {
		at, made := 0, []byte{}
		for _, h := range Diff(old, new) {
			if h.OldStart < at || h.OldEnd < h.OldStart || h.OldEnd > len(old) || h.NewEnd < h.NewStart || h.NewEnd > len(new) {
				t.Fatalf("%q, %q: hunk %+v behind %d", old, new, h, at)
			}
			made = append(append(made, old[at:h.OldStart]...), new[h.NewStart:h.NewEnd]...)
			at = h.OldEnd
		}
		if made = append(made, old[at:]...); !slices.Equal(made, new) {
			t.Fatalf("%q, %q: made %q", old, new, made)
		}
	})
}
