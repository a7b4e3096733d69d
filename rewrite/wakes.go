package rewrite

import "slices"

// wakes lists which rules may find something on text that a fix of another
// rule wrote, and may mend it in the same run. All others leave such text
// alone: two fixes must not add up to one that neither would be.
var wakes = map[string][]string{
	"background": {"goroutine", "nildone"}, // the new context is captured, or its Done asked; a parameter got a name
	"goroutine":  {"nildone"},              // what is asked for its Done is a parameter now
	"selectdone": {"nildone", "goroutine"}, // it writes a Done case; a send in a literal then captures the context
}

// mayWake reports whether a finding of the rule is expected on text written
// by a fix of the rule by.
func mayWake(by, rule string) bool { return slices.Contains(wakes[by], rule) }
