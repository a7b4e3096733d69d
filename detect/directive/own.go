package directive

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/ctxfix/ctxfix/detect/spell"
)

// The directives of ctxfix.
const (
	Ignore     = own + "ignore"
	IgnoreFile = own + "file-ignore"

	own = "//ctxfix:"
)

// parseOwn reads //ctxfix:ignore RULE[,RULE] reason, and what somebody wrote
// who meant that.
func parseOwn(text string) (Directive, bool) {
	d := Directive{Text: text, Tool: CtxFix}
	word, rest := cut(text)
	switch {
	case word == Ignore || word == IgnoreFile:
		d.File = word == IgnoreFile
		d.Names, d.Reason = namesAndReason(rest)
		if len(d.Names) == 0 {
			d.Malformed = "it names no rule: write " + word + " RULE reason"
		}
		return d, true
	case strings.HasPrefix(text, own):
		d.Malformed = fmt.Sprintf("%s is no directive: %s", word, meant(word))
		return d, true
	}
	return parseComment(text)
}

// parseComment reads an ordinary comment that begins like a directive of ctxfix.
func parseComment(text string) (Directive, bool) {
	inner := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(text, "//"), "/*"), "*/")
	word, rest := cut("//" + strings.TrimSpace(inner))
	if word = strings.ToLower(word); word != Ignore && word != IgnoreFile {
		return Directive{}, false
	}
	d := Directive{Text: text, Tool: CtxFix, File: word == IgnoreFile, Comment: true}
	d.Names, d.Reason = namesAndReason(rest)
	d.Malformed = "as it stands it is an ordinary comment: write " + word + " RULE reason"
	return d, true
}

// meant says which directive a wrong word was meant to be.
func meant(word string) string {
	for _, right := range []string{Ignore, IgnoreFile} {
		if rules, ok := strings.CutPrefix(word, right); ok && strings.ContainsAny(rules[:1], ":=,") {
			return fmt.Sprintf("did you mean %s %s?", right, rules[1:])
		}
	}
	verb := strings.TrimPrefix(word, own)
	if near := spell.Nearest(verb, []string{strings.TrimPrefix(Ignore, own), strings.TrimPrefix(IgnoreFile, own)}); near != "" {
		return "did you mean " + own + near + "?"
	}
	return "there are " + Ignore + " and " + IgnoreFile
}

// cut returns the first word of text and the rest, without the space around.
func cut(text string) (word, rest string) {
	i := strings.IndexFunc(text, unicode.IsSpace)
	if i < 0 {
		return text, ""
	}
	return text[:i], strings.TrimSpace(text[i:])
}

// namesAndReason reads "RULE, RULE reason". Spaces may follow the commas, and
// a colon the last rule.
func namesAndReason(text string) (names []string, reason string) {
	for more := true; more && text != ""; {
		var list string
		list, text = cut(text)
		names = append(names, strings.FieldsFunc(list, func(r rune) bool { return r == ',' })...)
		more = strings.HasSuffix(list, ",") || strings.HasPrefix(text, ",")
	}
	if last := len(names) - 1; last >= 0 {
		names[last] = strings.TrimSuffix(names[last], ":")
	}
	return names, trimReason(text)
}

// trimReason drops what often stands before a reason, as in "// because".
func trimReason(text string) string {
	return strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("/-:–—", r)
	})
}
