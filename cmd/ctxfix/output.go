package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/config"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect/spell"
	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// An output says where the results go, and in which format.
type output struct {
	stdout string // format of stdout; empty: -o takes its place
	color  string // value of -color
	files  []reportFile
}

// A reportFile is a file that the results are written to.
type reportFile struct {
	format string
	name   string   // as it was given
	path   string   // absolute
	open   *os.File // if it is open already, and has a number; else nil
}

// showsFixes reports whether one of the formats does.
func (o output) showsFixes() bool {
	formats := []string{o.stdout}
	for _, f := range o.files {
		formats = append(formats, f.format)
	}
	return slices.ContainsFunc(report.Formats, func(f report.Format) bool {
		return f.Fixes && slices.Contains(formats, f.Name)
	})
}

// newOutput reads -format, -json, -color and -o. What is wrong with them is said
// before any work is done.
func newOutput(c *cli.Context, dir string) (output, error) {
	format, err := chosenFormat(c)
	if err != nil {
		return output{}, err
	}
	if shows := c.Bool("d") || c.Bool("l"); shows && format != report.TextFormat && format != "json" {
		return output{}, usageError(fmt.Sprintf("-d and -l print text, which has no place in -format %s: write that to a file, with -o %[1]s=FILE", format))
	}
	out := output{stdout: format, color: c.String("color")}
	if err := checkColor(out.color); err != nil {
		return output{}, err
	}
	for _, dest := range *c.Generic("o").(*values) {
		f, ownFormat, err := parseDestination(dest)
		if err != nil {
			return output{}, err
		}
		if !ownFormat {
			f.format, out.stdout = format, ""
		}
		if err := f.resolve(dir, out.files); err != nil {
			return output{}, fmt.Errorf("-o %s: %w", dest, err)
		}
		out.files = append(out.files, f)
	}
	return out, nil
}

// chosenFormat returns the format of -format or -json.
func chosenFormat(c *cli.Context) (string, error) {
	name := c.String("format")
	if c.Bool("json") {
		if name != "" && name != "json" {
			return "", usageError(fmt.Sprintf("-json and -format %s contradict each other", name))
		}
		return "json", nil
	}
	if name == "" {
		return report.TextFormat, nil
	}
	return name, checkFormat(name)
}

// formatNames returns the names of all formats.
func formatNames() []string {
	names := []string{report.TextFormat}
	for _, f := range report.Formats {
		names = append(names, f.Name)
	}
	return names
}

func checkFormat(name string) error {
	names := formatNames()
	if slices.Contains(names, name) {
		return nil
	}
	hint := spell.DidYouMean(strings.ToLower(name), names)
	return usageError(fmt.Sprintf("unknown format %q%s; there are %s", name, hint, strings.Join(names, ", ")))
}

var formatPrefix = regexp.MustCompile(`^([A-Za-z]+)=(.*)$`)

// parseDestination splits FORMAT=FILE; a name without "=" is a file. A file
// with a name like that is written ./NAME=REST.
func parseDestination(dest string) (f reportFile, ownFormat bool, err error) {
	m := formatPrefix.FindStringSubmatch(dest)
	if m == nil {
		return reportFile{name: dest}, false, nil
	}
	if err := checkFormat(m[1]); err != nil {
		return reportFile{}, false, err
	}
	return reportFile{format: m[1], name: m[2]}, true, nil
}

// resolve makes the path of the file absolute and checks that it can be
// written, as far as that can be seen beforehand.
func (f *reportFile) resolve(dir string, others []reportFile) error {
	if f.name == "" || f.name == "-" {
		return errors.New("not the name of a file; -format says what is printed")
	}
	f.path = filepath.Clean(f.name)
	if !filepath.IsAbs(f.path) {
		f.path = filepath.Join(dir, f.name)
	}
	if number, ok := openNumber(f.path); ok {
		return f.resolveOpen(number, others)
	}
	if strings.Contains(filepath.Base(f.path), "...") {
		return errors.New("a pattern of packages, not the name of a file")
	}
	for _, path := range []string{f.path, realFile(f.path)} {
		if err := mayReplace(path); err != nil {
			return err
		}
	}
	parent := filepath.Dir(f.path)
	if info, err := os.Stat(parent); errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return fmt.Errorf("there is no folder %s: create it first", filepath.Dir(f.name))
	}
	if info, err := os.Stat(f.path); err == nil && info.IsDir() {
		return errors.New("this is a folder, not a file")
	}
	return f.once(others)
}

// once checks that none of the others is the same file.
func (f *reportFile) once(others []reportFile) error {
	if slices.ContainsFunc(others, f.sameFile) {
		return errors.New("the same file is given twice")
	}
	return nil
}

// notReports are files beside the source that no report may replace.
var notReports = []string{"go.mod", "go.sum", "go.work", "go.work.sum", config.Name}

// versionControl are the folders whose files no report may replace.
var versionControl = []string{".git", ".hg", ".jj", ".svn", ".bzr"}

// mayReplace checks that a report may be in the place of whatever is at path.
func mayReplace(path string) error {
	if base := filepath.Base(path); filepath.Ext(base) == ".go" || slices.Contains(notReports, base) {
		return errors.New("a report there would take the place of source; give another name")
	}
	for _, element := range strings.Split(filepath.ToSlash(path), "/") {
		if slices.Contains(versionControl, strings.ToLower(element)) {
			return fmt.Errorf("a report has no place in %s; give another name", element)
		}
	}
	return nil
}

// sameFile reports whether other is this file under any name. What is no
// regular file, like a terminal, takes one report after the other.
func (f *reportFile) sameFile(other reportFile) bool {
	if f.path == other.path {
		return true
	}
	a, err := os.Stat(f.path)
	b, otherErr := os.Stat(other.path)
	return err == nil && otherErr == nil && a.Mode().IsRegular() && os.SameFile(a, b)
}

// write replaces the file as a whole, or leaves it as it is. What is open
// already, or no regular file, like a pipe, is written to.
func (f reportFile) write(data []byte) error {
	if f.open != nil {
		_, err := f.open.Write(data)
		return cmp.Or(err, f.open.Close())
	}
	path := f.path
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	info, err := os.Stat(path)
	switch {
	case err != nil && isLink(path): // to a file that is not there yet
		return os.WriteFile(path, data, 0o666)
	case err != nil: // there is none yet
		return emit.Replace(path, data, nil)
	case !info.Mode().IsRegular():
		return os.WriteFile(path, data, 0)
	default:
		return emit.Replace(path, data, info)
	}
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}
