package emit

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func BenchmarkDiff(b *testing.B) {
	old := strings.Repeat("some line\nanother one\n\n", 500)
	lines := strings.SplitAfter(old, "\n")
	lines[700] = "one more\n"
	new := strings.Join(lines, "")
	for b.Loop() {
		if Diff([]byte(old), []byte(new), "a.go") == "" {
			b.Fatal("no difference")
		}
	}
}

// BenchmarkWrite writes a hundred files of 20 kB, and notes them in a journal.
func BenchmarkWrite(b *testing.B) {
	dir := b.TempDir()
	old, new := strings.Repeat("old\n", 5000), strings.Repeat("new\n", 5000)
	var there, back []Change
	for i := range 100 {
		path := filepath.Join(dir, fmt.Sprint(i, ".go"))
		put(b, path, old, 0o644)
		there = append(there, change(path, old, new))
		back = append(back, change(path, new, old))
	}
	journal := OpenJournal(b.TempDir(), dir, []string{"ctxfix", "-w"})
	for b.Loop() {
		if err := Write(there, journal); err != nil || journal.Err() != nil {
			b.Fatal(err, journal.Err())
		}
		there, back = back, there
	}
}
