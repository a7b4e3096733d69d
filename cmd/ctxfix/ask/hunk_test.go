package ask

import (
	"strings"
	"testing"
)

const text = "one\ntwo\nthree\n\nfive\nsix\n"

func TestPatched(t *testing.T) {
	for name, c := range map[string]struct{ patch, want string }{
		"as it was": {
			"@@ -1,3 +1,3 @@ func\n one\n-two\n+TWO\n three\n",
			"one\nTWO\nthree\n\nfive\nsix\n",
		},
		"wrong counts, comments, a line added": {
			"# why\n@@ -1,9 +7,9 @@\n one\n-two\n+TWO\n# here\n+more\n three\n",
			"one\nTWO\nmore\nthree\n\nfive\nsix\n",
		},
		"a line kept after all": {
			"@@ -1,3 +1,3 @@\n one\n two\n+TWO\n three\n",
			"one\ntwo\nTWO\nthree\n\nfive\nsix\n",
		},
		"two hunks, and the space of an empty line gone": {
			"@@ -1,2 +1,1 @@\n-one\n two\n@@ -3,3 +2,3 @@\n three\n\n-five\n+FIVE\n",
			"two\nthree\n\nFIVE\nsix\n",
		},
	} {
		got, err := patched([]byte(text), c.patch)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
}

// What is edited has the line ends of an editor; the file keeps its own.
func TestPatchedKeepsLineEnds(t *testing.T) {
	for name, c := range map[string]struct{ old, patch, want string }{
		"added without CR":     {"one\r\ntwo\r\n", "@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n+more\n", "one\r\nTWO\r\nmore\r\n"},
		"an editor with CR":    {"one\r\ntwo\r\n", "@@ -1,2 +1,2 @@\r\n one\r\n-two\r\n+TWO\r\n", "one\r\nTWO\r\n"},
		"no last line feed":    {"one\r\ntwo", "@@ -1,2 +1,2 @@\n-one\n+ONE\n two\n\\ No newline at end of file\n", "ONE\r\ntwo"},
		"the patch has none":   {"one\ntwo\n", "@@ -1,2 +1,2 @@\n-one\n+ONE\n two", "ONE\ntwo\n"},
		"mixed, left as it is": {"one\r\ntwo\n", "@@ -1,2 +1,2 @@\n one\r\n-two\n+TWO\n", "one\r\nTWO\n"},
	} {
		got, err := patched([]byte(c.old), c.patch)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestPatchedRefuses(t *testing.T) {
	for name, c := range map[string]struct{ patch, want string }{
		"nothing":             {"", "is not a patch any more"},
		"no header":           {"-one\n+ONE\n", "is not a patch any more"},
		"context changed":     {"@@ -1,2 +1,2 @@\n ONE\n-two\n+TWO\n", "does not apply"},
		"deletion changed":    {"@@ -1,2 +1,2 @@\n one\n-TWO\n+three\n", "does not apply"},
		"a line with no sign": {"@@ -1,2 +1,2 @@\n one\n-two\nTWO\n", "is not a patch any more"},
	} {
		if got, err := patched([]byte(text), c.patch); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %q, %v; want an error with %q", name, got, err, c.want)
		}
	}
}

func TestPrintableCode(t *testing.T) {
	if got, want := printableCode("\tx := \"\x1b[31m\""), "\tx := \"\\x1b[31m\""; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
