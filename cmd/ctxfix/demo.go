package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/config"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

const demoHelp = `ctxfix demo shows on a small service what ctxfix finds, what it changes and
why. The service lies in a temporary folder while it is looked at; nothing of
yours is read or changed, and nothing is fetched.

  -keep         leave the folder there, to try ctxfix on it
`

// demoArchive is the files of testdata/demo, which is a module of its own and
// so cannot be embedded as it is.
//
//go:embed demo.txtar
var demoArchive []byte

// demoCommand shows ctxfix at work.
func (s *session) demoCommand() *cli.Command {
	return &cli.Command{
		Name:               "demo",
		Usage:              "show on a small service what ctxfix does",
		Flags:              []cli.Flag{yes("keep", "", "leave the folder there, to try ctxfix on it")},
		HideHelpCommand:    true,
		CustomHelpTemplate: demoHelp,
		OnUsageError:       onUsageError,
		Action:             s.demo,
	}
}

func (s *session) demo(c *cli.Context) error {
	if c.NArg() > 0 {
		return usageErrorOf("ctxfix demo", wrongArgument("demo takes no argument, got %q", c.Args().First()))
	}
	dir, err := os.MkdirTemp("", "ctxfix-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	status := newStatusLine(s.stderr)
	defer status.erase()
	status.show("looking at a small service")
	text, err := tour(c.Context, dir)
	// The folder goes before the text is printed: whoever reads it may leave.
	if keep := c.Bool("keep"); !keep || err != nil {
		err = errors.Join(err, os.RemoveAll(dir))
	} else {
		text += fmt.Sprintf("\nThe service is in %s: change into that folder, try ctxfix -w ./...\nand go test ./...\n", dir)
	}
	if err != nil {
		return err
	}
	status.erase()
	fmt.Fprint(s.stdout, text)
	return nil
}

// tour unpacks the service in dir and tells what ctxfix makes of it.
func tour(ctx context.Context, dir string) (string, error) {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", fmt.Errorf("demo: %w", err)
	}
	archive := txtar.Parse(demoArchive)
	for _, f := range archive.Files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
			return "", fmt.Errorf("demo: %w", err)
		}
	}
	set := settings{
		dir:    dir,
		diff:   true,
		rules:  detect.All,
		detect: new(config.Config).Options(config.Flags{}),
		load: load.Config{
			Dir:      dir,
			Patterns: []string{"./..."},
			Tests:    true,
			Auto:     true,
			Env:      append(os.Environ(), "GO111MODULE=on", "GOWORK=off", "GOFLAGS=-buildvcs=false", "GOPROXY=off", "CGO_ENABLED=0"),
		},
	}
	prog, err := loadUntil(ctx, set.load)
	if err != nil {
		return "", err
	}
	done, err := rewriteUntil(ctx, prog, set, nil)
	if err != nil {
		return "", err
	}
	return told(newRun(set, prog, done, nil), done.Edits, defectsOf(archive)), nil
}

// told is the tour in words.
func told(r *report.Run, edits []rewrite.Edit, defects []defect) string {
	before, after := *r, *r
	before.Findings, after.Findings = nil, nil
	for _, f := range r.Findings {
		if !f.Fixed {
			after.Findings = append(after.Findings, f)
		}
		f.Fixed = false
		before.Findings = append(before.Findings, f)
	}
	var b strings.Builder
	b.WriteString("A small order service goes on working for clients that have left. This is what\nctxfix says about it, place by place, with the rule and whether a fix is safe:\n\n$ ctxfix ./...\n")
	report.Text{}.WriteFindings(&b, &before)
	fmt.Fprintf(&b, "ctxfix: %s\n\n", before.Summary())
	b.WriteString("A safe fix removes the defect and changes nothing else. These are what -w writes,\nwith what was wrong before:\n\n$ ctxfix -d ./...\n")
	for _, e := range edits {
		name := filepath.Base(e.Path)
		b.WriteByte('\n')
		for _, d := range defects {
			if d.file == name && d.fix == detect.Safe.String() {
				fmt.Fprintf(&b, "%s, %s: %s\n", name, d.function, d.wrong)
			}
		}
		b.WriteString(emit.Diff(e.Old, e.New, name))
	}
	fmt.Fprintf(&b, "\nThe result was type-checked, with its tests. What remains is for a person to\ndecide, because a fix may change what the program does, or is not known:\n\n$ ctxfix ./...       # after ctxfix -w ./...\nctxfix: %s\n", after.Summary())
	b.WriteString(demoNext)
	return b.String()
}

const demoNext = `
In a module of your own:

  ctxfix ./...               report, and change nothing
  ctxfix -d ./...            show what -w would write
  ctxfix -w ./...            write the safe fixes
  ctxfix undo                take them back
  ctxfix explain background  what a rule does, and where it stays silent
`

// A defect is a row of the table in the service's README.
type defect struct{ file, function, rule, fix, wrong string }

// defectsOf reads the table.
func defectsOf(archive *txtar.Archive) []defect {
	var defects []defect
	for _, f := range archive.Files {
		if f.Name != "README.md" {
			continue
		}
		for line := range strings.Lines(string(f.Data)) {
			cells := strings.Split(strings.TrimSpace(line), " | ")
			if len(cells) == 5 && strings.HasPrefix(line, "| ") {
				defects = append(defects, defect{cells[0][2:], strings.Trim(cells[1], "`"), cells[2], cells[3], strings.TrimSuffix(cells[4], " |")})
			}
		}
	}
	return defects
}
