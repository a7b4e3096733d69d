package main

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/detect/spell"
)

const completionHelp = `ctxfix completion SHELL prints a script with which the shell completes flags,
their values, commands, names of rules, packages and files. SHELL is bash, zsh,
fish or powershell; the head of the script says where it belongs.
`

var (
	//go:embed completion/ctxfix.bash
	bashCompletion string
	//go:embed completion/ctxfix.zsh
	zshCompletion string
	//go:embed completion/ctxfix.fish
	fishCompletion string
	//go:embed completion/ctxfix.ps1
	powershellCompletion string
)

// shells are those there is a script for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func completionScript(shell string) string {
	switch shell {
	case "bash":
		return bashCompletion
	case "zsh":
		return zshCompletion
	case "fish":
		return fishCompletion
	case "powershell":
		return powershellCompletion
	}
	return ""
}

// completionCommand prints the script for a shell.
func (s *session) completionCommand() *cli.Command {
	return &cli.Command{
		Name:               "completion",
		Usage:              "print a completion script for a shell",
		ArgsUsage:          "SHELL",
		HideHelpCommand:    true,
		CustomHelpTemplate: completionHelp,
		OnUsageError:       onUsageError,
		Action:             s.completion,
	}
}

func (s *session) completion(c *cli.Context) error {
	if c.NArg() != 1 {
		return usageErrorOf("ctxfix completion", wrongArgument("completion needs the name of one shell: %s", strings.Join(shells, ", ")))
	}
	shell := c.Args().First()
	script := completionScript(shell)
	if script == "" {
		return usageErrorOf("ctxfix completion", wrongArgument("no completion for %q%s; there are %s", shell, spell.DidYouMean(shell, shells), strings.Join(shells, ", ")))
	}
	_, err := fmt.Fprint(s.stdout, script)
	return err
}

// completeCommand answers the scripts: its arguments are the words of the
// command line after the name of the program, the last of which is to be
// completed. It prints a candidate per line, with what it is after a tab.
func (s *session) completeCommand() *cli.Command {
	return &cli.Command{
		Name:            "__complete",
		Hidden:          true,
		HideHelpCommand: true,
		OnUsageError:    onUsageError,
		Action: func(c *cli.Context) error {
			words := c.Args().Slice()
			if len(words) == 0 {
				words = []string{""}
			}
			last := len(words) - 1
			at := cursor{flags: rootFlags(), commands: s.commands()}
			for _, word := range words[:last] {
				at.pass(word)
			}
			for _, candidate := range at.complete(words[last]) {
				fmt.Fprintln(s.stdout, strings.TrimSuffix(candidate.word+"\t"+candidate.about, "\t"))
			}
			return nil
		},
	}
}
