package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/detect/spell"
)

// permute moves flags before operands, because the library takes every
// argument after the first operand for another operand: "ctxfix ./... -w"
// would report and write nothing. Which flags take a value is read off the
// flags of app themselves. "--" ends the flags; what follows the name of a
// subcommand belongs to it.
func permute(app *cli.App, args []string) ([]string, error) {
	name := args[:1:1]
	root, err := parse(app.Flags, app.Commands, args[1:])
	if err != nil {
		return nil, err
	}
	if root.literal { // "ctxfix -- rules" means a package
		app.Commands = nil
	}
	// Asked for help together with an operand, the library would look for a
	// help topic of that name.
	if root.help || !root.literal && slices.Equal(root.operands, []string{"help"}) {
		return append(name, "-help"), nil
	}
	command := subcommand(app.Commands, root.operands)
	if command == nil {
		return slices.Concat(name, root.flags, []string{"--"}, root.operands), nil
	}
	if len(root.flags) > 0 {
		return nil, usageError(fmt.Sprintf("flag %s does not go with the command %q", root.flags[0], command.Name))
	}
	own, err := parse(command.Flags, nil, root.operands[1:])
	if err != nil {
		return nil, err
	}
	if own.help {
		return append(name, command.Name, "-help"), nil
	}
	return slices.Concat(name, []string{command.Name}, own.flags, []string{"--"}, own.operands), nil
}

// An arguments is a command line sorted into flags and operands.
type arguments struct {
	flags    []string // with their values
	operands []string
	help     bool // -h or -help is among the flags
	literal  bool // "--" stands before the first operand
}

// parse sorts args. It stops at a first operand that names one of commands.
func parse(known []cli.Flag, commands []*cli.Command, args []string) (arguments, error) {
	var a arguments
	for len(args) > 0 {
		arg := args[0]
		switch {
		case arg == "--":
			a.literal = len(a.operands) == 0
			a.operands = append(a.operands, args[1:]...)
			return a, nil
		case arg == "-" || !strings.HasPrefix(arg, "-"):
			a.operands = append(a.operands, arg)
			args = args[1:]
			if len(a.operands) == 1 && subcommand(commands, a.operands) != nil {
				a.operands = append(a.operands, args...)
				return a, nil
			}
		default:
			n, err := a.flag(known, args)
			if err != nil {
				return a, err
			}
			args = args[n:]
		}
	}
	return a, nil
}

// flag takes the flag that args start with, and returns of how many
// arguments it consists.
func (a *arguments) flag(known []cli.Flag, args []string) (int, error) {
	name, _, hasValue := strings.Cut(strings.TrimPrefix(args[0][1:], "-"), "=")
	flag := lookup(known, name)
	if flag == nil {
		return 0, unknownFlag(known, name)
	}
	if hasValue {
		a.flags = append(a.flags, args[0])
		return 1, nil
	}
	// Have: a known flag without "=value".
	next := ""
	if len(args) > 1 {
		next = args[1]
	}
	if !flag.(cli.DocGenerationFlag).TakesValue() {
		if next == "true" || next == "false" {
			return 0, usageError(fmt.Sprintf("flag -%s takes its value as -%[1]s=%s", name, next))
		}
		a.flags = append(a.flags, args[0])
		a.help = a.help || flag == cli.HelpFlag
		return 1, nil
	}
	if len(args) == 1 || next == "--" {
		return 0, usageError(fmt.Sprintf("flag -%s needs a value", name))
	}
	a.flags = append(a.flags, args[0], next)
	return 2, nil
}

// lookup returns the flag with that name, -help included, or nil.
func lookup(flags []cli.Flag, name string) cli.Flag {
	for _, f := range append(slices.Clip(flags), cli.HelpFlag) {
		if slices.Contains(f.Names(), name) {
			return f
		}
	}
	return nil
}

func unknownFlag(known []cli.Flag, name string) error {
	var names []string
	for _, f := range known {
		names = append(names, f.Names()...)
	}
	message := fmt.Sprintf("unknown flag -%s", name)
	if near := spell.Nearest(name, names); near != "" {
		message += fmt.Sprintf("; did you mean -%s?", near)
	}
	return usageError(message)
}

// subcommand returns the command that the first operand names, or nil.
func subcommand(commands []*cli.Command, operands []string) *cli.Command {
	for _, c := range commands {
		if len(operands) > 0 && c.HasName(operands[0]) {
			return c
		}
	}
	return nil
}
