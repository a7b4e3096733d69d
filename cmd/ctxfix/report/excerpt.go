package report

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

const (
	tabWidth = 4   // cells from one tab stop to the next
	cut      = "…" // where a line is cut
)

// cells counts the cells of a terminal that text takes, wide and combining
// runes as Unicode has them, whatever the locale.
var cells = &runewidth.Condition{StrictEmojiNeutral: true}

// excerpt returns the first line of the place, without its indentation, and a
// line of the same indentation that marks the place. Both take no more than
// width cells: a long line is cut around the place. ok is false if the line
// is not known or there is no room.
func excerpt(p Place, width int) (line, marks string, ok bool) {
	const least = 20
	if len(p.Lines) == 0 || width < least {
		return "", "", false
	}
	text, start, end := p.Lines[0], p.Column-1, p.EndColumn-1
	if p.EndLine > p.Line {
		end = len(text)
	}
	if start < 0 || start > len(text) || end < start || end > len(text) {
		return "", "", false
	}
	shown := expand(text)
	from, to := cells.StringWidth(expand(text[:start])), cells.StringWidth(expand(text[:end]))
	indent := min(len(shown)-len(strings.TrimLeft(shown, " ")), from)
	shown, from, to = shown[indent:], from-indent, to-indent
	if over := cells.StringWidth(shown) - width; over > 0 {
		// A third of the room goes to what stands before the place.
		if left := min(from-width/3, over); left > 0 {
			shown = cells.TruncateLeft(shown, left+1, cut)
			from, to = from-left, to-left
		}
		shown = cells.Truncate(shown, width, cut)
	}
	to = min(max(to, from+1), width)
	return shown, strings.Repeat(" ", from) + strings.Repeat("^", to-from), true
}

// expand returns text as a terminal shows it: tabs as blanks, and everything
// the terminal would act on in the notation of Go strings. A byte order mark
// takes no room.
func expand(text string) string {
	var b strings.Builder
	width := 0
	for i, part := range strings.Split(strings.TrimPrefix(text, byteOrderMark), "\t") {
		if i > 0 {
			n := tabWidth - width%tabWidth
			b.WriteString(strings.Repeat(" ", n))
			width += n
		}
		part = Printable(part)
		b.WriteString(part)
		width += cells.StringWidth(part)
	}
	return b.String()
}
