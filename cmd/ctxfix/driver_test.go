//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestNoDriver: a program that go/packages takes for a driver, by its name in
// PATH or by a variable, is run by it, and not by ctxfix.
func TestNoDriver(t *testing.T) {
	isolateCache(t)
	dir, bin, mark := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "mark")
	lay(t, dir, map[string]string{"go.mod": "module example.com/p\n\ngo 1.26\n", "a.go": "package p\n"})
	driver := filepath.Join(bin, "gopackagesdriver")
	if err := os.WriteFile(driver, []byte("#!/bin/sh\necho ran >'"+mark+"'\nexit 1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, env := range map[string][]string{
		"PATH":     {"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "GOPACKAGESDRIVER="},
		"variable": {"GOPACKAGESDRIVER=" + driver},
	} {
		t.Run(name, func(t *testing.T) {
			for _, v := range env {
				key, value, _ := strings.Cut(v, "=")
				t.Setenv(key, value)
			}
			ran := func() bool {
				err := os.Remove(mark)
				return err == nil
			}
			packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName}, ".") // fails as the driver does
			if !ran() {
				t.Fatal("go/packages does not run the driver: this shows nothing")
			}
			for _, flags := range [][]string{nil, {"-untrusted"}, {"-load", "source"}, {"-untrusted", "-w"}} {
				out, err := ctxfix(t, t.TempDir(), append([]string{"-C", dir}, flags...)...).CombinedOutput()
				if err != nil || ran() {
					t.Errorf("%q: the driver was run, or %v: %s", flags, err, out)
				}
			}
		})
	}
}
