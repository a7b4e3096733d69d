package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version returns the version of ctxfix and of what it was built with.
func version() string {
	v := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	return fmt.Sprintf("ctxfix %s %s %s/%s", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
