package main

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/google/go-cmp/cmp"

	"github.com/ctxfix/ctxfix/detect"
)

// TestDemoArchive compares the archive that ctxfix carries with testdata/demo.
func TestDemoArchive(t *testing.T) {
	dir := filepath.Join("..", "..", "testdata", "demo")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	archive := &txtar.Archive{Comment: []byte("Made from testdata/demo: go test ./cmd/ctxfix -run DemoArchive -update\n\n")}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		archive.Files = append(archive.Files, txtar.File{Name: e.Name(), Data: data})
	}
	want := txtar.Format(archive)
	if *update {
		if err := os.WriteFile("demo.txtar", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(demoArchive)); diff != "" {
		t.Errorf("demo.txtar is stale, run: go test ./cmd/ctxfix -run DemoArchive -update\n%s", diff)
	}
}

// TestDefectsOf asks that the table is understood: the demo explains each
// safe fix with a row of it.
func TestDefectsOf(t *testing.T) {
	safe := 0
	for _, d := range defectsOf(txtar.Parse(demoArchive)) {
		if d.fix == detect.Safe.String() {
			safe++
			if detect.Lookup(d.rule) == nil || d.function == "" || d.wrong == "" {
				t.Errorf("not understood: %+v", d)
			}
		}
	}
	if safe == 0 {
		t.Error("no safe fix is explained")
	}
}
