package main

import (
	"fmt"
	"text/tabwriter"

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
	w := tabwriter.NewWriter(s.stdout, 0, 8, 2, ' ', 0)
	for _, r := range detect.All {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.Name, r.Best, r.Preset, r.Doc)
	}
	return w.Flush()
}
