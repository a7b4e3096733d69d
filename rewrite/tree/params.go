package tree

import (
	"go/ast"
	"slices"

	"github.com/dave/dst"
)

// AddParam adds the parameter "name typ" to a function type, so that it is
// parameter number index, counting from 0. Parameters without names become
// "_" when name is not empty; name "" is right only if there are none with
// names.
func (f *File) AddParam(typ *ast.FuncType, index int, name string, param dst.Expr) (err error) {
	defer f.guard(typ, "adding a parameter", &err)
	d, err := At[*dst.FuncType](f, typ)
	if err != nil {
		return err
	}
	if err := f.fresh(typ, nil, param); err != nil {
		return err
	}
	list := d.Params.List
	at, inside := fieldAt(list, index)
	switch {
	case at < 0:
		return f.errorf(typ, "there is no parameter %d to add one before", index)
	case at > 0 && isVariadic(list[at-1]):
		return f.errorf(typ, "nothing can follow the variadic parameter")
	case inside > 0 && hasComment(flat(comments(list[at]))):
		return f.errorf(typ, "a comment stands between the parameters to part")
	case name == "" && len(list) > 0 && len(list[0].Names) > 0:
		name = "_"
	}
	if inside > 0 {
		list = split(list, at, inside)
		at++
	}
	field := &dst.Field{Type: param}
	if name != "" {
		field.Names = []*dst.Ident{dst.NewIdent(name)}
		for _, other := range list {
			if len(other.Names) == 0 {
				other.Names = []*dst.Ident{dst.NewIdent("_")}
			}
		}
	}
	layOut(asNodes(list), at, field)
	d.Params.List = splice(list, at, 0, []*dst.Field{field})
	return nil
}

// fieldAt finds the field that parameter number index is in, and how many
// names of that field stand before it; -1 if there is none.
func fieldAt(list []*dst.Field, index int) (at, inside int) {
	for i, field := range list {
		if index < 0 {
			break
		}
		n := max(len(field.Names), 1)
		if index < n {
			return i, index
		}
		index -= n
	}
	if index == 0 {
		return len(list), 0
	}
	return -1, 0
}

// split parts the field at index at after its first n names.
func split(list []*dst.Field, at, n int) []*dst.Field {
	head := list[at]
	tail := dst.Clone(head).(*dst.Field)
	head.Names, tail.Names = head.Names[:n:n], append([]*dst.Ident(nil), head.Names[n:]...)
	tail.Decs.Before, head.Decs.After = dst.None, dst.None
	return splice(list, at+1, 0, []*dst.Field{tail})
}

func isVariadic(field *dst.Field) bool {
	_, ok := field.Type.(*dst.Ellipsis)
	return ok
}

func flat(counts map[string]int) []string {
	var out []string
	for c := range counts {
		out = append(out, c)
	}
	return out
}

// layOut gives node the line breaks that fit between the others in a list of
// parameters or arguments where it will have the given index.
func layOut(others []dst.Node, index int, node dst.Node) {
	d := node.Decorations()
	d.Before, d.After = dst.None, dst.None
	if len(others) == 0 {
		return
	}
	first := others[0].Decorations()
	stacked := first.Before != dst.None
	for _, o := range others[1:] {
		stacked = stacked && o.Decorations().Before != dst.None
	}
	switch {
	case stacked:
		d.Before, d.After = dst.NewLine, dst.NewLine
		if index == len(others) {
			last := others[index-1].Decorations()
			d.After, last.After = last.After, dst.NewLine
		}
	case index == 0:
		d.Before, first.Before = first.Before, dst.None
	case index == len(others):
		last := others[index-1].Decorations()
		d.After, last.After = last.After, dst.None
	}
}

// AddArg adds an argument to call, so that it is argument number index,
// counting from 0.
func (f *File) AddArg(call *ast.CallExpr, index int, arg dst.Expr) (err error) {
	defer f.guard(call, "adding an argument", &err)
	d, err := At[*dst.CallExpr](f, call)
	if err != nil {
		return err
	}
	if err := f.fresh(call, nil, arg); err != nil {
		return err
	}
	switch {
	case index < 0 || index > len(d.Args):
		return f.errorf(call, "there is no argument %d to add one before", index)
	case d.Ellipsis && index == len(d.Args):
		return f.errorf(call, "nothing can follow the spread argument")
	}
	layOut(asNodes(d.Args), index, arg)
	d.Args = splice(d.Args, index, 0, []dst.Expr{arg})
	return nil
}

// NameParam gives a parameter a name: the given blank one of a field with
// names, or a field of a list without names, whose other fields become "_".
func (f *File) NameParam(list *ast.FieldList, field *ast.Field, blank *ast.Ident, name string) (err error) {
	defer f.guard(field, "naming a parameter", &err)
	if blank != nil {
		id, err := At[*dst.Ident](f, blank)
		if err != nil {
			return err
		}
		if id.Name != "_" {
			return f.errorf(blank, "the parameter is named %s already", id.Name)
		}
		id.Name = name
		return nil
	}
	d, err := At[*dst.FieldList](f, list)
	if err != nil {
		return err
	}
	target, err := At[*dst.Field](f, field)
	if err != nil {
		return err
	}
	switch {
	case len(target.Names) == 1 && target.Names[0].Name == "_":
		target.Names[0].Name = name
		return nil
	case len(target.Names) > 0:
		return f.errorf(field, "the parameter has a name already")
	case !slices.Contains(d.List, target):
		return f.errorf(field, "the parameter is not in the list given")
	}
	for _, other := range d.List {
		other.Names = []*dst.Ident{dst.NewIdent("_")}
	}
	target.Names[0].Name = name
	return nil
}
