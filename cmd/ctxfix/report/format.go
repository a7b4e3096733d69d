package report

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"
)

// A Format writes a run for one kind of reader.
type Format struct {
	Name  string
	Fixes bool // it shows fixes: Options.Proposals are wanted
	Write func(w io.Writer, r *Run) error
}

// TextFormat is the name of the format for people, which is none of Formats:
// what it writes depends on the terminal.
const TextFormat = "text"

// Formats are the formats for programs.
var Formats = []Format{
	{Name: "json", Fixes: true, Write: WriteJSON},
	{Name: "sarif", Fixes: true, Write: WriteSARIF},
	{Name: "github", Write: WriteGitHub},
	{Name: "gitlab", Write: WriteGitLab},
	{Name: "checkstyle", Write: WriteCheckstyle},
	{Name: "rdjsonl", Fixes: true, Write: WriteRDJSONL},
}

// home is where the project's pages are.
const home = "https://github.com/ctxfix/ctxfix"

// pageURL returns the address of a rule's page.
func pageURL(rule string) string { return home + "/blob/main/detect/" + rule + ".md" }

// atTop returns path as it is named from the top of the work tree: relative
// where it lies below it, else absolute.
func (r *Run) atTop(path string) string { return Relative(r.Top, path) }

// atTop returns the file of the problem as it is named from the top of the
// work tree; or "".
func (p Problem) atTop(r *Run) string {
	if p.File == "" || filepath.IsAbs(p.File) {
		return p.File
	}
	return r.atTop(filepath.Join(r.Dir, filepath.FromSlash(p.File)))
}

// uri returns a path as a URI: relative as it is, or with the scheme "file".
func uri(path string) string {
	escaped := (&url.URL{Path: strings.TrimPrefix(path, "/")}).EscapedPath()
	escaped = strings.ReplaceAll(escaped, ":", "%3A") // would end a scheme
	if !isAbs(path) {
		return escaped
	}
	return "file:///" + strings.Replace(escaped, "%3A/", ":/", 1) // of a drive letter
}

// isAbs reports whether a path with slashes is absolute, on any system.
func isAbs(path string) bool {
	return strings.HasPrefix(path, "/") || len(path) > 2 && path[1] == ':' && path[2] == '/'
}
