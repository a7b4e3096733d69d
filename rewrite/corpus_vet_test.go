//go:build corpus

package rewrite_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ctxfix/ctxfix/rewrite"
)

// platforms are those that changed files are compiled for, besides the one the
// rules saw: a file that builds elsewhere too must still do so.
var platforms = []string{"windows", "darwin"}

// checkOnDisk holds what the trials write, once it is on disk, to what the go
// command says about the tree as it was.
func (c corpus) checkOnDisk(t *testing.T, was *tree, trials []trial) {
	dirs := changedDirs(trials...)
	if len(dirs) == 0 {
		t.Logf("%s: nothing is written, nothing to vet", c.name)
		return
	}
	whole, changed := c.vetted(was, dirs)
	start := time.Now()
	said := c.vet(t, "", whole)
	saidOn := map[string][]string{}
	for _, goos := range platforms {
		saidOn[goos] = c.onPlatform(t, goos, trials...)
	}
	t.Logf("%s: vetted as it was in %v: %d findings", c.name, since(start), len(said))
	for i, tr := range trials {
		if len(tr.edits) == 0 || i > 0 && sameEdits(tr, trials[i-1]) {
			continue
		}
		tr.onDisk(t, func() {
			start := time.Now()
			patterns, what := whole, "all packages"
			if c.goroot != "" && i < len(trials)-1 { // what the widest mode writes makes the go command compile nearly everything
				patterns, what = c.there(changed), "the changed packages"
			}
			tr.noWorse(t, "go vet", said, c.vet(t, "", patterns))
			for _, goos := range platforms {
				tr.noWorse(t, "GOOS="+goos, saidOn[goos], c.onPlatform(t, goos, tr))
			}
			vetted := since(start)
			start = time.Now()
			tr.checkReload(t, was)
			t.Logf("%s: %s vetted in %v, all reloaded and looked at in %v", tr, what, vetted, since(start))
		})
	}
}

func sameEdits(a, b trial) bool {
	return slices.EqualFunc(a.edits, b.edits, func(a, b rewrite.Edit) bool {
		return a.Path == b.Path && bytes.Equal(a.New, b.New)
	})
}

// vetted returns the patterns of what go vet can look at, in the whole tree
// and among dirs: it looks at nothing if one package cannot be loaded.
func (c corpus) vetted(was *tree, dirs []string) (whole, changed []string) {
	if len(was.broken) == 0 {
		return c.patterns, dirs
	}
	broken := func(dir string) bool { return was.broken[dir] }
	return slices.DeleteFunc(slices.Clone(was.dirs), broken), slices.DeleteFunc(slices.Clone(dirs), broken)
}

// there returns those of the folders that are there: a fix may make a package.
func (c corpus) there(dirs []string) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		_, err := os.Stat(filepath.Join(c.dir, dir))
		return err != nil
	})
}

// noWorse asks that after has no finding more often than before. One that
// comes with a file that was not there counts as well.
func (tr trial) noWorse(t *testing.T, what string, before, after []string) {
	_, added := difference(before, after)
	for _, line := range added {
		t.Errorf("%s: %s says what it did not say before: %s", tr, what, line)
	}
}

// onPlatform vets and builds the packages whose changed files are compiled
// for goos, too.
func (c corpus) onPlatform(t *testing.T, goos string, trials ...trial) []string {
	if goos == runtime.GOOS {
		return nil
	}
	dirs, built := c.compiledFor(t, goos, trials)
	if len(dirs) == 0 {
		return nil
	}
	found := c.vet(t, goos, dirs)
	if len(built) > 0 {
		found = append(found, c.goSays(t, goos, append([]string{"build", "-o", os.DevNull}, built...)...)...)
	}
	return found
}

// compiledFor returns the folders with changed files that goos compiles, and
// those where they are not only tests.
func (c corpus) compiledFor(t *testing.T, goos string, trials []trial) (dirs, built []string) {
	const format = `{{$dir := .Dir}}{{range .GoFiles}}{{$dir}}/{{.}}
{{end}}{{range .TestGoFiles}}{{$dir}}/{{.}}
{{end}}{{range .XTestGoFiles}}{{$dir}}/{{.}}
{{end}}`
	cmd := c.goCommand(t, goos, append([]string{"list", "-e", "-f", format}, c.there(changedDirs(trials...))...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v: %v", c.name, cmd, err)
	}
	files := strings.Split(filepath.ToSlash(string(out)), "\n")
	for _, tr := range trials {
		for _, e := range tr.edits {
			if !slices.Contains(files, filepath.ToSlash(e.Path)) {
				continue
			}
			dir := "./" + c.rel(filepath.Dir(e.Path))
			if dirs = append(dirs, dir); !strings.HasSuffix(e.Path, "_test.go") {
				built = append(built, dir)
			}
		}
	}
	return unique(dirs), unique(built)
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func (c corpus) vet(t *testing.T, goos string, patterns []string) []string {
	return c.goSays(t, goos, append([]string{"vet"}, patterns...)...)
}

func (c corpus) goCommand(t *testing.T, goos string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = c.dir
	cmd.Env = os.Environ()
	if goos != "" {
		cmd.Env = append(cmd.Env, "GOOS="+goos, "CGO_ENABLED=0")
	}
	return cmd
}

var (
	position = regexp.MustCompile(`\.go:\d+(:\d+)?`)
	lineIn   = regexp.MustCompile(`\bline \d+`)
)

// goSays runs a go command and returns its findings, each as a file and a
// message without line numbers, sorted. Complaints that are of no file end the
// test: the command has then not done what it is for.
func (c corpus) goSays(t *testing.T, goos string, args ...string) []string {
	cmd := c.goCommand(t, goos, args...)
	out, err := cmd.CombinedOutput()
	if len(out) == 0 && err != nil {
		t.Fatalf("%s: %v: %v", c.name, cmd, err)
	}
	var found []string
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", strings.HasPrefix(line, "# "), strings.HasPrefix(line, "go: downloading "):
		case !position.MatchString(line):
			t.Errorf("%s: %v: %s", c.name, cmd, line)
		default:
			line = strings.TrimPrefix(strings.TrimPrefix(line, "vet: "), "./")
			found = append(found, lineIn.ReplaceAllString(position.ReplaceAllString(line, ".go"), "line"))
		}
	}
	slices.Sort(found)
	return found
}
