package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect/directive"
)

// A suppression is what the flags say about findings that do not count.
type suppression struct {
	show bool   // list what directives hide
	add  string // the reason of directives to be written; empty: none is
}

// read takes the flags, and tells the other settings what follows from them.
func (s *suppression) read(c *cli.Context, set *settings) error {
	s.show = c.Bool("show-ignored")
	if c.Bool("no-ignore") {
		set.detect.Heed = func(string, directive.Directive) bool { return false }
	}
	if !c.IsSet("add-ignore") {
		return nil
	}
	s.add = strings.TrimSpace(c.String("add-ignore"))
	if d, ok := directive.Parse(directive.Ignore + " all " + s.add); !ok || d.Reason == "" || len(d.Names) != 1 || !fitsComment(s.add) {
		return usageError("-add-ignore needs the reason why these places are right, on one line of text")
	}
	for _, other := range []struct {
		flag  string
		given bool
	}{
		{"no-ignore", c.Bool("no-ignore")}, {"write-baseline", set.baseline.write},
		{"i", c.Bool("i")}, {"stdin-filename", set.writing.stdinName != ""},
	} {
		if other.given {
			return usageError(fmt.Sprintf("-add-ignore does not go with -%s", other.flag))
		}
	}
	set.noFix = !set.write
	set.write = set.write || !set.diff && !set.list
	return nil
}

// fitsComment reports whether Go takes the text in a comment of one line, and a
// terminal shows it as it is.
func fitsComment(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r == '\ufeff' })
}

// note says what -add-ignore has done.
func (s *suppression) note(set settings, silenced, left int) string {
	verb := "would be added"
	if set.write {
		verb = "added"
	}
	note := fmt.Sprintf("directives %s for %s", verb, report.Count(silenced, "finding"))
	if left > 0 {
		note += fmt.Sprintf("; %s could not be hidden, add those by hand", report.Count(left, "finding"))
	}
	return note
}
