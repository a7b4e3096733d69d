package report

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
)

// TestGitHubLimit: ten of each level, what went wrong first, then the safe
// ones, and one notice that counts the rest.
func TestGitHubLimit(t *testing.T) {
	rule := &detect.Rule{Name: "some"}
	run := func(manual, unsafe, safe, problems int) *Run {
		r := &Run{Dir: "/m", Top: "/m"}
		for safety, n := range []int{manual, unsafe, safe} {
			for i := range n {
				at := Place{Path: "/m/a.go", File: "a.go", Line: i + 1, Column: 1, EndLine: i + 1, EndColumn: 2}
				r.Findings = append(r.Findings, Finding{Place: at, Rule: rule, Safety: detect.Safety(safety), Message: "m"})
			}
		}
		for range problems {
			r.Problems = append(r.Problems, Problem{Message: "lost"})
		}
		return r
	}
	for _, c := range []struct {
		manual, unsafe, safe, problems int
		errors, warnings               int
		notice                         string
	}{
		{0, 0, 0, 0, 0, 0, ""},
		{4, 6, 10, 0, 10, 10, ""},
		{4, 7, 10, 0, 10, 10, "1 more finding not shown"},
		{30, 0, 9, 2, 10, 10, "21 more findings not shown"},
	} {
		var b bytes.Buffer
		if err := WriteGitHub(&b, run(c.manual, c.unsafe, c.safe, c.problems)); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if got := strings.Count(text, "::error "); got != c.errors {
			t.Errorf("%+v: %d errors", c, got)
		}
		if got := strings.Count(text, "::warning "); got != c.warnings {
			t.Errorf("%+v: %d warnings", c, got)
		}
		if got := strings.Count(text, "::notice "); got != min(len(c.notice), 1) || !strings.Contains(text, c.notice) {
			t.Errorf("%+v: notice missing or not wanted: %s", c, text)
		}
		if c.problems > 0 && !strings.HasPrefix(text, "::error title=ctxfix::lost\n") {
			t.Errorf("%+v: what went wrong is not first: %s", c, text)
		}
		if n := strings.Count(text, "(some, unsafe)"); c.unsafe >= 10 && n != 10 || c.unsafe < 10 && n != c.unsafe {
			t.Errorf("%+v: %d unsafe ones, which go before manual ones", c, n)
		}
	}
}

// TestGitHubEscapes: nothing in a name or a message ends a field.
func TestGitHubEscapes(t *testing.T) {
	const odd = "a%,b:c\r\n\x1bd"
	r := &Run{Dir: "/m", Top: "/m", Problems: []Problem{{File: odd, Line: 7, Message: odd}}}
	var b bytes.Buffer
	if err := WriteGitHub(&b, r); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintln(`::error file=a%25%2Cb%3Ac%0D%0A\x1bd,line=7,title=ctxfix::a%25,b:c%0D%0A\x1bd`)
	if b.String() != want {
		t.Errorf("got %q, want %q", &b, want)
	}
}

// TestGitHubLines: columns are not allowed where there are several lines.
func TestGitHubLines(t *testing.T) {
	f := Finding{Place: Place{Path: "/m/a.go", Line: 1, Column: 5, EndLine: 3, EndColumn: 2}, Rule: &detect.Rule{Name: "some"}, Message: "m"}
	got := githubFinding(&Run{Dir: "/m", Top: "/m"}, f)
	if want := "::warning file=a.go,line=1,endLine=3,title=ctxfix some::m (some, manual)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
