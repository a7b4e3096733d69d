// Load reads the packages it is given, with syntax and types, and does nothing
// with them: what every tool that looks at types has to do first.
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	source := flag.Bool("source", false, "read what is imported from source, too, without the bodies of functions")
	flag.Parse()
	if err := load(*source, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func load(source bool, patterns []string) error {
	cfg := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo |
			packages.NeedModule | packages.NeedForTest,
		Tests: true,
	}
	if source {
		here, err := os.Getwd()
		if err != nil {
			return err
		}
		cfg.Mode |= packages.NeedDeps
		cfg.ParseFile = func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
			return parse(fset, name, src, strings.HasPrefix(name, here+string(filepath.Separator)))
		}
	}
	roots, err := packages.Load(cfg, patterns...)
	if err == nil && len(roots) == 0 {
		err = fmt.Errorf("%s: no packages", strings.Join(patterns, " "))
	}
	return err
}

// parse parses a file, with the bodies of its functions or without.
func parse(fset *token.FileSet, name string, src []byte, bodies bool) (*ast.File, error) {
	file, err := parser.ParseFile(fset, name, src, parser.AllErrors|parser.ParseComments)
	if file == nil || bodies {
		return file, err
	}
	for _, decl := range file.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			fn.Body = nil
		}
	}
	return file, err
}
