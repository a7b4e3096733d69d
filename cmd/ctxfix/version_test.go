package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"testing"
)

func TestVersionLine(t *testing.T) {
	installed := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Path: "github.com/ctxfix/ctxfix", Version: "v1.2.3"}}
	installed.Settings = []debug.BuildSetting{{Key: "GOOS", Value: "linux"}, {Key: "GOARCH", Value: "arm64"}}
	built := *installed
	built.Main.Version = ""
	built.Settings = append(built.Settings, debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef"}, debug.BuildSetting{Key: "vcs.modified", Value: "true"})
	for _, c := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{installed, "ctxfix v1.2.3 github.com/ctxfix/ctxfix go1.26.8 linux/arm64"},
		{&built, "ctxfix (devel) github.com/ctxfix/ctxfix 0123456789ab modified go1.26.8 linux/arm64"},
	} {
		if got := versionLine(c.info, true); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestVersionOfBuild builds ctxfix as people do.
func TestVersionOfBuild(t *testing.T) {
	line := regexp.MustCompile(`^ctxfix \S+ github\.com/ctxfix/ctxfix( [0-9a-f]{12}( modified)?)? go1\.\S+ \w+/\w+\n$`)
	program := filepath.Join(t.TempDir(), "ctxfix")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, command := range [][]string{{program, "-version"}, {"go", "run", ".", "-version"}} {
		out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
		if err != nil || !line.Match(out) {
			t.Errorf("%v: %v, %q", command, err, out)
		}
	}
}
