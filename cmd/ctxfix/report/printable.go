package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns text with everything that a terminal would act on, such
// as escape sequences in file names, in the notation of Go strings. It is
// one line: line breaks are escaped, too. Nor does a build service that reads
// its log take the line for a command.
func Printable(text string) string { return noCommand(escapeUnless(unicode.IsPrint, text)) }

// noCommand returns text as no line that a build service acts on.
func noCommand(text string) string {
	if blank := len(text) - len(strings.TrimLeft(text, " \t")); strings.HasPrefix(text[blank:], "::") {
		text = text[:blank] + escape(':', ':') + text[blank+1:]
	}
	return logCommand.ReplaceAllString(text, "#"+escape('#', '#')+"$1")
}

// logCommand is the start of a command in the log of a build service: of
// GitHub Actions, as "::" is at the start of a line, of Azure and of TeamCity.
var logCommand = regexp.MustCompile(`##([a-z]*\[)`)

// escapeUnless returns text with the runes that may not stay, and what is no
// UTF-8, in the notation of Go strings.
func escapeUnless(mayStay func(rune) bool, text string) string {
	var b strings.Builder
	for i, r := range text {
		valid := r != utf8.RuneError || strings.HasPrefix(text[i:], "\uFFFD")
		if valid && mayStay(r) {
			b.WriteRune(r)
			continue
		}
		b.WriteString(escape(r, text[i]))
	}
	return b.String()
}

// escape returns r in the notation of Go strings, where first is the byte it
// starts with: what is no UTF-8 is shown as that byte.
func escape(r rune, first byte) string {
	switch {
	case r == utf8.RuneError && first != "\uFFFD"[0]:
		return fmt.Sprintf(`\x%02x`, first)
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	default:
		return fmt.Sprintf(`\u%04x`, r)
	}
}
