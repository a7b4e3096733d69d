// Package baseline keeps the findings that a project knows of and lives with
// for now in a file, so that new ones stand out.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sort"
)

// Name is the file a baseline is written to when no other is named.
const Name = ".ctxfix-baseline.json"

// format is the version of the file's format.
const format = 1

// An Entry is one finding.
type Entry struct {
	File        string `json:"file"` // with slashes, relative to the folder of the baseline
	Rule        string `json:"rule"`
	Message     string `json:"message"`
	Fingerprint string `json:"fingerprint"`

	At Span `json:"-"` // where it stands in the baseline
}

// A Span is a half-open part of the baseline. Lines and columns count from 1,
// columns in bytes.
type Span struct{ Line, Column, EndLine, EndColumn int }

// A File is a baseline.
type File struct {
	Path    string // absolute
	Entries []Entry
	known   map[string]bool
}

// New returns an empty baseline, to be written to path.
func New(path string) *File { return &File{Path: path} }

// Parse reads a baseline. An error says in which line it is wrong.
func Parse(path string, data []byte) (*File, error) {
	f, at := New(path), newLines(data)
	if err := json.Unmarshal(data, new(any)); err != nil {
		offset := len(data)
		if e := (*json.SyntaxError)(nil); errors.As(err, &e) {
			offset = int(e.Offset) - 1
		}
		line, column := at.position(offset)
		return nil, fmt.Errorf("%d:%d: %w", line, column, advised(err, data, line))
	}
	// Have: JSON, so that only its shape can be wrong.
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := f.parse(dec, data, at); err != nil {
		line, column := at.position(int(dec.InputOffset()))
		return nil, fmt.Errorf("%d:%d: %w", line, column, err)
	}
	return f, nil
}

func (f *File) parse(dec *json.Decoder, data []byte, at lines) error {
	if err := expect(dec, json.Delim('{')); err != nil {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		switch key {
		case "version":
			var version int
			if err := dec.Decode(&version); err != nil {
				return err
			}
			if version != format {
				return fmt.Errorf("version %d of the format is not known, only %d: use the ctxfix that wrote it, or remove it and write it anew", version, format)
			}
		case "findings":
			if err := f.parseEntries(dec, data, at); err != nil {
				return err
			}
		default:
			return fmt.Errorf("unknown field %q", key)
		}
	}
	return expect(dec, json.Delim('}'))
}

func (f *File) parseEntries(dec *json.Decoder, data []byte, at lines) error {
	if err := expect(dec, json.Delim('[')); err != nil {
		return err
	}
	for dec.More() {
		start := int(dec.InputOffset())
		start += bytes.IndexByte(data[start:], '{')
		var e Entry
		if err := dec.Decode(&e); err != nil {
			return err
		}
		if e.File == "" || e.Rule == "" || e.Fingerprint == "" {
			return errors.New("an entry needs a file, a rule and a fingerprint")
		}
		e.At.Line, e.At.Column = at.position(start)
		e.At.EndLine, e.At.EndColumn = at.position(int(dec.InputOffset()))
		if !f.has(e.Fingerprint) { // a merge may have left it twice
			f.add(e)
		}
	}
	return expect(dec, json.Delim(']'))
}

// expect reads a bracket.
func expect(dec *json.Decoder, want json.Delim) error {
	got, err := dec.Token()
	if err == nil && got != want {
		err = fmt.Errorf("unexpected %v, want %v", got, want)
	}
	return err
}

// lines are the offsets at which the lines of a text start.
type lines []int

func newLines(text []byte) lines {
	starts := lines{0}
	for i, c := range text {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// position returns the line and column of an offset, both from 1.
func (l lines) position(offset int) (line, column int) {
	offset = max(0, offset)
	line = sort.SearchInts(l, offset+1)
	return line, offset - l[line-1] + 1
}

// advised adds what to do where two versions of the file were not merged.
func advised(err error, data []byte, line int) error {
	text := bytes.Split(data, []byte("\n"))[line-1]
	for _, marker := range []string{"<<<<<<<", "=======", ">>>>>>>", "|||||||"} {
		if bytes.HasPrefix(text, []byte(marker)) {
			return errors.New("a merge conflict: take either side, then run with -write-baseline")
		}
	}
	return err
}

func (f *File) has(fingerprint string) bool { return f.known[fingerprint] }

func (f *File) add(e Entry) {
	if f.known == nil {
		f.known = map[string]bool{}
	}
	f.known[e.Fingerprint] = true
	f.Entries = append(f.Entries, e)
}

// Bytes returns the text of the file: an entry per line, sorted, so that
// versions of it can be compared and merged.
func (f *File) Bytes() ([]byte, error) {
	slices.SortFunc(f.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"version\": %d,\n  \"findings\": [", format)
	for i, e := range f.Entries {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return nil, err
		}
		b.Truncate(b.Len() - 1) // the line end
	}
	b.WriteString("\n  ]\n}\n")
	return b.Bytes(), nil
}

// name returns the path of a source file as entries have it.
func (f *File) name(path string) string {
	rel, err := filepath.Rel(filepath.Dir(f.Path), path)
	if err != nil {
		rel = path
	}
	return filepath.ToSlash(rel)
}

// path returns the path of the source file of an entry.
func (f *File) path(e Entry) string {
	name := filepath.FromSlash(e.File)
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(f.Path), name)
}
