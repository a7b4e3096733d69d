package load

import (
	"context"
	"testing"
)

// TestSource loads a package with its dependencies from source and checks it
// again, as a round would.
func TestSource(t *testing.T) {
	prog, err := Load(context.Background(), Config{Patterns: []string{"."}, Source: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(prog.Packages) != 1 || len(prog.Packages[0].Errors) > 0 {
		t.Fatalf("packages %v, errors %v; want one without errors", prog.Packages, prog.Packages[0].Errors)
	}
	for _, f := range prog.Packages[0].Files {
		if f.Locked != "" {
			t.Errorf("%s is locked: %s", f.Path, f.Locked)
		}
	}
	f := prog.Packages[0].Owned[0]
	check := prog.Check(map[string][]byte{f.Path: append(f.Bytes, "\nvar _ = 1\n"...)})
	for _, p := range check.Packages() {
		if len(p.Errors) > 0 {
			t.Errorf("after a change: %v", p.Errors)
		}
	}
}
