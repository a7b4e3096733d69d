package changed

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzInPatch reads any patch.
func FuzzInPatch(f *testing.F) {
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte("package p\n"), 0o666); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		"diff --git a/a.go b/a.go\n--- a/a.go\n+++ b/a.go\n@@ -1 +1,2 @@\n-package q\n+package p\n+\n",
		"--- a.go\n+++ a.go\n@@ -0,0 +1 @@\n+package p\n", "diff --git a/../../x b/../../x\nnew file mode 100644\n--- /dev/null\n+++ b/../../x\n@@ -0,0 +1 @@\n+a\n",
		"diff --git \"a/\\303\\244\" \"b/\\303\\244\"\n", "GIT binary patch\nliteral 0\n", "\xff\xfea", "@@ -1,9999999999 +1 @@\n",
		"diff --git a/a.go b/b.go\nsimilarity index 90%\nrename from a.go\nrename to b.go\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, patch []byte) {
		lines, err := InPatch(patch, dir)
		if (lines == nil) == (err == nil) {
			t.Fatalf("%v and %v", lines, err)
		}
		if err != nil {
			return
		}
		for path := range lines.files {
			if rel, err := filepath.Rel(realPath(dir), path); err != nil || !filepath.IsLocal(rel) {
				t.Fatalf("%s is outside of %s", path, dir)
			}
		}
	})
}
