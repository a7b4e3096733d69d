package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// version returns the version of ctxfix and of what it was built with.
func version() string {
	return fmt.Sprintf("ctxfix %s %s %s/%s", release(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// release returns the version of ctxfix, "(devel)" if it is not of a release.
func release() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// versionLine returns what -version prints: the version, the module, the
// commit it was built from if that is known, and what it was built with.
func versionLine(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return version()
	}
	setting := make(map[string]string)
	for _, s := range info.Settings {
		setting[s.Key] = s.Value
	}
	words := []string{"ctxfix", cmp.Or(info.Main.Version, "(devel)"), cmp.Or(info.Main.Path, "github.com/ctxfix/ctxfix")}
	if revision := setting["vcs.revision"]; revision != "" {
		words = append(words, revision[:min(12, len(revision))])
	}
	if setting["vcs.modified"] == "true" {
		words = append(words, "modified")
	}
	platform := cmp.Or(setting["GOOS"], runtime.GOOS) + "/" + cmp.Or(setting["GOARCH"], runtime.GOARCH)
	return strings.Join(append(words, cmp.Or(info.GoVersion, runtime.Version()), platform), " ")
}
