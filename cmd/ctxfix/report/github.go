package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// githubLimit is how many annotations of each level GitHub shows per step.
const githubLimit = 10

// WriteGitHub writes workflow commands that GitHub Actions shows as
// annotations: what went wrong first, then the findings with a safe fix, then
// the others; and how many there were no room for.
func WriteGitHub(w io.Writer, r *Run) error {
	commands := map[Level][]string{}
	for _, p := range r.Problems {
		commands[Error] = append(commands[Error], githubProblem(r, p))
	}
	findings := r.Open()
	slices.SortStableFunc(findings, func(a, b Finding) int { return int(b.Safety) - int(a.Safety) })
	for _, f := range findings {
		commands[f.Level()] = append(commands[f.Level()], githubFinding(r, f))
	}
	more := 0
	for _, level := range []Level{Error, Warning} {
		shown := commands[level]
		if len(shown) > githubLimit {
			more += len(shown) - githubLimit
			shown = shown[:githubLimit]
		}
		for _, command := range shown {
			if _, err := fmt.Fprintln(w, command); err != nil {
				return err
			}
		}
	}
	if more == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "::notice title=ctxfix::%s not shown here, as GitHub shows %d of a kind per step\n", Count(more, "more finding"), githubLimit)
	return err
}

func githubFinding(r *Run, f Finding) string {
	at := fmt.Sprintf("file=%s,line=%d,endLine=%d", githubProperty(r.atTop(f.Path)), f.Line, f.EndLine)
	if f.Line == f.EndLine { // with more lines, columns are not allowed
		start, end := f.UTF16Columns()
		at += fmt.Sprintf(",col=%d,endColumn=%d", start, end)
	}
	return fmt.Sprintf("::%s %s,title=%s::%s", f.Level(), at, githubProperty("ctxfix "+f.Rule.Name), githubData(tagged(f)))
}

func githubProblem(r *Run, p Problem) string {
	at := ""
	if p.File != "" {
		at = "file=" + githubProperty(p.atTop(r)) + ","
	}
	if p.Line > 0 {
		at += fmt.Sprintf("line=%d,", p.Line)
	}
	return fmt.Sprintf("::error %stitle=ctxfix::%s", at, githubData(p.Message))
}

// tagged returns the message of a finding with its rule and safety, as in the
// text for people.
func tagged(f Finding) string { return fmt.Sprintf("%s (%s, %s)", f.Message, f.Rule.Name, f.Safety) }

var (
	githubDataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubPropertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// githubData escapes the message of a workflow command.
func githubData(text string) string {
	return githubDataEscapes.Replace(escapeUnless(isLogged, text))
}

// githubProperty escapes the value of a property of a workflow command.
func githubProperty(text string) string {
	return githubPropertyEscapes.Replace(escapeUnless(isLogged, text))
}

// isLogged reports whether r can stand in a workflow command, escaped or as
// it is, without being acted on where the log is shown.
func isLogged(r rune) bool { return r == '\r' || r == '\n' || unicode.IsPrint(r) }
