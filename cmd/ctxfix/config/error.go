package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

// A fault is what is wrong at a token of a config.
type fault struct {
	at         *token.Token
	what, todo string
}

func (f *fault) Error() string { return f.what + "; " + f.todo }

// An Error is what is wrong with a config file, and where.
type Error struct {
	Path         string
	Line, Column int // from 1; columns count characters
	Message      string
	Excerpt      string // the line, and a mark under the place
}

// Error returns one line that says all, and the excerpt below it.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s\n%s", e.Path, e.Line, e.Column, e.Message, e.Excerpt)
}

func newError(path string, data []byte, err error) *Error {
	e := &Error{Path: path, Line: 1, Column: 1, Message: err.Error()}
	var f *fault
	var syntax yaml.Error
	var at *token.Token
	if errors.As(err, &f) {
		at, e.Message = f.at, f.Error()
	} else if errors.As(err, &syntax) {
		at, e.Message = syntax.GetToken(), "not valid YAML: "+syntax.GetMessage()
	}
	if at != nil && at.Position != nil {
		e.Line, e.Column = at.Position.Line, at.Position.Column
	}
	e.Excerpt = excerpt(data, e.Line, e.Column)
	return e
}

const excerptWidth = 100

// excerpt returns the line, or the part of it around the column, and a mark under the column.
func excerpt(data []byte, line, column int) string {
	lines := bytes.Split(data, []byte("\n"))
	if line > len(lines) {
		return ""
	}
	text := []rune(strings.ReplaceAll(string(lines[line-1]), "\t", " "))
	from := max(0, min(column-excerptWidth/2, len(text)-excerptWidth))
	text = text[from:min(len(text), from+excerptWidth)]
	head := fmt.Sprintf("%4d | ", line)
	return fmt.Sprintf("%s%s\n%*s^", head, string(text), len(head)+column-1-from, "")
}
