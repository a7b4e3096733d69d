// Command svg draws the screen of a terminal, as "tmux capture-pane -e"
// prints it, from stdin to stdout. It knows the colours that ctxfix uses.
package main

import (
	"fmt"
	"html"
	"io"
	"log"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	charWidth  = 7.8
	lineHeight = 17.0
	margin     = 14.0
	columns    = 92
)

var colors = map[int]string{
	31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea", 37: "#e6edf3", 90: "#8b949e",
}

// A style is how text is drawn until the next escape sequence.
type style struct {
	color string
	bold  bool
}

func main() {
	screen, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(screen), "\n "), "\n")
	width := columns*charWidth + 2*margin
	height := float64(len(lines))*lineHeight + 2*margin
	fmt.Printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\" fill=\"#e6edf3\">\n", width, height)
	fmt.Printf("<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#0d1117\"/>\n")
	var now style
	for i, line := range lines {
		now = draw(line, margin+float64(i+1)*lineHeight-4, now)
	}
	fmt.Println("</svg>")
}

// draw writes one line whose baseline is at y, and returns the style at its
// end.
func draw(line string, y float64, now style) style {
	column := 0
	for i, part := range strings.Split(line, "\x1b[") {
		if i > 0 {
			codes, rest, _ := strings.Cut(part, "m")
			now, part = now.with(codes), rest
		}
		text := strings.TrimLeft(part, " ")
		at, n := column+len(part)-len(text), utf8.RuneCountInString(text)
		column = at + n
		if text = strings.TrimRight(text, " "); text != "" {
			n := utf8.RuneCountInString(text)
			attributes := ""
			if now.color != "" {
				attributes += fmt.Sprintf(" fill=%q", now.color)
			}
			if now.bold {
				attributes += ` font-weight="bold"`
			}
			fmt.Printf("<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\" xml:space=\"preserve\"%s>%s</text>\n",
				margin+float64(at)*charWidth, y, float64(n)*charWidth, attributes, html.EscapeString(text))
		}
	}
	return now
}

// with applies the numbers of an escape sequence.
func (s style) with(codes string) style {
	for _, code := range strings.Split(codes, ";") {
		switch n, _ := strconv.Atoi(code); {
		case n == 0:
			s = style{}
		case n == 1:
			s.bold = true
		case n == 22:
			s.bold = false
		case n == 39:
			s.color = ""
		case colors[n] != "":
			s.color = colors[n]
		}
	}
	return s
}
