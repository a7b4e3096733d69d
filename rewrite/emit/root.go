package emit

import (
	"os"
	"path/filepath"
)

// Root returns the folder whose runs share a journal and a lock: around dir,
// a real path, that of the go.work file, without one that of the go.mod file,
// without either dir itself. gowork is the value of GOWORK.
func Root(dir, gowork string) string {
	if filepath.IsAbs(gowork) {
		if real, err := filepath.EvalSymlinks(filepath.Dir(gowork)); err == nil {
			return real
		}
	}
	if gowork != "off" {
		if at := holder(dir, "go.work"); at != "" {
			return at
		}
	}
	if at := holder(dir, "go.mod"); at != "" {
		return at
	}
	return dir
}

// holder returns dir or the nearest folder above it with a file of that name.
func holder(dir, name string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if info, err := os.Stat(filepath.Join(at, name)); err == nil && !info.IsDir() {
			return at
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}
