package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/detect"
)

const rulesHelp = `ctxfix rules lists the rules: the name, how safe its fixes are at best, whether
it runs by default (recommended) or only with -strict or -rules, and what it
finds.
`

// rulesCommand lists the rules.
func (s *session) rulesCommand() *cli.Command {
	return &cli.Command{
		Name:               "rules",
		Usage:              "list the rules",
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
	var b strings.Builder
	for _, r := range detect.All {
		head := fmt.Sprintf("%-13s  %-6s  %-11s  ", r.Name, r.Best, r.Preset)
		writeWrapped(&b, head, len(head), r.Doc)
	}
	_, err := s.stdout.WriteString(b.String())
	return err
}
