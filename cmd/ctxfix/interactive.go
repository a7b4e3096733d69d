package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/ask"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// needTerminal returns an error if nobody can be asked.
func (s *session) needTerminal() error {
	if !isTerminal(s.stdin) {
		return errors.New("-i needs a terminal as its standard input, to ask for each fix; -w asks for none")
	}
	return nil
}

func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// choose shows the fixes one by one on stderr and asks which to make.
func (s *session) choose(ctx context.Context, prog *load.Program, set settings, status *statusLine) (*ask.Choice, error) {
	proposals, err := until(ctx, 0, func() ([]rewrite.Proposal, error) {
		opts := set.rewriting(prog)
		opts.Write = false
		found, err := rewrite.Run(prog, opts)
		if err != nil {
			return nil, err
		}
		return rewrite.Propose(prog, found.Remain, opts)
	})
	if err != nil {
		return nil, err
	}
	var offered []rewrite.Proposal
	var paths []string
	for _, p := range proposals {
		if len(p.Files) == 0 || !p.Finding.Fixable(set.threshold()) {
			continue
		}
		offered = append(offered, p)
		for _, f := range p.Files {
			paths = append(paths, f.Path)
		}
	}
	if err := refuseDirty(ctx, set, paths); err != nil { // rather than after all answers
		return nil, err
	}
	if set.writing.quit {
		offered = nil
	}
	status.hide()
	color, _ := colored(s.stderr, set.output.color)
	return ask.Fixes(ctx, ask.Terminal{
		In:    s.stdin,
		Out:   s.stderr,
		Color: color,
		Dir:   set.dir,
		Edit:  s.edit,
	}, prog, offered)
}

// edit opens the user's editor, as git does: $VISUAL, $EDITOR, or vi, which may
// come with arguments.
func (s *session) edit(ctx context.Context, path string) error {
	editor := "vi"
	for _, name := range []string{"EDITOR", "VISUAL"} {
		if value := strings.TrimSpace(os.Getenv(name)); value != "" {
			editor = value
		}
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", editor+` "$@"`, editor, path)
	if words := strings.Fields(editor); runtime.GOOS == "windows" {
		cmd = exec.CommandContext(ctx, words[0], append(words[1:], path)...)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = s.stdin, s.stderr, s.stderr
	// An editor that is interrupted gets the time to put the terminal in order.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Second
	if file, ok := s.stdin.(*os.File); ok {
		if state, err := term.GetState(int(file.Fd())); err == nil {
			defer term.Restore(int(file.Fd()), state)
		}
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the editor %s failed: %w", editor, err)
	}
	return nil
}

// tellEdited names the files that were written with a fix that was edited,
// which no rule counts.
func (s *session) tellEdited(runs []*moduleRun, r *report.Run) {
	for _, m := range runs {
		if m.writing.choice == nil || m.quiet {
			continue
		}
		for _, f := range r.Files {
			if m.writing.choice.Edited[f.Path] != nil {
				s.fail("%s: written as you edited it", f.Name)
			}
		}
	}
}
