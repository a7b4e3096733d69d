package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

const explainHelp = `ctxfix explain RULE prints the page of a rule: what it finds, how it mends it,
which of its fixes are safe, and where it stays silent.
`

// explainCommand prints the page of one rule.
func (s *session) explainCommand() *cli.Command {
	return &cli.Command{
		Name:               "explain",
		Usage:              "print the page of a rule",
		ArgsUsage:          "RULE",
		HideHelpCommand:    true,
		CustomHelpTemplate: explainHelp,
		OnUsageError:       onUsageError,
		Action:             s.explain,
	}
}

func (s *session) explain(c *cli.Context) error {
	if c.NArg() != 1 {
		return usageError("explain needs the name of one rule, like: ctxfix explain background")
	}
	rule := staleRule
	if name := c.Args().First(); name != rule.Name {
		var err error
		if rule, err = findRule(name); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(s.stdout, foldPage(rule.Page))
	return err
}

const pageWidth = 80

// foldPage breaks the prose of a page into lines of pageWidth columns. Code and
// tables stay as they are.
func foldPage(page string) string {
	var b strings.Builder
	code := false
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		fence := strings.HasPrefix(line, "```")
		if code = code != fence; code || fence || strings.HasPrefix(line, "|") {
			b.WriteString(line + "\n")
			continue
		}
		b.WriteString(foldLine(line) + "\n")
	}
	return b.String()
}

// foldLine breaks one line between words; the text of a list item is indented.
func foldLine(line string) string {
	indent := ""
	if strings.HasPrefix(line, "- ") {
		indent = "  "
	}
	words := strings.Split(line, " ")
	out, column := words[0], utf8.RuneCountInString(words[0])
	for _, word := range words[1:] {
		n := utf8.RuneCountInString(word)
		if column+1+n > pageWidth {
			out, column = out+"\n"+indent+word, len(indent)+n
			continue
		}
		out, column = out+" "+word, column+1+n
	}
	return out
}
