package load

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ByModule divides cfg by the modules that its file operands belong to, since
// one run of the go command loads the packages of one module or workspace. The
// first part, if there is anything for it, has the packages and the files of
// the module around cfg.Dir; in the others the operands are absolute. Files
// that are of no module stay in the first, which says so when it is loaded.
func ByModule(cfg Config) []Config {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return []Config{cfg}
	}
	own := moduleRoot(realPath(dir))
	first, others := cfg, map[string]*Config{}
	first.Patterns = nil
	var roots []string
	for _, op := range cfg.Patterns {
		path := op
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		root := moduleRoot(realPath(filepath.Dir(path)))
		if !strings.HasSuffix(op, ".go") || root == own || root == "" {
			first.Patterns = append(first.Patterns, op)
			continue
		}
		if others[root] == nil {
			part := cfg
			part.Dir, part.Patterns = root, nil
			others[root] = &part
			roots = append(roots, root)
		}
		others[root].Patterns = append(others[root].Patterns, path)
	}
	var parts []Config
	if len(first.Patterns) > 0 || len(roots) == 0 {
		parts = append(parts, first)
	}
	slices.Sort(roots)
	for _, root := range roots {
		parts = append(parts, *others[root])
	}
	return parts
}

// moduleRoot returns the folder of the go.mod at or above dir, or "".
func moduleRoot(dir string) string {
	for {
		if info, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && !info.IsDir() {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}
