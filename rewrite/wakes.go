package rewrite

import "slices"

// wakes lists which rules may find something on text that a fix of another
// rule wrote, and may mend it in the same run. All others leave such text
// alone: two fixes must not add up to one that neither would be.
var wakes = map[string][]string{
	// The new context is captured, its Done asked, given to a request, or the
	// parent of a deadline; a parameter got a name.
	"background": {"goroutine", "nildone", "noctx", "withcontext", "nestedtimeout"},
	// What is asked for its Done is a parameter now; it may not live long enough.
	// In the goroutine a context is at hand.
	"goroutine": {"nildone", "shortlived", "noctx", "withcontext"},
	// A Done case is new, and in a literal it captures the context.
	"selectdone": {"nildone", "goroutine"},
	"chanblock":  {"nildone", "goroutine", "selectdone"},            // a select around it may be left, too
	"sleep":      {"nildone", "goroutine", "selectdone", "doneerr"}, // likewise; the nil of another return is copied
	"timer":      {"nildone", "goroutine", "doneerr"},               // likewise
	"loopdone":   {"goroutine", "doneerr"},                          // likewise
	"donespin":   {"goroutine"},
	// A call in a literal captures the context now.
	"noctx": {"goroutine"},
	// A parameter got a name; TODO stands where a goroutine is launched.
	"nilctx": {"goroutine", "background", "nildone", "noctx", "withcontext", "testctx"},
	// Each turn of the loop has a context, and a cancel, of its own.
	"fatctx": {"lostcancel"},
	// The context of the goroutine launched here ends with the function now.
	"lostcancel": {"shortlived"},
}

// mayWake reports whether a finding of the rule is expected on text written
// by a fix of the rule by.
func mayWake(by, rule string) bool { return slices.Contains(wakes[by], rule) }
