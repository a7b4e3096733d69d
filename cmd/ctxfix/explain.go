package main

import (
	"fmt"

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
	rule, err := findRule(c.Args().First())
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(s.stdout, rule.Page)
	return err
}
