package rewrite

import (
	"go/token"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// goroutine gives the literal of a go statement a parameter for each variable
// it captures, and the call the argument.
func goroutine(f *tree.File, ev *detect.Goroutine) error {
	for _, passed := range ev.Passed {
		for _, asked := range passed.Asked {
			if err := f.Replace(asked, dst.NewIdent(passed.Name)); err != nil {
				return err
			}
		}
	}
	if err := addParams(f, ev); err != nil {
		return err
	}
	for i, passed := range ev.Passed {
		arg, err := tree.Expr(passed.Arg)
		if err != nil {
			return err
		}
		if err := f.AddArg(ev.Call, i, arg); err != nil {
			return err
		}
	}
	for _, rebind := range ev.Rebinds {
		assign, err := tree.At[*dst.AssignStmt](f, rebind)
		if err != nil {
			return err
		}
		assign.Tok = token.ASSIGN
	}
	for _, add := range ev.Imports {
		if err := f.Import(add.Path, add.Name); err != nil {
			return err
		}
	}
	return nil
}

// addParams puts the new parameters first; neighbours of one type share it.
func addParams(f *tree.File, ev *detect.Goroutine) error {
	typ, err := tree.At[*dst.FuncType](f, ev.Lit.Type)
	if err != nil {
		return err
	}
	fields := 0
	for i, passed := range ev.Passed {
		if i > 0 && passed.Type == ev.Passed[i-1].Type {
			last := typ.Params.List[fields-1]
			last.Names = append(last.Names, dst.NewIdent(passed.Name))
			continue
		}
		param, err := tree.Expr(passed.Type)
		if err != nil {
			return err
		}
		if err := f.AddParam(ev.Lit.Type, i, passed.Name, param); err != nil {
			return err
		}
		fields++
	}
	return nil
}
