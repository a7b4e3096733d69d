package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
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
