// Package spell suggests the name that was probably meant by a wrong one.
package spell

import (
	"fmt"

	"github.com/xrash/smetrics"
)

// Nearest returns the name that was probably meant by word, or "" when none
// is near: about one wrong letter in three, so that two letters of a short
// name may have changed places.
func Nearest(word string, names []string) string {
	best, distance := "", max(1, (len(word)+2)/3)+1
	for _, name := range names {
		if d := smetrics.WagnerFischer(word, name, 1, 1, 1); d < distance && d < len(name) {
			best, distance = name, d
		}
	}
	return best
}

// DidYouMean returns "; did you mean "NAME"?" for the nearest name, or "" when
// none is near.
func DidYouMean(word string, names []string) string {
	near := Nearest(word, names)
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}
