package detect

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// fingerprint sets the fingerprint of findings of one rule in one package: a
// hash of the rule, the file by its import path, the declaration and the text
// of the line, and of the number of such findings before it. It holds when
// lines move and other findings come and go; messages and reasons are no part
// of it, so that they can be put better.
func fingerprint(fset *token.FileSet, findings []Finding) {
	order := make([]int, len(findings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return int(findings[i].Span.Pos) - int(findings[j].Span.Pos) })
	same := map[string]int{}
	for _, i := range order {
		f := &findings[i]
		if f.File == nil {
			continue
		}
		name := path.Join(strings.TrimSuffix(f.Package.PkgPath, "_test"), filepath.Base(f.File.Path))
		text := line(f.File.Bytes, fset.PositionFor(f.Span.Pos, false).Offset)
		key := strings.Join([]string{f.Rule.Name, name, Decl(f.File.Syntax, f.Span), text}, "\n")
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d", key, same[key]))
		same[key]++
		f.Fingerprint = hex.EncodeToString(sum[:16])
	}
}

// line returns the line that holds the offset, its words apart by one space.
func line(src []byte, offset int) string {
	offset = min(offset, len(src))
	start := bytes.LastIndexByte(src[:offset], '\n') + 1
	text, _, _ := bytes.Cut(src[start:], []byte("\n"))
	return string(bytes.Join(bytes.Fields(text), []byte(" ")))
}
