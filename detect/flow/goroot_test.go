package flow_test

import (
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain tells go/importer where the standard library is: a test that was
// built with -trimpath does not know.
func TestMain(m *testing.M) {
	if build.Default.GOROOT == "" {
		root, err := exec.Command("go", "env", "GOROOT").Output()
		if err != nil {
			fmt.Fprintln(os.Stderr, "go env GOROOT:", err)
			os.Exit(1)
		}
		build.Default.GOROOT = strings.TrimSpace(string(root))
	}
	os.Exit(m.Run())
}
