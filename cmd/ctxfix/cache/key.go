package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/packages"

	"github.com/ctxfix/ctxfix/detect/load"
)

// A key stands for all that what is found in a package depends on. The zero
// key is that of nothing.
type key [sha256.Size]byte

// keys makes those of the packages of a run.
type keys struct {
	listing  *load.Listing
	settings string
	own      map[string]key // by ID of a root: its files
	around   map[string]key // likewise: all files of its folder
	byPath   map[string][]*packages.Package
	known    map[*packages.Package]key
	whole    *key
}

func newKeys(listing *load.Listing, settings string) (*keys, error) {
	k := &keys{
		listing: listing, settings: settings,
		own: map[string]key{}, around: map[string]key{}, byPath: map[string][]*packages.Package{}, known: map[*packages.Package]key{},
	}
	own, around := make([]key, len(listing.Roots)), make([]key, len(listing.Roots))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range listing.Roots {
		group.Go(func() (err error) {
			own[i], err = k.files(p.CompiledGoFiles)
			around[i] = k.folder(p)
			return err
		})
	}
	err := group.Wait()
	for i, p := range listing.Roots {
		k.own[p.ID], k.around[p.ID] = own[i], around[i]
		k.byPath[p.PkgPath] = append(k.byPath[p.PkgPath], p)
	}
	return k, err
}

// files sums up files by name and content.
func (k *keys) files(names []string) (key, error) {
	h := sha256.New()
	for _, name := range names {
		src, err := k.listing.Read(name)
		if err != nil {
			return key{}, err
		}
		fmt.Fprintf(h, "file %q %x\n", name, sha256.Sum256(src))
	}
	return sum(h), nil
}

// folder sums up all Go files in the folder of a root: those of another build
// declare names, too, and which files cgo has made others of counts. What cannot
// be read declares nothing.
func (k *keys) folder(p *packages.Package) key {
	h := sha256.New()
	fmt.Fprintf(h, "of %q\n", p.GoFiles)
	if len(p.GoFiles) == 0 {
		return sum(h)
	}
	dir := filepath.Dir(p.GoFiles[0])
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".go" || !entry.Type().IsRegular() {
			continue
		}
		if file, err := k.files([]string{filepath.Join(dir, entry.Name())}); err == nil {
			fmt.Fprintf(h, "%x\n", file)
		}
	}
	return sum(h)
}

// of returns the key of a root; zero if there is none.
func (k *keys) of(root *packages.Package) key {
	content := k.content(root)
	if content == (key{}) {
		return key{}
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%x\n%x\n", k.settings, k.listing.Platform(), content, k.around[root.ID])
	if root.ForTest != "" { // what is tested, which need not be imported
		for _, p := range k.byPath[root.ForTest] {
			fmt.Fprintf(h, "tested %x\n", k.own[p.ID])
		}
	}
	return sum(h)
}

// content sums up a package and all that it imports.
func (k *keys) content(p *packages.Package) key {
	if known, ok := k.known[p]; ok {
		return known
	}
	k.known[p] = key{} // the packages of a cycle have none
	h := sha256.New()
	own, isRoot := k.own[p.ID]
	switch {
	case isRoot:
		fmt.Fprintf(h, "root %q %q %x\n", p.ID, p.ForTest, own)
	case p.PkgPath != "unsafe" && p.ExportFile == "":
		return key{}
	default: // the go command names the file by its content
		fmt.Fprintf(h, "package %q %q\n", p.ID, filepath.Base(p.ExportFile))
	}
	if m := p.Module; m != nil {
		fmt.Fprintf(h, "module %q %t %q %q\n", m.Path, m.Main, m.Dir, m.GoVersion)
	}
	paths := make([]string, 0, len(p.Imports))
	for path := range p.Imports {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for _, path := range paths {
		imported := k.content(p.Imports[path])
		if imported == (key{}) {
			return key{}
		}
		fmt.Fprintf(h, "import %q %x\n", path, imported)
	}
	k.known[p] = sum(h)
	return k.known[p]
}

// all returns the key of the program as a whole, with the files of the main
// modules that are no part of it.
func (k *keys) all() key {
	if k.whole != nil {
		return *k.whole
	}
	h := sha256.New()
	for _, p := range k.listing.Roots {
		fmt.Fprintf(h, "%q %x\n", p.ID, k.of(p))
	}
	k.listing.EachFile(func(path string, info os.FileInfo) {
		fmt.Fprintf(h, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
	})
	whole := sum(h)
	k.whole = &whole
	return whole
}

func sum(h hash.Hash) (k key) {
	h.Sum(k[:0])
	return k
}

func (k key) String() string { return hex.EncodeToString(k[:]) }

// Program says which build of ctxfix this is: its version and, as a build from
// a work tree has none of its own, the size and time of the executable. Empty
// if that cannot be said.
func Program(version string) string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", version, info.Size(), info.ModTime().UnixNano())
}

// Settings joins what else the findings depend on.
func Settings(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%q\n", fmt.Sprint(p))
	}
	return b.String()
}
