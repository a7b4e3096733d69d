package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
)

func main() {
	t := time.Now()
	prog, err := load.Load(context.Background(), load.Config{Dir: os.Args[1], Patterns: os.Args[3:], Tests: true})
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	fmt.Println("load", time.Since(t), len(prog.Packages))
	t = time.Now()
	opts := detect.Options{Strict: map[string]bool{}}
	var rules []*detect.Rule
	for _, n := range strings.Split(os.Args[2], ",") {
		rules = append(rules, detect.Lookup(n))
	}
	fs, kept := detect.Run(prog, prog.Packages, rules, opts)
	fmt.Println("detect", time.Since(t), len(fs), len(kept))
	for _, f := range fs {
		fmt.Printf("%s: %s (%s, %s): %s\n", prog.Fset.Position(f.Span.Pos), f.Message, f.Rule.Name, f.Safety, f.Because)
	}
	for _, k := range kept {
		fmt.Printf("%s: KEPT %s %s\n", prog.Fset.Position(k.Span.Pos), k.Region.Code(), k.Because)
	}
}
