package report

import "testing"

func TestPrintable(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"plain äöü 世界", "plain äöü 世界"},
		{"\x1b[31mred", `\x1b[31mred`},
		{"a\nb\tc\r", `a\x0ab\x09c\x0d`},
		{"rtl\u202e", `rtl\u202e`},
		{"\xff\uFFFD", `\xff` + "\uFFFD"},
		{"::error::a::b", `\x3a:error::a::b`},
		{" ::a", ` \x3a:a`},
		{"a ##[b] ##vso[c] ## [", `a #\x23[b] #\x23vso[c] ## [`},
		{"\U000e0001", `\U000e0001`},
	} {
		if got := Printable(c.text); got != c.want {
			t.Errorf("Printable(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}
