package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/detect"
)

const rulesHelp = `ctxfix rules lists the rules: the name, how safe its fixes are at best, whether
it runs by default (recommended) or only with -strict or -rules, and what it
finds. In a list for people its lines are folded; -json is for programs.

  -json         print one JSON array with name, safety, preset and summary
`

// rulesCommand lists the rules.
func (s *session) rulesCommand() *cli.Command {
	return &cli.Command{
		Name:               "rules",
		Usage:              "list the rules",
		Flags:              []cli.Flag{yes("json", "", "print one JSON array")},
		HideHelpCommand:    true,
		CustomHelpTemplate: rulesHelp,
		OnUsageError:       onUsageError,
		Action:             s.rules,
	}
}

func (s *session) rules(c *cli.Context) error {
	if c.NArg() > 0 {
		return usageError(fmt.Sprintf("rules takes no argument, got %q", c.Args().First()))
	}
	if c.Bool("json") {
		return s.rulesJSON()
	}
	var b strings.Builder
	for _, r := range detect.All {
		head := fmt.Sprintf("%-13s  %-6s  %-11s  ", r.Name, r.Best, r.Preset)
		writeWrapped(&b, head, len(head), r.Doc)
	}
	_, err := s.stdout.WriteString(b.String())
	return err
}

// A jsonRule is one element of what "ctxfix rules -json" prints.
type jsonRule struct {
	Name    string `json:"name"`
	Safety  string `json:"safety"` // of its fixes, at best
	Preset  string `json:"preset"` // recommended, or strict: with -strict or -rules only
	Summary string `json:"summary"`
}

func (s *session) rulesJSON() error {
	rules := make([]jsonRule, 0, len(detect.All))
	for _, r := range detect.All {
		rules = append(rules, jsonRule{r.Name, r.Best.String(), r.Preset.String(), r.Doc})
	}
	enc := json.NewEncoder(s.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(rules)
}
