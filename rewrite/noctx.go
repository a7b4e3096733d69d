package rewrite

import (
	"strings"

	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// noCtx makes a call one that takes a context.
func noCtx(f *tree.File, ev *detect.NoCtx) error {
	if err := makeRoom(f, ev); err != nil {
		return err
	}
	switch {
	case ev.Call == nil:
		return nil
	case ev.Stmts != nil:
		return inSteps(f, ev)
	case ev.Expr != "":
		return asExpr(f, ev)
	}
	return renameCall(f, ev)
}

// makeRoom changes what is around the call: parameters, imports, fields, the
// statement that is no longer needed.
func makeRoom(f *tree.File, ev *detect.NoCtx) error {
	if r := ev.Rename; r != nil {
		if err := f.NameParam(r.List, r.Field, r.Blank, r.Name); err != nil {
			return err
		}
	}
	for _, add := range ev.Imports {
		if err := f.Import(add.Path, add.Name); err != nil {
			return err
		}
	}
	for id, name := range ev.Fields {
		if err := f.Replace(id, dst.NewIdent(name)); err != nil {
			return err
		}
	}
	if ev.Lit != nil {
		typ, err := tree.Expr(ev.ParamType)
		if err != nil {
			return err
		}
		if err := f.AddParam(ev.Lit.Type, 0, ev.Param, typ); err != nil {
			return err
		}
	}
	if ev.Delete != nil {
		return f.Delete(ev.Delete)
	}
	return nil
}

// renameCall gives the called function its other name and the call arguments.
func renameCall(f *tree.File, ev *detect.NoCtx) error {
	name, err := tree.At[*dst.Ident](f, ev.Called)
	if err != nil {
		return err
	}
	name.Name = ev.Name
	first, err := tree.Expr(ev.First)
	if err != nil {
		return err
	}
	if err := f.AddArg(ev.Call, 0, first); err != nil {
		return err
	}
	for i, src := range ev.Last {
		arg, err := tree.Expr(src)
		if err != nil {
			return err
		}
		if err := f.AddArg(ev.Call, len(ev.Call.Args)+1+i, arg); err != nil {
			return err
		}
	}
	return nil
}

// asExpr puts the expression in the place of the call, with the old arguments.
func asExpr(f *tree.File, ev *detect.NoCtx) error {
	list, err := tree.Stmts("_ = " + ev.Expr)
	if err != nil {
		return err
	}
	holes, err := arguments(f, ev)
	if err != nil {
		return err
	}
	return f.Replace(ev.Call, tree.Fill(list, holes)[0].(*dst.AssignStmt).Rhs[0])
}

// inSteps puts the statements in the place of the one that holds the call.
func inSteps(f *tree.File, ev *detect.NoCtx) error {
	holes, err := arguments(f, ev)
	if err != nil {
		return err
	}
	var steps []dst.Stmt
	for _, step := range ev.Stmts {
		if step.Copy != nil {
			stmt, err := tree.At[dst.Stmt](f, step.Copy)
			if err != nil {
				return err
			}
			twin := dst.Clone(stmt).(dst.Stmt)
			decs := twin.Decorations()
			decs.Before, decs.Start, decs.End = dst.NewLine, nil, nil // set apart from what follows as the first is
			steps = append(steps, twin)
			continue
		}
		list, err := tree.Stmts(step.Src)
		if err != nil {
			return err
		}
		steps = append(steps, tree.Fill(list, holes)...)
	}
	return f.ReplaceStmt(ev.Stmt, steps...)
}

// arguments returns what stands in the holes of the evidence's source: the
// call's arguments, on one line as far as they can be.
func arguments(f *tree.File, ev *detect.NoCtx) (map[string]dst.Expr, error) {
	var src strings.Builder
	src.WriteString(ev.Expr)
	for _, step := range ev.Stmts {
		src.WriteString(step.Src)
	}
	holes := map[string]dst.Expr{}
	for i, arg := range ev.Call.Args {
		if !strings.Contains(src.String(), detect.Hole(i)) {
			continue
		}
		x, err := tree.At[dst.Expr](f, arg)
		if err != nil {
			return nil, err
		}
		x.Decorations().Before, x.Decorations().After = dst.None, dst.None
		holes[detect.Hole(i)] = x
	}
	return holes, nil
}
