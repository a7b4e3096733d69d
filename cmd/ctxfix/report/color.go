package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// A color is a parameter of the escape sequence that chooses how a terminal
// shows text (SGR, ECMA-48).
type color int

const (
	bold   color = 1
	faint  color = 2
	red    color = 31
	green  color = 32
	yellow color = 33
	cyan   color = 36
)

// paint returns text in a color. The color ends with the text.
func (c color) paint(text string) string {
	if c == 0 || text == "" {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[m", c, text)
}

// WriteColorDiff writes a diff in git's format for a terminal, in git's
// colours. Control characters are escaped, so it is nothing for git apply.
func WriteColorDiff(w io.Writer, diff string) error {
	inHunk := false
	for line := range strings.Lines(diff) {
		switch {
		case strings.HasPrefix(line, "diff "):
			inHunk = false
		case strings.HasPrefix(line, "@@ "):
			inHunk = true
		}
		text := noCommand(escapeUnless(isShown, strings.TrimRight(line, "\r\n")))
		if _, err := fmt.Fprintln(w, diffColor(line, inHunk).paint(text)); err != nil {
			return err
		}
	}
	return nil
}

func diffColor(line string, inHunk bool) color {
	switch {
	case !inHunk:
		return bold
	case strings.HasPrefix(line, "@@ "):
		return cyan
	case strings.HasPrefix(line, "-"):
		return red
	case strings.HasPrefix(line, "+"):
		return green
	default:
		return 0
	}
}

// isShown reports whether a terminal shows r, and does nothing else about it.
func isShown(r rune) bool { return r == '\t' || unicode.IsPrint(r) }
