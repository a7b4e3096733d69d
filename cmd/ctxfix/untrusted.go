package main

import (
	"github.com/ctxfix/ctxfix/cmd/ctxfix/changed"
	"github.com/ctxfix/ctxfix/detect/directive"
)

// distrustDirectives makes directives on new lines not count: whoever sends
// the change must not silence what is found in it.
func (set *settings) distrustDirectives(lines *changed.Lines) {
	if lines == nil {
		return
	}
	heed := set.detect.Heed
	set.detect.Heed = func(path string, d directive.Directive) bool {
		return !lines.Touch(path, d.Line, d.Line) && (heed == nil || heed(path, d))
	}
}
