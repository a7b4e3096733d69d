// Package cache keeps what was found in packages, so that those which did not
// change, and import nothing that did, need not be looked at again.
//
// An entry is found by a key of everything it depends on: the content of the
// package's files and of those of the packages of the run that it imports, the
// export data of all others, the settings, and the build of ctxfix. So no entry
// is ever out of date; it is just not asked for any more, and goes in time.
package cache

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/rogpeppe/go-internal/cache"
	"golang.org/x/tools/go/packages"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

// A Cache serves one run over one module or workspace.
type Cache struct {
	// Settings is what the findings depend on besides the code: see [Settings].
	Settings string
	// Mends says that fixes from Threshold on are made: then either all
	// packages are known, and none has such a fix, or all are looked at.
	Mends     bool
	Threshold detect.Safety
	// FilesNamed says that the run is about some files of its packages.
	FilesNamed bool

	dir   string
	store *cache.Cache

	whole bool // all packages are loaded

	mu      sync.Mutex
	keys    *keys
	roots   map[string]*packages.Package // by ID
	entries map[string]*entry            // by ID: those that count
}

// Open opens the cache in the folder dir, and makes it.
func Open(dir string) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	store, err := cache.Open(dir)
	if err != nil {
		return nil, err
	}
	return &Cache{dir: dir, store: store}, nil
}

// Known returns the packages of which all is known: see [load.Config].
func (c *Cache) Known(listing *load.Listing) map[string]load.Known {
	keys, err := newKeys(listing, c.Settings)
	if err != nil {
		return nil
	}
	c.keys, c.roots, c.entries = keys, map[string]*packages.Package{}, map[string]*entry{}
	entries, whole := map[string]*entry{}, c.whole
	for _, p := range listing.Roots {
		c.roots[p.ID] = p
		if e := c.entry(keys.of(p)); e != nil {
			entries[p.ID] = e
			continue
		}
		whole = whole || c.asksForAll(p)
	}
	if c.Mends && !c.settled(entries) {
		return nil
	}
	c.entries = entries
	if whole {
		return nil
	}
	known := map[string]load.Known{}
	for id, e := range entries {
		known[id] = load.Known{Locked: e.Locked}
	}
	return known
}

// settled reports whether all packages are known and nothing is to be mended.
func (c *Cache) settled(entries map[string]*entry) bool {
	for id := range c.roots {
		if e := entries[id]; e == nil || e.fixable(c.Threshold) {
			return false
		}
	}
	return true
}

// entry returns the entry of a key if it holds, else nil.
func (c *Cache) entry(k key) *entry {
	if k == (key{}) {
		return nil
	}
	data, _, err := c.store.GetBytes(cache.ActionID(k))
	if err != nil {
		return nil
	}
	e := new(entry)
	if json.Unmarshal(data, e) != nil {
		return nil
	}
	if e.Whole != "" && (c.FilesNamed || e.Whole != c.keys.all().String()) {
		return nil
	}
	return e
}

// asksForAll reports whether a rule asked about all packages when it looked at
// the root last. Then it will again, and all are better loaded at once.
func (c *Cache) asksForAll(root *packages.Package) bool {
	_, err := c.store.Get(c.hint(root))
	return err == nil
}

func (c *Cache) hint(root *packages.Package) cache.ActionID {
	return sha256.Sum256(fmt.Appendf(nil, "asks for all: %q %q", root.ID, c.Settings))
}

// LoadAll has all packages loaded from now on. What is known need not be looked
// at all the same.
func (c *Cache) LoadAll() {
	c.whole, c.keys, c.roots, c.entries = true, nil, nil, nil
}

// Recall returns what was found in the package: see [detect.Memory].
func (c *Cache) Recall(prog *load.Program, pkg *load.Package) ([]detect.Finding, []detect.Kept, bool) {
	e := c.entries[pkg.ID]
	if e == nil {
		return nil, nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	found, kept, err := decode(e, prog, pkg)
	return found, kept, err == nil
}

// Remember takes what was found in the package: see [detect.Memory]. What
// cannot be kept is found again next time.
func (c *Cache) Remember(prog *load.Program, pkg *load.Package, found []detect.Finding, kept []detect.Kept, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	root := c.roots[pkg.ID]
	if root == nil || whole && c.FilesNamed {
		return
	}
	k := c.keys.of(root)
	if k == (key{}) {
		return
	}
	all := ""
	if whole {
		all = c.keys.all().String()
		_ = c.store.PutBytes(c.hint(root), []byte("all"))
	}
	data, err := encode(prog, pkg, found, kept, all)
	if err == nil {
		_ = c.store.PutBytes(cache.ActionID(k), data)
	}
}

// Trim removes what was not asked for in days and, should the rest take more
// than limit bytes, what was not asked for longest. It does so once a day.
func (c *Cache) Trim(limit int64) error {
	done := filepath.Join(c.dir, "trim.txt")
	before, _ := os.Stat(done)
	if err := c.store.Trim(); err != nil {
		return err
	}
	after, err := os.Stat(done)
	if err != nil || before != nil && before.ModTime().Equal(after.ModTime()) {
		return err
	}
	return shrink(c.dir, limit)
}

// shrink removes the oldest entries in dir until they take half of the limit, if
// they take more than that.
func shrink(dir string, limit int64) error {
	var size int64
	var entries []os.FileInfo
	paths := map[os.FileInfo]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Dir(path) == dir {
			return err
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
			entries, paths[info] = append(entries, info), path
		}
		return nil
	})
	if err != nil || size <= limit {
		return err
	}
	slices.SortFunc(entries, func(a, b os.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, info := range entries {
		if size <= limit/2 {
			break
		}
		size -= info.Size()
		_ = os.Remove(paths[info]) // another run may have been quicker
	}
	return nil
}
