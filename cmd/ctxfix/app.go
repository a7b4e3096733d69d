package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

// The exit codes. A higher one wins over a lower one.
const (
	exitClean       = 0
	exitFindings    = 1
	exitFailure     = 2
	exitInterrupted = 130
)

var (
	// errFindings says that findings remain, or that -d or -l printed something.
	errFindings = errors.New("findings remain")
	// errReported says that something failed and that stderr has it already.
	errReported = errors.New("failure reported")
)

// A session is one run of the command line with its streams.
type session struct {
	args   []string // the command line as it was given
	stdin  io.Reader
	stdout *bufio.Writer // flushed at the end; its error is the run's error
	screen io.Writer     // what stdout writes to
	stderr io.Writer
}

func newSession(stdin io.Reader, stdout, stderr io.Writer) *session {
	return &session{stdin: stdin, stdout: bufio.NewWriter(stdout), screen: stdout, stderr: stderr}
}

// run carries out the command line args, args[0] being the name of the
// program, and returns the exit code. Nothing below it ends the process.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	s := newSession(stdin, stdout, stderr)
	s.args = args
	defer func() {
		if p := recover(); p != nil {
			code = s.exit(newPanicError(p))
		}
	}()
	app := s.app()
	args, err := permute(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if flushed := s.stdout.Flush(); flushed != nil && (err == nil || err == errFindings) {
		err = fmt.Errorf("standard output: %w", flushed)
	}
	return s.exit(err)
}

// exit says on stderr what went wrong, unless it was said, and returns the
// exit code for it.
func (s *session) exit(err error) int {
	switch {
	case err == nil:
		return exitClean
	case err == errFindings:
		return exitFindings
	case err == errReported:
		return exitFailure
	case errors.As(err, new(lateInterrupt)):
		s.fail("%v", err)
		return exitInterrupted
	case errors.Is(err, context.Canceled):
		s.fail("interrupted; no file was changed")
		return exitInterrupted
	default:
		s.fail("%v", err)
		return exitFailure
	}
}

// fail prints an error; further lines of the message are indented.
func (s *session) fail(format string, args ...any) {
	lines := strings.Split(strings.TrimSpace(fmt.Sprintf(format, args...)), "\n")
	for i, line := range lines {
		head := "ctxfix: "
		if i > 0 {
			head = "\t"
		}
		fmt.Fprintf(s.stderr, "%s%s\n", head, report.Printable(strings.TrimLeft(line, "\t")))
	}
}

// A panicError is a defect of ctxfix itself, with the stack it happened on.
type panicError struct {
	value any
	stack []byte
}

// newPanicError is to be called while p is recovered.
func newPanicError(p any) *panicError { return &panicError{p, debug.Stack()} }

func (e *panicError) Error() string {
	return fmt.Sprintf("internal error: %v; please report it together with these lines:\n%s", e.value, e.stack)
}

// app describes the command line. What the library would print or exit with
// by itself is turned off: run has the only mapping of errors to exit codes.
func (s *session) app() *cli.App {
	flags, commands := rootFlags(), s.commands()
	return &cli.App{
		Name:                  "ctxfix",
		Flags:                 append(slices.Clip(flags), cli.HelpFlag), // not added by the library where there is a command "help"
		Commands:              commands,
		Action:                s.root,
		Reader:                s.stdin,
		Writer:                s.stdout,
		ErrWriter:             s.stderr,
		HideVersion:           true, // its flag would take -v
		HideHelpCommand:       true,
		CustomAppHelpTemplate: helpText(flags, commands),
		OnUsageError:          onUsageError,
		ExitErrHandler:        func(*cli.Context, error) {},
	}
}

// commands returns the subcommands in the order of the help text.
func (s *session) commands() []*cli.Command {
	return []*cli.Command{
		s.explainCommand(),
		s.rulesCommand(),
		s.configCommand(),
		s.undoCommand(),
		s.demoCommand(),
		s.completionCommand(),
		s.helpCommand(),
		s.completeCommand(),
	}
}

// root is the action without a subcommand.
func (s *session) root(c *cli.Context) error {
	if c.Bool("version") {
		fmt.Fprintln(s.stdout, versionLine(debug.ReadBuildInfo()))
		return nil
	}
	if c.Bool("q") && c.Bool("v") {
		return usageError("-q and -v contradict each other")
	}
	ctx, cancel, err := begin(c)
	if err != nil {
		return err
	}
	defer cancel()
	set, err := newSettings(c)
	if err != nil {
		return err
	}
	if set.writing.ask {
		if err := s.needTerminal(); err != nil {
			return err
		}
	}
	if err = s.work(ctx, set); errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("not done within %s (-timeout); no file was changed", c.Duration("timeout"))
	}
	return err
}

// work does what the settings ask for.
func (s *session) work(ctx context.Context, set settings) (err error) {
	if set.sorter, err = s.newSorter(ctx, set); err != nil {
		return err
	}
	if set.untrusted {
		set.distrustLines(set.sorter.lines)
	}
	if set.writing.stdinName != "" {
		return s.fixStdin(ctx, set)
	}
	return s.fix(ctx, set)
}
