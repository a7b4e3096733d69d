package rewrite_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite"
)

const twoFresh = `package p

import "context"

func find(ctx context.Context, id string) error { return ctx.Err() }

func Get(ctx context.Context, id string) error {
	if err := find(context.TODO(), id); err != nil {
		return err
	}
	return find(context.TODO(), id)
}
`

// fingerprints are those of what background finds in the text.
func fingerprints(t *testing.T, text string, write bool) []string {
	t.Helper()
	dir := tempDir(t)
	writeFile(t, filepath.Join(dir, "go.mod"), []byte(defaultModule))
	writeFile(t, filepath.Join(dir, "a.go"), []byte(text))
	report := mustRun(t, loadDir(t, dir, false), rewrite.Options{
		Rules: []*detect.Rule{detect.Lookup("background")},
		Write: write,
	})
	var prints []string
	for _, f := range slices.Concat(report.Found, report.Fixed) {
		prints = append(prints, f.Fingerprint)
	}
	return prints
}

func TestFingerprints(t *testing.T) {
	before := fingerprints(t, twoFresh, false)
	if len(before) != 2 || before[0] == before[1] {
		t.Fatalf("fingerprints %q, want two different ones", before)
	}
	for name, text := range map[string]string{
		"lines moved":        strings.Replace(twoFresh, "func Get", "// Get is new.\n\n\nfunc Get", 1),
		"indented otherwise": strings.ReplaceAll(twoFresh, "\t", "        "),
		"another function":   twoFresh + "\nfunc Other() {}\n",
		"CRLF":               strings.ReplaceAll(twoFresh, "\n", "\r\n"),
	} {
		if got := fingerprints(t, text, false); !slices.Equal(got, before) {
			t.Errorf("%s: fingerprints %q, before %q", name, got, before)
		}
	}
	if got := fingerprints(t, strings.ReplaceAll(twoFresh, "Get", "Load"), false); slices.Contains(before, got[0]) {
		t.Error("a finding of another function has the same fingerprint")
	}
	const last = "\treturn find(context.TODO(), id)\n"
	twice := strings.Replace(twoFresh, last, "\tif id == \"\" {\n\t"+last+"\t}\n"+last, 1)
	if got := fingerprints(t, twice, false); len(got) != 3 || got[1] == got[2] || !slices.Equal(got[:2], before) {
		t.Errorf("with the line twice: %q, want %q and another one", got, before)
	}
	if got := fingerprints(t, twoFresh, true); !slices.Equal(got, slices.Concat(before, before)) {
		t.Errorf("found and fixed: %q, want %q twice", got, before)
	}
}
