package changed

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/ctxfix/ctxfix/rewrite/emit"
)

// InPatch returns what a patch adds or changes: a diff whose new side is what
// the files are now. Its names are relative to the top of the git work tree
// around dir, or to dir.
func InPatch(patch []byte, dir string) (*Lines, error) {
	if bytes.HasPrefix(patch, []byte("\xff\xfe")) || bytes.HasPrefix(patch, []byte("\xfe\xff")) {
		return nil, errors.New("it is encoded in UTF-16: have git write it, with git diff --output=FILE")
	}
	if m := unprefixed(patch); m != "" {
		return nil, fmt.Errorf("it names %s without the prefixes a/ and b/: write it with git -c diff.noprefix=false diff", m)
	}
	files, _, err := gitdiff.Parse(bytes.NewReader(patch))
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "gitdiff: "))
	}
	if len(files) == 0 && len(bytes.TrimSpace(patch)) > 0 {
		return nil, errors.New("there is no diff in it")
	}
	lines := newLines()
	roots := []string{emit.Top(dir), dir}
	var missing []string
	for _, f := range files {
		if f.IsDelete {
			continue
		}
		path := find(roots, f.NewName)
		switch {
		case path == "":
			missing = append(missing, f.NewName)
		case lines.files[realPath(path)] != nil:
			return nil, fmt.Errorf("it changes %s twice: make one diff of all commits", f.NewName)
		default:
			lines.add(path, f)
		}
	}
	if len(missing) > 0 && len(lines.files) == 0 {
		return nil, fmt.Errorf("it has no file that is here; the first one is %s, as seen from %s", missing[0], roots[0])
	}
	return lines, nil
}

var gitHeader = regexp.MustCompile(`(?m)^diff --git (.+)\r?$`)

// unprefixed returns the name of a file that a diff of git gives without a
// prefix, where one is expected; or "".
func unprefixed(patch []byte) string {
	for _, m := range gitHeader.FindAllSubmatch(patch, -1) {
		names := string(m[1])
		if half := len(names) / 2; names[:half] == names[half+1:] && names[half] == ' ' {
			return names[:half]
		}
	}
	return ""
}

// find returns the path of the file that a patch calls name, or "". A plain
// diff, unlike that of git, is read with its prefixes.
func find(roots []string, name string) string {
	_, short, _ := strings.Cut(name, "/")
	for _, n := range []string{name, short} {
		for _, root := range roots {
			path := filepath.Join(root, filepath.FromSlash(n))
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				return path
			}
		}
	}
	return ""
}
