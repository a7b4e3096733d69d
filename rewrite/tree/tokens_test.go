package tree

import (
	"strings"
	"testing"
)

// TestTokenise checks which tokens count: all but the semicolons and commas
// before a closing bracket, which formatting adds and removes.
func TestTokenise(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"f(a, b,\n)", "f ( a , b ) ;"},
		{"f(a, // c\n)", "f ( a // c ) ;"},
		{"T[a,\n]", "T [ a ] ;"},
		{"x// c\n}", "x // c } ;"},
		{"import (\"a\"; \"b\")\n", `import ( "a" ; "b" ) ;`},
		{"import (\n\"a\"\n)\n", `import ( "a" ) ;`},
		{"';'\n';'", "';' ; ';' ;"},
	} {
		list, err := tokenise([]byte(test.src))
		if err != nil {
			t.Errorf("%q: %v", test.src, err)
		}
		var words []string
		for _, l := range list {
			words = append(words, l.text)
		}
		if got := strings.Join(words, " "); got != test.want {
			t.Errorf("%q: %s, want %s", test.src, got, test.want)
		}
	}
}

// TestNormalise checks that carriage returns go, but for one that keeps a
// comment from ending.
func TestNormalise(t *testing.T) {
	for src, want := range map[string]string{
		"a*\r\n":        "a*\n",
		"a\r/b\r":       "a/b",
		"/* *\r/ */\r":  "/* *\r/ */",
		"a*\r":          "a*",
		"\ufeffa\r\nb":  "a\nb",
		"\ufeffa\nb":    "a\nb",
		"a *\r b\r / c": "a * b / c",
	} {
		if got := string(normalise([]byte(src))); got != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
}
