package directive

import (
	"path"
	"slices"
	"strings"
)

// watchers are the linters that look at the same thing as one of our rules.
var watchers = map[string][]string{
	"background":  {"contextcheck", "gosec", "G118", "noctx"},
	"goroutine":   {"contextcheck", "gosec", "G118"},
	"lostcancel":  {"govet", "gosec", "G118"},
	"shortlived":  {"contextcheck", "gosec", "G118"},
	"noctx":       {"noctx"},
	"doneerr":     {"nilerr"},
	"donespin":    {"staticcheck", "SA4011"},
	"fatctx":      {"fatcontext"},
	"loopcancel":  {"gocritic", "deferInLoop", "revive", "staticcheck", "SA5003", "SA9001"},
	"ctxfield":    {"containedctx"},
	"ctxkey":      {"staticcheck", "SA1029", "revive", "context-keys-type"},
	"nilctx":      {"staticcheck", "SA1012"},
	"testctx":     {"usetesting"},
	"timer":       {"staticcheck", "SA1015"},
	"withcontext": {"govet", "staticcheck", "SA4006", "SA4017", "ineffassign", "wastedassign"},
}

// watches reports whether name is, or as in SA1* stands for, a linter that
// looks at what the rule does.
func watches(name, rule string) bool {
	return slices.ContainsFunc(watchers[rule], func(watcher string) bool {
		ok, err := path.Match(name, watcher)
		return err == nil && ok
	})
}

// parseForeign reads a directive of another tool.
func parseForeign(text string) (d Directive, ok bool) {
	body := strings.TrimSpace(strings.TrimPrefix(text, "//"))
	word, rest := cut(text)
	switch {
	case (word == "//lint:ignore" || word == "//lint:file-ignore") && rest != "":
		d = Directive{Tool: Staticcheck, File: word == "//lint:file-ignore"}
		d.Names, d.Reason = namesAndReason(rest)
	case strings.HasPrefix(text, "//revive:disable"):
		d = parseRevive(text)
	case strings.HasPrefix(body, "nolint"):
		d = parseNolint(body)
	case strings.HasPrefix(body, "#nosec"):
		d = parseNosec(body)
	default:
		return d, false
	}
	d.Text = text
	return d, true
}

// parseRevive reads //revive:disable-line:RULE reason and its like; without
// RULE they name all of revive. Without -line or -next-line they go on to the
// end of the file.
func parseRevive(text string) Directive {
	word, rest := cut(text)
	parts := strings.Split(word, ":")
	d := Directive{Tool: Revive, Names: []string{"revive"}, Reason: trimReason(rest), File: parts[1] == "disable"}
	if len(parts) > 2 && parts[2] != "" {
		d.Names = parts[2:3]
	}
	return d
}

// parseNolint reads nolint:LINTER,LINTER // reason; without a list it names
// every linter.
func parseNolint(body string) Directive {
	d := Directive{Tool: GolangCI, Names: []string{All}}
	list, ok := strings.CutPrefix(body, "nolint:")
	if !ok {
		_, reason, _ := strings.Cut(body, "//")
		d.Reason = strings.TrimSpace(reason)
		return d
	}
	list, reason, _ := strings.Cut(list, "//")
	list, more := cut(strings.TrimSpace(list))
	d.Reason = strings.TrimSpace(trimReason(more + " " + reason))
	if names := strings.FieldsFunc(list, func(r rune) bool { return r == ',' }); len(names) > 0 {
		d.Names = names
	}
	return d
}

// parseNosec reads #nosec G118 G402 -- reason; without a list it names all of
// gosec.
func parseNosec(body string) Directive {
	list, reason, _ := strings.Cut(strings.TrimPrefix(body, "#nosec"), "--")
	d := Directive{Tool: Gosec, Names: strings.Fields(list), Reason: strings.TrimSpace(reason)}
	if len(d.Names) == 0 {
		d.Names = []string{"gosec"}
	}
	return d
}
