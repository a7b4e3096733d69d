package align

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// apply carries the hunks out on old.
func apply(old, new []int, hunks []Hunk) []int {
	var out []int
	i := 0
	for _, h := range hunks {
		out = append(out, old[i:h.OldStart]...)
		out = append(out, new[h.NewStart:h.NewEnd]...)
		i = h.OldEnd
	}
	return append(out, old[i:]...)
}

func TestDiff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 300)
		old, new := list.Draw(t, "old"), list.Draw(t, "new")
		hunks := Diff(old, new)
		if got := apply(old, new, hunks); !slices.Equal(got, new) {
			t.Fatalf("got %v, want %v", got, new)
		}
		for i, h := range hunks {
			if i > 0 && (h.OldStart <= hunks[i-1].OldEnd || h.NewStart <= hunks[i-1].NewEnd) {
				t.Fatalf("nothing equal between %v and %v", hunks[i-1], h)
			}
		}
	})
}

// Many small changes stay many small hunks.
func TestDiffOfManyChanges(t *testing.T) {
	var old, new []int
	for i := range 20000 {
		old, new = append(old, i%50), append(new, i%50)
		if i%40 == 7 {
			new = append(new, -i)
		}
	}
	hunks := Diff(old, new)
	if len(hunks) != 500 {
		t.Errorf("%d hunks, want 500", len(hunks))
	}
	if got := apply(old, new, hunks); !slices.Equal(got, new) {
		t.Error("the hunks do not give the new list")
	}
}
