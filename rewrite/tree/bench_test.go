package tree

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// edited is a file of this package, one statement taken out of each function, as
// it is formatted, and with another layout.
func edited(b *testing.B, layout func(string) string) *File {
	b.Helper()
	text, err := os.ReadFile("imports.go")
	if err != nil {
		b.Fatal(err)
	}
	src := []byte(layout(string(text)))
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, "imports.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		b.Fatal(err)
	}
	f, err := Decorate(fset, syntax, src)
	if err != nil {
		b.Fatal(err)
	}
	for _, decl := range syntax.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			if err := f.Delete(fn.Body.List[0]); err != nil {
				b.Fatal(err)
			}
		}
	}
	return f
}

func asIs(text string) string { return text }

// spaced has an empty line behind each brace, which gofmt takes away.
func spaced(text string) string { return strings.ReplaceAll(text, "{\n", "{\n\n") }

func BenchmarkDecorate(b *testing.B) {
	f := edited(b, asIs)
	for b.Loop() {
		if _, err := Decorate(f.fset, f.syntax, f.src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRestore(b *testing.B) {
	f := edited(b, asIs)
	for b.Loop() {
		if _, err := f.restore(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBytes restores a file and compares it with what it was; where it is
// not formatted, its layout is kept around what changed.
func BenchmarkBytes(b *testing.B) {
	for name, layout := range map[string]func(string) string{"formatted": asIs, "spliced": spaced} {
		b.Run(name, func(b *testing.B) {
			f := edited(b, layout)
			for b.Loop() {
				if _, err := f.Bytes(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
