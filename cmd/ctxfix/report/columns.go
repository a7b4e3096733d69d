package report

import (
	"unicode/utf16"
	"unicode/utf8"
)

// RuneColumns returns the columns of the place in code points, from 1.
func (p Place) RuneColumns() (start, end int) { return p.columns(utf8.RuneCountInString) }

// UTF16Columns returns the columns of the place in UTF-16 code units, from 1,
// as GitHub and editors count them.
func (p Place) UTF16Columns() (start, end int) {
	return p.columns(func(text string) int {
		n := 0
		for _, r := range text {
			n += utf16.RuneLen(r)
		}
		return n
	})
}

// columns returns the columns in the unit that count counts in; those in
// bytes where the lines are not known.
func (p Place) columns(count func(string) int) (start, end int) {
	if len(p.Lines) == 0 {
		return p.Column, p.EndColumn
	}
	last := p.Lines[len(p.Lines)-1]
	return column(p.Lines[0], p.Column, count), column(last, p.EndColumn, count)
}

// byteOrderMark starts some files. It has no width and no column.
const byteOrderMark = "\uFEFF"

func column(line string, bytes int, count func(string) int) int {
	head, rest := line[:min(bytes-1, len(line))], bytes-1-len(line)
	n := 1 + count(head) + max(rest, 0)
	if len(head) >= len(byteOrderMark) && head[:len(byteOrderMark)] == byteOrderMark {
		n--
	}
	return n
}
