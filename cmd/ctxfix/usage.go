package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// A wrongUsage is an error in the command line. It names the command whose
// help says how it is right.
type wrongUsage struct{ message, command string }

func (e wrongUsage) Error() string {
	return fmt.Sprintf("%s (%s -h shows the usage)", e.message, e.command)
}

// usageError returns the error for a command line that cannot be understood.
func usageError(message string) error { return wrongUsage{message, "ctxfix"} }

// wrongArgument returns the error for an argument that cannot be understood.
func wrongArgument(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// usageErrorOf makes err, if it is wrong usage, that of command.
func usageErrorOf(command string, err error) error {
	if e, ok := err.(wrongUsage); ok {
		return wrongUsage{e.message, command}
	}
	return err
}

// onUsageError keeps the library from printing its help to stdout. It is not
// inherited: every command must have it.
func onUsageError(c *cli.Context, err error, isSubcommand bool) error {
	// What the library says of a value that it cannot read.
	message := strings.Replace(err.Error(), "for flag -timeout: parse error", "for flag -timeout: write a time like 90s or 5m", 1)
	if isSubcommand && c.Command != nil {
		return usageErrorOf("ctxfix "+c.Command.Name, usageError(message))
	}
	return usageError(message)
}
