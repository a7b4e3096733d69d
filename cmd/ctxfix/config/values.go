package config

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/goccy/go-yaml/ast"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/spell"
)

// The values of the config. Each checks itself, so that what is wrong is said
// with its place.
type (
	Level    string // off, recommended or strict
	Cause    string // package, always or never
	Glob     string // of slash paths below the folder of the config
	Tag      string // a build tag
	Func     string // Name, import/path.Name or import/path.Type.Name
	Method   string // import/path.Type.Name
	Accessor string // import/path.Name, or empty
	Timeout  string // a duration as of package time, or empty
)

// The levels: how far a rule goes.
const (
	Off         Level = "off"
	Recommended Level = "recommended"
	Strict      Level = "strict"
)

var (
	levels     = []string{string(Off), string(Recommended), string(Strict)}
	causeNames = []string{"package", "always", "never"}
	causes     = map[Cause]flow.Cause{"package": flow.CauseWhereUsed, "always": flow.CauseAlways, "never": flow.CauseNever}
)

func (l *Level) UnmarshalYAML(n ast.Node) error { return text(n, l, oneOf(levels)) }
func (c *Cause) UnmarshalYAML(n ast.Node) error { return text(n, c, oneOf(causeNames)) }
func (g *Glob) UnmarshalYAML(n ast.Node) error  { return text(n, g, checkGlob) }
func (t *Tag) UnmarshalYAML(n ast.Node) error {
	return text(n, t, matching(tagPattern, "a build tag is letters, digits, _ and ."))
}
func (f *Func) UnmarshalYAML(n ast.Node) error {
	return text(n, f, matching(funcPattern, "write Name, import/path.Name or import/path.Type.Name"))
}
func (m *Method) UnmarshalYAML(n ast.Node) error {
	return text(n, m, matching(methodPattern, "write import/path.Type.Name"))
}
func (a *Accessor) UnmarshalYAML(n ast.Node) error {
	return text(n, a, matching(accessorPattern, "write import/path.Name"))
}
func (t *Timeout) UnmarshalYAML(n ast.Node) error { return text(n, t, checkTimeout) }

// The patterns stand in the schema, too.
const (
	identifier      = `[\p{L}_][\p{L}\p{Nd}_]*`
	importPath      = `[^\s.()*/\\:"][^\s()*\\:"]*`
	tagPattern      = `^[\p{L}\p{Nd}_.]+$`
	funcPattern     = `^(` + importPath + `\.)?` + identifier + `$`
	methodPattern   = `^` + importPath + `\.` + identifier + `\.` + identifier + `$`
	accessorPattern = `^(` + importPath + `\.` + identifier + `)?$`
	zeroPattern     = `^(0+(\.0+)?[a-z]+)+$`
	timeoutPattern  = `^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))*$`
)

// text reads a value that is a text and passes the check, which returns what
// is wrong and what to do.
func text[T ~string](n ast.Node, into *T, check func(string) (what, todo string)) error {
	s, ok := n.(*ast.StringNode)
	if !ok {
		return &fault{n.GetToken(), fmt.Sprintf("%s is not a text", firstLine(n.String())), "put it in quotes, or see the schema"}
	}
	if what, todo := check(s.Value); what != "" {
		return &fault{n.GetToken(), what, todo}
	}
	*into = T(s.Value)
	return nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

func oneOf(words []string) func(string) (string, string) {
	return func(s string) (what, todo string) {
		if slices.Contains(words, s) {
			return "", ""
		}
		last := len(words) - 1
		return fmt.Sprintf("unknown value %q%s", s, spell.DidYouMean(s, words)),
			fmt.Sprintf("write %s or %s", strings.Join(words[:last], ", "), words[last])
	}
}

func matching(pattern, form string) func(string) (string, string) {
	re := regexp.MustCompile(pattern)
	return func(s string) (what, todo string) {
		if re.MatchString(s) {
			return "", ""
		}
		return fmt.Sprintf("%q is not of the form wanted here", s), form
	}
}

// The bounds of a glob. The time to match one is that of all combinations of
// its alternatives.
const (
	maxBraces       = 4
	maxAlternatives = 32
)

// checkGlob refuses what would never match, or not what its writer means.
func checkGlob(s string) (what, todo string) {
	switch {
	case s == "":
		return "empty glob", "delete it"
	case strings.HasPrefix(s, "!"):
		return fmt.Sprintf("glob %q begins with !, which excludes nothing from a list", s), "write globs that match less"
	case strings.Contains(s, `\`):
		return fmt.Sprintf("glob %q has a backslash", s), "write slashes on every system"
	case path.IsAbs(s), slices.Contains(strings.Split(s, "/"), ".."):
		return fmt.Sprintf("glob %q is no path below the folder of this file", s), "write it from there, without .."
	case !doublestar.ValidatePattern(s):
		return fmt.Sprintf("malformed glob %q", s), "close every [ and {"
	case strings.Count(s, "{") > maxBraces || strings.Count(s, ",") > maxAlternatives:
		return fmt.Sprintf("glob %q has too many alternatives", s), "write them as several globs"
	}
	return "", ""
}

var timeoutForm = regexp.MustCompile(timeoutPattern)

func checkTimeout(s string) (what, todo string) {
	if s == "" {
		return "", ""
	}
	if d, err := time.ParseDuration(s); err != nil || d <= 0 || !timeoutForm.MatchString(s) {
		return fmt.Sprintf("%q is not a duration above zero", s), "write a number with its unit, like 10s or 1m30s"
	}
	return "", ""
}

// Duration returns the timeout; zero: there is none.
func (t Timeout) Duration() time.Duration {
	d, _ := time.ParseDuration(string(t)) // checked when it was read
	return d
}

// matches reports whether the glob matches the file at the slash path, or a
// folder it stands in.
func (g Glob) matches(file string) bool {
	pattern := path.Clean(string(g))
	if pattern == "." {
		return true // the folder of the config, with all that is in it
	}
	for ; file != "."; file = path.Dir(file) {
		if doublestar.MatchUnvalidated(pattern, file) {
			return true
		}
	}
	return false
}
