package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/ask"
)

// writing says how fixes come to the files.
type writing struct {
	allowDirty bool        // also to files with uncommitted changes
	stdinName  string      // absolute path of the file whose text is on stdin; or empty
	filter     bool        // that text is to be printed, mended
	ask        bool        // which fixes to make
	choice     *ask.Choice // what was answered; nil: all are made
	quit       bool        // the answer was to ask no more
}

// after takes over from the module before that nothing more is to be asked.
func (w *writing) after(before writing) {
	w.quit = before.quit || before.choice != nil && before.choice.Quit
}

// read takes the flags from the command line, which set was made of.
func (w *writing) read(c *cli.Context, set *settings) error {
	if w.ask = c.Bool("i"); w.ask {
		set.write = true
		if set.diff || set.list || c.Bool("json") || c.IsSet("format") {
			return usageError("-i goes with no other output: not with -d, -l, -json or -format")
		}
	}
	w.allowDirty = c.Bool("allow-dirty")
	if w.allowDirty && !(set.write && set.unsafe) {
		return usageError("-allow-dirty goes with -w -unsafe")
	}
	return w.readStdin(c, set)
}

func (w *writing) readStdin(c *cli.Context, set *settings) error {
	name, given := c.String("stdin-filename"), c.IsSet("stdin-filename")
	operands := set.load.Patterns
	switch {
	case !given && slices.Contains(operands, "-"):
		return usageError("the operand - needs -stdin-filename, the name of the file whose text is on stdin")
	case !given:
		return nil
	case len(operands) != 1 || operands[0] != "-":
		return usageError("-stdin-filename goes with the operand - alone")
	case set.write:
		return usageError("neither -w nor -i goes with -stdin-filename: the text goes to stdout")
	case c.String("new-from-patch") == "-":
		return usageError("-stdin-filename and -new-from-patch - cannot both have stdin")
	case c.Bool("write-baseline"):
		return usageError("-write-baseline does not go with -stdin-filename: it is for what is on disk")
	case filepath.Ext(name) != ".go":
		return usageError(fmt.Sprintf("-stdin-filename %q: not the name of a .go file", name))
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(set.dir, name)
	}
	w.stdinName = filepath.Join(realFile(filepath.Dir(name)), filepath.Base(name))
	folder := filepath.Dir(w.stdinName)
	set.load.Patterns = []string{w.stdinName}
	w.filter = !set.diff && !set.list && !c.IsSet("format") && !c.Bool("json") && len(set.output.files) == 0
	for !exists(folder) { // the go command must be run somewhere
		folder = filepath.Dir(folder)
	}
	set.load.Dir = folder
	return nil
}

// realFile returns the real path of a file or folder that need not exist.
func realFile(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil || path == filepath.Dir(path) {
		return real
	}
	return filepath.Join(realFile(filepath.Dir(path)), filepath.Base(path))
}
