package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

const helpHead = `ctxfix finds and mends Go code in which the cancellation of a context is lost.

Usage:
  ctxfix [flags] [packages | files.go]
  ctxfix explain RULE
  ctxfix rules
  ctxfix undo

It reports what it finds and changes nothing unless -w is given. Packages are
named as for the go command; without any it takes the current directory.
Flags may stand before and after them; -- ends the flags.
`

const helpTail = `
Exit codes:
  0    nothing found, or everything found was fixed
  1    findings remain, or -d or -l printed something
  2    wrong usage, or something could not be loaded, read or written
  130  interrupted
`

const helpWidth = 80

// helpText returns what -h prints. The library's own text has flags with two
// dashes and lines that do not fit a terminal.
func helpText(flags []cli.Flag) string {
	var b strings.Builder
	b.WriteString(helpHead)
	category := ""
	for _, flag := range flags {
		if c := flag.(cli.CategorizableFlag).GetCategory(); c != category {
			category = c
			fmt.Fprintf(&b, "\n%s:\n", category)
		}
		writeFlag(&b, flag.(cli.DocGenerationFlag))
	}
	b.WriteString(helpTail)
	return b.String()
}

// writeFlag writes the name of the flag in one column and its usage, wrapped,
// in the other.
func writeFlag(b *strings.Builder, flag cli.DocGenerationFlag) {
	const column = 16
	value, usage := unquoteUsage(flag.GetUsage())
	name := "  -" + flag.(cli.Flag).Names()[0]
	if value != "" {
		name += " " + value
	}
	fmt.Fprintf(b, "%-*s", column, name)
	width := column
	for i, word := range strings.Fields(usage) {
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
