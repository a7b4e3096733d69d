package cache

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/cache"
)

// TestShrink asks that the oldest entries go, until half of the limit is free.
func TestShrink(t *testing.T) {
	dir := t.TempDir()
	c, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for i := range 10 {
		id := cache.ActionID{byte(i)}
		if err := c.store.PutBytes(id, make([]byte, 1000+i)); err != nil {
			t.Fatal(err)
		}
		file, _, err := c.store.GetFile(id)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
		age := time.Now().Add(time.Duration(i-20) * time.Minute)
		if err := os.Chtimes(file, age, age); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "trim.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := shrink(dir, 1<<20); err != nil || !exists(files[0]) {
		t.Errorf("below the limit: %v, the oldest is there: %t", err, exists(files[0]))
	}
	if err := shrink(dir, 10000); err != nil {
		t.Error(err)
	}
	if exists(files[0]) || !exists(files[9]) || !exists(filepath.Join(dir, "trim.txt")) {
		t.Errorf("the oldest is there: %t, the newest: %t", exists(files[0]), exists(files[9]))
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// TestTrim asks that entries go that were not asked for in days, and that this
// is looked at once a day.
func TestTrim(t *testing.T) {
	c, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	put := func(n byte) string {
		if err := c.store.PutBytes(cache.ActionID{n}, []byte{n}); err != nil {
			t.Fatal(err)
		}
		file, _, err := c.store.GetFile(cache.ActionID{n})
		if err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-6 * 24 * time.Hour)
		if err := os.Chtimes(file, old, old); err != nil {
			t.Fatal(err)
		}
		return file
	}
	first := put(1)
	if err := c.Trim(1 << 20); err != nil || exists(first) {
		t.Errorf("%v; what is old is there: %t", err, exists(first))
	}
	second := put(2)
	if err := c.Trim(0); err != nil || !exists(second) {
		t.Errorf("%v; it was looked at twice", err)
	}
}
