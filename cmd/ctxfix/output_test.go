package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/baseline"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

func TestFailIndentsFurtherLines(t *testing.T) {
	var stderr bytes.Buffer
	(&session{stderr: &stderr}).fail("one\n%s\n", "two\x07")
	if got, want := stderr.String(), "ctxfix: one\n\ttwo\\x07\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestStatusLineErasesItself replays what a terminal would show.
func TestStatusLineErasesItself(t *testing.T) {
	var out bytes.Buffer
	const width = 30
	l := startStatusLine(&out, width, time.Millisecond)
	l.show("a phase with a very long name that does not fit")
	time.Sleep(5 * time.Millisecond)
	l.show("short")
	l.erase()
	l.erase()
	if !strings.Contains(out.String(), "ctxfix: short") {
		t.Fatalf("the line was never shown: %q", out.String())
	}
	screen, column := [width]byte{}, 0
	for _, c := range out.Bytes() {
		if c == '\r' {
			column = 0
			continue
		}
		if c < ' ' || column == width-1 {
			t.Fatalf("byte %q in column %d: %q", c, column, out.String())
		}
		screen[column] = c
		column++
	}
	if left := strings.Trim(string(screen[:]), " \x00"); left != "" || column != 0 {
		t.Errorf("left on the screen: %q, cursor in column %d", left, column)
	}
}

// TestStatusLineCounts asks that counts are shown, though not each of them, and
// what follows.
func TestStatusLineCounts(t *testing.T) {
	var out bytes.Buffer
	l := startStatusLine(&out, 40, time.Hour)
	done := l.count("looking", "done")
	for range 5000 {
		done(5000, "; more")
	}
	l.erase()
	if text := out.String(); !strings.Contains(text, "looking: 1 of 5000; more") || !strings.Contains(text, "ctxfix: done ") || strings.Count(text, " of ") > 100 {
		t.Errorf("%d counts shown, the last is %q", strings.Count(text, " of "), text[max(0, len(text)-100):])
	}
	(*statusLine)(nil).count("nothing", "")(1, "")
}

// TestStatusLineFindings asks that the line says what was found so far, unless
// most of it may be known from before.
func TestStatusLineFindings(t *testing.T) {
	set, prog, _ := loaded(t)
	two := *prog
	two.Packages = slices.Repeat(prog.Packages, 2) // the run is not at its end after one
	set.write = false
	for _, known := range []bool{false, true} {
		var out bytes.Buffer
		l := startStatusLine(&out, 120, time.Hour)
		m := &moduleRun{settings: set, prog: &two}
		if known {
			m.sorter = &sorter{known: &baseline.File{}}
		}
		m.looked = m.lookingAt(l)
		if _, err := rewriteUntil(t.Context(), prog, m.settings, nil); err != nil {
			t.Fatal(err)
		}
		l.erase()
		if shown := strings.Contains(out.String(), "; 1 finding, the last at a.go:"); shown == known {
			t.Errorf("compared with a baseline: %t; shown: %q", known, out.String())
		}
	}
}

// In a narrow terminal the line is cut between characters, not within one.
func TestStatusLineNarrow(t *testing.T) {
	for width := 2; width < 30; width++ {
		var out bytes.Buffer
		l := startStatusLine(&out, width, time.Hour)
		l.show("äöü \x1b[2J")
		line := strings.TrimPrefix(out.String(), "\r")
		l.erase()
		if !utf8.ValidString(line) || utf8.RuneCountInString(line) != width-1 || strings.ContainsRune(line, '\x1b') {
			t.Errorf("width %d: %q", width, line)
		}
	}
}

func TestPlainOutput(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        bool
	}{
		{"CI", "true", true},
		{"NO_COLOR", "1", true},
		{"TERM", "dumb", true},
		{"TERM", "xterm", false},
		{"CI", "", false},
	} {
		env := func(name string) string {
			if name == c.name {
				return c.value
			}
			return ""
		}
		if got := plainOutput(env); got != c.want {
			t.Errorf("plainOutput with %s=%q = %v", c.name, c.value, got)
		}
	}
}

func TestProblemAt(t *testing.T) {
	for _, c := range []struct {
		pos  string
		want report.Problem
	}{
		{"/a/b:1/c.go:3:4", report.Problem{File: "b:1/c.go", Line: 3, Column: 4}},
		{"/a/c.go:3", report.Problem{File: "c.go", Line: 3}},
		{"/a/c.go", report.Problem{File: "c.go"}},
		{"-", report.Problem{}},
		{"", report.Problem{}},
	} {
		if got := problemAt("/a", c.pos); got != c.want {
			t.Errorf("problemAt(%q) = %+v, want %+v", c.pos, got, c.want)
		}
	}
}

func TestParseDestination(t *testing.T) {
	for _, c := range []struct {
		dest, format, name string
	}{
		{"report.json", "", "report.json"},
		{"sarif=a,b.sarif", "sarif", "a,b.sarif"},
		{`C:\reports\x.sarif`, "", `C:\reports\x.sarif`},
		{`sarif=C:\reports\x=y.sarif`, "sarif", `C:\reports\x=y.sarif`},
		{"./sariff=x", "", "./sariff=x"},
		{"a-b=x", "", "a-b=x"},
		{"=x", "", "=x"},
	} {
		f, own, err := parseDestination(c.dest)
		if err != nil || f.format != c.format || f.name != c.name || own != (c.format != "") {
			t.Errorf("parseDestination(%q) = %+v, %v, %v", c.dest, f, own, err)
		}
	}
	if _, _, err := parseDestination("sariff=x"); err == nil {
		t.Error("an unknown format is taken for the name of a file")
	}
}
