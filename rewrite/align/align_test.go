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

// What replaced one of several like elements is one hunk, whichever of them
// was found to be the same.
func TestJoin(t *testing.T) {
	for _, test := range []struct {
		name, old, new string
		hunks, want    []Hunk
	}{
		{"first replaced", "aLLz", "axyLz", []Hunk{{1, 1, 1, 3}, {2, 3, 4, 4}}, []Hunk{{1, 2, 1, 3}}},
		{"last replaced", "aLLz", "aLxyz", []Hunk{{1, 2, 1, 1}, {3, 3, 2, 4}}, []Hunk{{2, 3, 2, 4}}},
		{"by one of two", "axLz", "aLLz", []Hunk{{1, 2, 1, 1}, {3, 3, 2, 3}}, []Hunk{{1, 2, 1, 2}}},
		{"by the other of two", "aLxz", "aLLz", []Hunk{{1, 1, 1, 2}, {2, 3, 3, 3}}, []Hunk{{2, 3, 2, 3}}},
		{"a line beside", "aLLz", "bxLz", []Hunk{{0, 1, 0, 2}, {2, 3, 3, 3}}, []Hunk{{0, 2, 0, 2}}},
		{"blocks", "aKLKLz", "axKLz", []Hunk{{1, 1, 1, 2}, {3, 5, 4, 4}}, []Hunk{{1, 3, 1, 2}}},
		{"three in turn", "aLLLz", "axLyz", []Hunk{{1, 1, 1, 2}, {2, 4, 3, 4}}, []Hunk{{1, 2, 1, 2}, {3, 4, 3, 4}}},
		{"a line beside, and the last", "aLLz", "bLxz", []Hunk{{0, 2, 0, 1}, {3, 3, 2, 3}}, []Hunk{{0, 1, 0, 1}, {2, 3, 2, 3}}},
		{"all of two lines", "aLLbLLc", "axLbLLLc", []Hunk{{1, 2, 1, 2}, {6, 6, 6, 7}}, []Hunk{{1, 2, 1, 2}, {6, 6, 6, 7}}},
		{"others between", "aLbLz", "axLbz", []Hunk{{1, 1, 1, 2}, {3, 4, 4, 4}}, []Hunk{{1, 1, 1, 2}, {3, 4, 4, 4}}},
		{"inserted both", "aLz", "aLLLz", []Hunk{{1, 1, 1, 2}, {2, 2, 3, 4}}, []Hunk{{2, 2, 2, 4}}},
		{"deleted both", "aLLLz", "aLz", []Hunk{{1, 2, 1, 1}, {3, 4, 2, 2}}, []Hunk{{2, 4, 2, 2}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := join([]rune(test.old), []rune(test.new), test.hunks)
			if !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
