package report

import (
	"encoding/xml"
	"io"
)

type checkstyleLog struct {
	XMLName xml.Name          `xml:"checkstyle"`
	Version string            `xml:"version,attr"` // of the format
	Files   []*checkstyleFile `xml:"file"`

	byName map[string]*checkstyleFile
}

type checkstyleFile struct {
	Name   string            `xml:"name,attr"`
	Errors []checkstyleError `xml:"error"`
}

// A checkstyleError has its column in code points.
type checkstyleError struct {
	Line     int    `xml:"line,attr,omitempty"`
	Column   int    `xml:"column,attr,omitempty"`
	Severity Level  `xml:"severity,attr"`
	Message  string `xml:"message,attr"`
	Source   string `xml:"source,attr"`
}

// WriteCheckstyle writes the run in the XML of Checkstyle. Problems of the run
// that have a file are entries, too.
func WriteCheckstyle(w io.Writer, r *Run) error {
	log := checkstyleLog{Version: "5.0", byName: map[string]*checkstyleFile{}}
	for _, p := range r.Problems {
		if p.File != "" {
			log.add(p.atTop(r), checkstyleError{p.Line, p.Column, Error, xmlText(p.Message), problemCheck})
		}
	}
	for _, f := range r.Open() {
		start, _ := f.RuneColumns()
		log.add(r.atTop(f.Path), checkstyleError{f.Line, start, f.Level(), xmlText(tagged(f)), "ctxfix." + f.Rule.Name})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(log); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// add puts an entry under its file.
func (l *checkstyleLog) add(name string, e checkstyleError) {
	name = xmlText(name)
	f := l.byName[name]
	if f == nil {
		f = &checkstyleFile{Name: name}
		l.byName[name], l.Files = f, append(l.Files, f)
	}
	f.Errors = append(f.Errors, e)
}

// xmlText returns text with the characters that XML 1.0 has no way to write,
// not even escaped, in the notation of Go strings.
func xmlText(text string) string { return escapeUnless(isXMLChar, text) }

// isXMLChar reports whether r is a Char of XML 1.0.
func isXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		0x20 <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}
