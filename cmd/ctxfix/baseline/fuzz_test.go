package baseline

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse reads any baseline. What is read is written so that it is read as
// the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(two))
	f.Add([]byte(`{"version":2}`))
	f.Add([]byte(`{"version":1,"findings":[{"file":"\u0000","rule":"a","message":"\ud800","fingerprint":""}]}`))
	f.Add([]byte("[{}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse("/m/b.json", data)
		if err != nil {
			return
		}
		text, err := file.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse("/m/b.json", text)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, text)
		}
		if len(again.Entries) != len(file.Entries) {
			t.Fatalf("%d entries, then %d", len(file.Entries), len(again.Entries))
		}
		if once, err := again.Bytes(); err != nil || string(once) != string(text) {
			t.Fatalf("written in another way: %v\n%s", err, cmp.Diff(string(text), string(once)))
		}
	})
}
