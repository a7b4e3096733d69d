package rewrite_test

import (
	"fmt"
	"go/scanner"
	"go/token"
	"hash/crc32"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A want is one expectation of a "// want" comment.
type want struct {
	file string // name in the archive
	line int
	re   *regexp.Regexp
	met  bool
}

func (w *want) String() string { return fmt.Sprintf("%s:%d: %s", w.file, w.line, w.re) }

// checkWants compares the findings with the want comments of the input.
func (c *testCase) checkWants(t *testing.T, prog *load.Program, dir string) {
	t.Helper()
	wants := c.expected
	work := prog.Clone()
	report := mustRun(t, work, c.options(detect.Unsafe, false))
	for _, f := range report.Found {
		if f.Rule.Best < f.Safety {
			t.Errorf("%s: safer than the best of its rule", describe(work, f))
		}
		if f.Evidence != nil && f.Safety != detect.Manual && len(f.Touches) == 0 {
			t.Errorf("%s: has a fix that touches nothing", describe(work, f))
		}
		if f.Safety != detect.Safe && f.Because == "" {
			t.Errorf("%s: has no reason why it is not safe", describe(work, f))
		}
		name, err := filepath.Rel(dir, f.File.Path)
		if err != nil {
			t.Fatal(err)
		}
		line, text := work.Fset.PositionFor(f.Span.Pos, false).Line, findingText(f)
		i := slices.IndexFunc(wants, func(w *want) bool {
			return !w.met && w.file == filepath.ToSlash(name) && w.line == line && w.re.MatchString(text)
		})
		if i < 0 {
			t.Errorf("unexpected finding: %s", describe(work, f))
			continue
		}
		wants[i].met = true
	}
	for _, w := range wants {
		if !w.met {
			t.Errorf("no finding for %v", w)
		}
	}
}

// findingText is what a want is matched against.
func findingText(f detect.Finding) string {
	text := fmt.Sprintf("%s (%s, %s)", f.Message, f.Rule.Name, f.Safety)
	if f.Because != "" {
		text += ": " + f.Because
	}
	return text
}

func describe(prog *load.Program, f detect.Finding) string {
	at := prog.Fset.PositionFor(f.Span.Pos, false)
	return fmt.Sprintf("%s:%d: %s", filepath.Base(at.Filename), at.Line, findingText(f))
}

var wantPattern = regexp.MustCompile("^\\s*(`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\")")

// wants reads the want comments of an input file.
func (c *testCase) wants(f txtar.File) error {
	if filepath.Ext(f.Name) != ".go" || strings.HasPrefix(f.Name, "fixed/") || strings.HasPrefix(f.Name, "unsafe/") {
		return nil
	}
	for i, line := range strings.Split(string(f.Data), "\n") {
		_, rest, _ := strings.Cut(line, "// want ")
		for strings.TrimSpace(rest) != "" {
			m := wantPattern.FindStringSubmatch(rest)
			if m == nil {
				return fmt.Errorf("%s:%d: cannot read the want comment at %q", f.Name, i+1, rest)
			}
			rest = rest[len(m[0]):]
			expr, err := strconv.Unquote(m[1])
			if err != nil {
				return fmt.Errorf("%s:%d: %v", f.Name, i+1, err)
			}
			re, err := regexp.Compile(expr)
			if err != nil {
				return fmt.Errorf("%s:%d: %v", f.Name, i+1, err)
			}
			c.expected = append(c.expected, &want{file: f.Name, line: i + 1, re: re})
		}
	}
	return nil
}

var (
	wantComment = regexp.MustCompile("// want [^\n]*")
	muteComment = regexp.MustCompile("// w[0-9a-f]{8}\\b")
)

// mute replaces want comments: the rules read comments too, and their words
// must not tell them anything.
func (c *testCase) mute(src []byte) []byte {
	return wantComment.ReplaceAllFunc(src, func(comment []byte) []byte {
		short := fmt.Sprintf("// w%08x", crc32.ChecksumIEEE(comment))
		c.muted[short] = string(comment)
		return []byte(short)
	})
}

func (c *testCase) unmute(src []byte) []byte {
	return muteComment.ReplaceAllFunc(src, func(short []byte) []byte { return []byte(c.muted[string(short)]) })
}

// commentsOf returns the comments of a file, white space folded.
func commentsOf(t *testing.T, src []byte) []string {
	t.Helper()
	var out []string
	scanComments(src, func(_ int, text string) { out = append(out, strings.Join(strings.Fields(text), " ")) })
	return out
}

func scanComments(src []byte, yield func(line int, text string)) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		switch tok {
		case token.EOF:
			return
		case token.COMMENT:
			yield(file.Line(pos), text)
		}
	}
}
