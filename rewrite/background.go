package rewrite

import (
	"github.com/dave/dst"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// background puts the live context in the place of a fresh root.
func background(f *tree.File, ev *detect.Background) error {
	if r := ev.Rename; r != nil {
		if err := f.NameParam(r.List, r.Field, r.Blank, r.Name); err != nil {
			return err
		}
	}
	switch {
	case ev.Pass != nil:
		return passIn(f, ev.Pass)
	case ev.Delete != nil:
		return f.Delete(ev.Delete)
	}
	with, err := tree.Expr(ev.With)
	if err != nil {
		return err
	}
	return f.Replace(ev.Root, with)
}

// passIn gives a goroutine's literal the context as its first parameter.
func passIn(f *tree.File, p *detect.PassIn) error {
	typ, err := tree.Expr(p.Type)
	if err != nil {
		return err
	}
	arg, err := tree.Expr(p.Arg)
	if err != nil {
		return err
	}
	for _, root := range p.Roots {
		if err := f.Replace(root, dst.NewIdent(p.Name)); err != nil {
			return err
		}
	}
	if err := f.AddParam(p.Lit.Type, 0, p.Name, typ); err != nil {
		return err
	}
	return f.AddArg(p.Call, 0, arg)
}
