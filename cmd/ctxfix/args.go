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
	root, err := parse(app.Flags, app.Commands, args[1:])
	if err != nil {
		return nil, err
	}
	if root.literal { // "ctxfix -- rules" means a package
		app.Commands = nil
	}
	return arrange(args[:1:1], root, app.Commands)
}

// arrange returns the command line for the library: line, which names the
// command, and its arguments in order, those of a subcommand after its name.
func arrange(line []string, a arguments, commands []*cli.Command) ([]string, error) {
	command := subcommand(commands, a.operands)
	switch {
	case command == nil && a.help:
		return append(line, "-help"), nil
	case command == nil:
		return slices.Concat(line, a.flags, []string{"--"}, a.operands), nil
	}
	line = append(line, command.Name)
	own, err := parse(command.Flags, command.Subcommands, a.operands[1:])
	if err != nil {
		return nil, usageErrorOf(strings.Join(append([]string{"ctxfix"}, line[1:]...), " "), err)
	}
	own.help = own.help || a.help
	// A flag before the command is one of the command, too, like -C.
	own.flags = append(a.flags, own.flags...)
	if flag := foreign(command, own); flag != "" && !own.help {
		return nil, usageError(fmt.Sprintf("flag %s does not go with the command %q", flag, command.Name))
	}
	return arrange(line, own, command.Subcommands)
}

// foreign returns a flag that neither the command takes, nor the part of it
// that the operands name; "" if there is none.
func foreign(command *cli.Command, own arguments) string {
	known := command.Flags
	if part := subcommand(command.Subcommands, own.operands); part != nil {
		known = part.Flags
	}
	for i := 0; i < len(own.flags); i++ {
		flag := lookup(known, flagName(own.flags[i]))
		if flag == nil {
			return own.flags[i]
		}
		if takesValue(flag) && !strings.Contains(own.flags[i], "=") {
			i++
		}
	}
	return ""
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
		case arg == "":
			return a, wrongArgument("an empty argument names no package and no file")
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
	name, value, hasValue := strings.Cut(strings.TrimPrefix(args[0][1:], "-"), "=")
	flag := lookup(known, name)
	switch {
	case flag == nil:
		return 0, unknownFlag(known, name)
	case !takesValue(flag):
		return a.boolean(flag, args, hasValue)
	case hasValue:
		a.flags = append(a.flags, args[0])
		return 1, checkValue(name, value)
	case len(args) == 1 || args[1] == "--":
		return 0, wrongArgument("flag -%s needs a value", name)
	case lookup(known, flagName(args[1])) != nil:
		return 0, wrongArgument("flag -%s needs a value; if %s is meant, write -%[1]s=%[2]s", name, args[1])
	}
	a.flags = append(a.flags, args[0], args[1])
	return 2, checkValue(name, args[1])
}

// boolean takes a flag that is on or off.
func (a *arguments) boolean(flag cli.Flag, args []string, hasValue bool) (int, error) {
	if !hasValue && len(args) > 1 && (args[1] == "true" || args[1] == "false") {
		return 0, wrongArgument("flag %s takes its value as %[1]s=%s", args[0], args[1])
	}
	if flag == cli.HelpFlag {
		a.help = true
		return 1, nil
	}
	a.flags = append(a.flags, args[0])
	return 1, nil
}

func takesValue(flag cli.Flag) bool { return flag.(cli.DocGenerationFlag).TakesValue() }

// flagName returns the name of the flag that arg looks like, or "".
func flagName(arg string) string {
	if !strings.HasPrefix(arg, "-") {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(arg[1:], "-"), "=")
	return name
}

// checkValue catches what an unset variable of the shell leaves of a value.
// Only the list of build tags may be empty.
func checkValue(name, value string) error {
	if value == "" && name != "tags" {
		return wrongArgument("flag -%s has an empty value", name)
	}
	return nil
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
	if single := bundled(known, name); single != "" {
		return wrongArgument("unknown flag -%s; did you mean %s?", name, single)
	}
	var names []string
	for _, f := range known {
		names = append(names, f.Names()...)
	}
	if near := spell.Nearest(name, names); near != "" {
		return wrongArgument("unknown flag -%s; did you mean -%s?", name, near)
	}
	return wrongArgument("unknown flag -%s", name)
}

// bundled returns the flags of one letter that name consists of, like
// "-w -d" for "wd"; "" if it does not.
func bundled(known []cli.Flag, name string) string {
	var single []string
	for _, letter := range name {
		flag := lookup(known, string(letter))
		if flag == nil || takesValue(flag) {
			return ""
		}
		single = append(single, "-"+string(letter))
	}
	if len(single) < 2 {
		return ""
	}
	return strings.Join(single, " ")
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
