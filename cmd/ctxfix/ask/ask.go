// Package ask shows fixes one by one and lets a person choose, in the manner of
// "git add -p".
package ask

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
)

// A Terminal is where a person sees the fixes and answers.
type Terminal struct {
	In    io.Reader
	Out   io.Writer
	Color bool
	Dir   string // real path of the working directory
	// Edit lets the person edit a file, and returns when that is done.
	Edit func(ctx context.Context, path string) error
}

const help = `y - make this fix
n - do not make it
a - make it and all later ones in this file
d - do not make it, nor any later one in this file
e - edit the fix, then make it
q - quit: make none of the fixes that follow; those chosen so far are made
? - print help
`

// Fixes asks for each proposal that has a fix. The error is that of ctx, or
// that the terminal cannot be used; the end of its input is an answer, q.
func Fixes(ctx context.Context, t Terminal, prog *load.Program, proposals []rewrite.Proposal) (*Choice, error) {
	d := &dialogue{
		Terminal: t,
		prog:     prog,
		lines:    bufio.NewReader(t.In),
		choice:   newChoice(prog),
		standing: map[string]byte{},
		edits:    map[string][]udiff.Edit{},
	}
	for i, p := range proposals {
		answer, err := d.ask(ctx, p, i+1, len(proposals))
		switch {
		case err != nil:
			return nil, err
		case answer == 'y':
			d.choice.add(p.Finding)
		case answer == 'q':
			d.choice.Quit = true
			return d.choice, nil
		}
	}
	return d.choice, nil
}

// A dialogue is the state between questions.
type dialogue struct {
	Terminal
	prog     *load.Program
	lines    *bufio.Reader
	choice   *Choice
	standing map[string]byte         // by file: what was answered for all its later fixes
	edits    map[string][]udiff.Edit // by file: of the fixes that were edited
}

// ask returns y, n or q for the proposal, or e if it was edited.
func (d *dialogue) ask(ctx context.Context, p rewrite.Proposal, number, total int) (byte, error) {
	file := p.Finding.File.Path
	if answer := d.standing[file]; answer != 0 {
		return answer, nil
	}
	d.show(p)
	for {
		answer, err := d.read(ctx, fmt.Sprintf("(%d/%d) Make this fix [y,n,q,a,d,e,?]? ", number, total))
		if err != nil {
			return 0, err
		}
		switch answer {
		case "y", "n", "q":
			return answer[0], nil
		case "a":
			d.standing[file] = 'y'
			return 'y', nil
		case "d":
			d.standing[file] = 'n'
			return 'n', nil
		case "e":
			if edited, err := d.edit(ctx, p); edited || err != nil {
				return 'e', err
			}
		case "":
		default:
			fmt.Fprint(d.Out, d.paint(red, help))
		}
	}
}

// read returns the answer to a question, without case and space around it; at
// the end of the input q.
func (d *dialogue) read(ctx context.Context, question string) (string, error) {
	fmt.Fprint(d.Out, d.paint(bold, question))
	type result struct {
		line string
		err  error
	}
	results := make(chan result, 1)
	go func() {
		line, err := d.lines.ReadString('\n')
		results <- result{line, err}
	}()
	select {
	case r := <-results:
		answer := strings.ToLower(strings.TrimSpace(r.line))
		switch {
		case r.err == nil || errors.Is(r.err, io.EOF) && answer != "":
			return answer, nil
		case errors.Is(r.err, io.EOF):
			fmt.Fprintln(d.Out)
			return "q", nil
		}
		return "", fmt.Errorf("reading the answer: %w", r.err)
	case <-ctx.Done():
		fmt.Fprintln(d.Out)
		return "", ctx.Err()
	}
}

// show prints the finding, and its fix as a diff.
func (d *dialogue) show(p rewrite.Proposal) {
	f := p.Finding
	at := d.prog.Fset.PositionFor(f.Span.Pos, false)
	fmt.Fprintln(d.Out, d.paint(bold, fmt.Sprintf("%s:%d:%d: %s (%s, %s)",
		report.Printable(report.Relative(d.Dir, f.File.Path)), at.Line, at.Column, report.Printable(f.Message), f.Rule.Name, f.Safety)))
	if f.Safety != detect.Safe {
		fmt.Fprintf(d.Out, "\t%s: %s\n", f.Safety, report.Printable(f.Because))
	}
	for _, file := range p.Files {
		if file.Path != f.File.Path {
			fmt.Fprintln(d.Out, d.paint(bold, "and "+report.Printable(report.Relative(d.Dir, file.Path))+":"))
		}
		for _, h := range d.hunks(file) {
			d.showHunk(h)
		}
	}
}

func (d *dialogue) showHunk(h *gitdiff.TextFragment) {
	head, section, _ := strings.Cut(h.Header(), " @@")
	fmt.Fprintln(d.Out, d.paint(cyan, head+" @@")+printableCode(section))
	for _, line := range h.Lines {
		color := map[gitdiff.LineOp]string{gitdiff.OpDelete: red, gitdiff.OpAdd: green}[line.Op]
		fmt.Fprintln(d.Out, d.paint(color, line.Op.String()+printableCode(strings.TrimRight(line.Line, "\r\n"))))
	}
}

const (
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
	plain = "\x1b[m"
)

func (d *dialogue) paint(color, text string) string {
	if !d.Color || color == "" {
		return text
	}
	return color + text + plain
}

// printableCode is a line of code without what a terminal would act on.
func printableCode(line string) string {
	parts := strings.Split(line, "\t")
	for i, part := range parts {
		parts[i] = report.Printable(part)
	}
	return strings.Join(parts, "\t")
}
