package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/spell"
)

const helpHead = `ctxfix finds and mends Go code in which the cancellation of a context is lost.

Usage:
  ctxfix [flags] [packages | files.go]
  ctxfix COMMAND [arguments]

It reports what it finds and changes nothing unless -w is given. Packages are
named as for the go command; without any it takes the current directory.
Flags may stand before and after them; -- ends the flags.
`

const helpMore = `
ctxfix help flags lists all flags, ctxfix help COMMAND explains a command.
`

const helpTail = `
Exit codes:
  0    nothing found, or everything found was fixed
  1    findings remain, or -d or -l printed something
  2    wrong usage, or something could not be loaded, read or written
  130  interrupted
`

const helpWidth = 80

// commonFlags are those that -h shows. The others are a topic of their own, so
// that what is needed most fits a screen.
var commonFlags = []string{
	"w", "d", "l", "i", "rules", "skip", "strict", "unsafe", "tests", "C",
	"new-from-rev", "baseline", "format", "o", "v", "q", "version",
}

// helpText returns what -h prints. The library's own text has flags with two
// dashes and lines that do not fit a terminal.
func helpText(flags []cli.Flag, commands []*cli.Command) string {
	var b strings.Builder
	b.WriteString(helpHead)
	b.WriteString("\nCommands:\n")
	for _, c := range commands {
		if !c.Hidden {
			writeEntry(&b, strings.TrimSpace(c.Name+" "+c.ArgsUsage), c.Usage)
		}
	}
	b.WriteString("\nThe flags needed most:\n")
	for _, flag := range flags {
		if slices.Contains(commonFlags, flag.Names()[0]) {
			writeFlag(&b, flag.(cli.DocGenerationFlag))
		}
	}
	b.WriteString(helpMore)
	b.WriteString(helpTail)
	return b.String()
}

// flagsText returns all flags under the headings of their categories.
func flagsText(flags []cli.Flag) string {
	var b strings.Builder
	category := ""
	for _, flag := range flags {
		if c := flag.(cli.CategorizableFlag).GetCategory(); c != category {
			if category != "" {
				b.WriteByte('\n')
			}
			category = c
			fmt.Fprintf(&b, "%s:\n", category)
		}
		writeFlag(&b, flag.(cli.DocGenerationFlag))
	}
	return b.String()
}

// helpCommand prints the help on a topic.
func (s *session) helpCommand() *cli.Command {
	return &cli.Command{
		Name:            "help",
		Usage:           "explain a command, or list all flags",
		ArgsUsage:       "[TOPIC]",
		HideHelpCommand: true,
		OnUsageError:    onUsageError,
		Action:          s.help,
	}
}

func (s *session) help(c *cli.Context) error {
	topic := c.Args().Slice()
	if slices.Equal(topic, []string{"flags"}) {
		fmt.Fprint(s.stdout, flagsText(rootFlags()))
		return nil
	}
	commands := c.App.Commands
	for i := range topic {
		command := subcommand(commands, topic[i:])
		if command == nil {
			return noTopic(topic[i], commands)
		}
		commands = command.Subcommands
	}
	return c.App.RunContext(c.Context, slices.Concat([]string{"ctxfix"}, topic, []string{"-help"}))
}

func noTopic(word string, commands []*cli.Command) error {
	if rule := detect.Lookup(word); rule != nil {
		return fmt.Errorf("%s is a rule: ctxfix explain %[1]s prints its page", word)
	}
	hint := ""
	if near := spell.Nearest(word, append(commandNames(commands), "flags")); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", "ctxfix help "+near)
	}
	return wrongArgument("no help on %q%s", word, hint)
}

// commandNames returns the names of the commands that are no secret.
func commandNames(commands []*cli.Command) []string {
	var names []string
	for _, c := range commands {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	return names
}

// writeFlag writes the name of a flag with its value, and its usage.
func writeFlag(b *strings.Builder, flag cli.DocGenerationFlag) {
	value, usage := unquoteUsage(flag.GetUsage())
	name := "-" + flag.(cli.Flag).Names()[0]
	if value != "" {
		name += " " + value
	}
	writeEntry(b, name, usage)
}

// writeEntry writes name in one column and its usage, wrapped, in the other.
func writeEntry(b *strings.Builder, name, usage string) {
	const column = 18
	if len(name) > column-3 {
		name += "\n" + strings.Repeat(" ", column-2)
	}
	writeWrapped(b, fmt.Sprintf("  %-*s", column-2, name), column, usage)
}

// writeWrapped writes head, which ends at that column, and text after it in
// lines that fit the width of the help.
func writeWrapped(b *strings.Builder, head string, column int, text string) {
	b.WriteString(head)
	width := column
	for i, word := range strings.Fields(text) {
		switch {
		case i > 0 && width+1+len(word) > helpWidth:
			fmt.Fprintf(b, "\n%*s", column, "")
			width = column
		case i > 0:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	b.WriteByte('\n')
}

// unquoteUsage returns the word in back quotes, if any, and the usage
// without the quotes.
func unquoteUsage(usage string) (value, plain string) {
	before, rest, _ := strings.Cut(usage, "`")
	value, after, ok := strings.Cut(rest, "`")
	if !ok {
		return "", usage
	}
	return value, before + value + after
}
