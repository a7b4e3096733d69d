package detect

import (
	_ "embed"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

//go:embed ctxfield.md
var ctxFieldPage string

var ctxFieldRule = &Rule{
	Name:   "ctxfield",
	Doc:    "a context kept in a struct",
	Page:   ctxFieldPage,
	Preset: Strict,
	Best:   Manual,
	Find:   findCtxField,
}

// findCtxField reports fields of context type, provided:
//   - the rule runs in full, and the struct type is declared at package level
//     in no test;
//   - the type is no context itself and stands for no single call: neither by
//     its name, nor because it gives its context away or goes through channels;
//   - no method that uses the field is fixed by an interface;
//   - no field beside it holds a cancel func: the context is the value's life.
func findCtxField(pass *Pass) []Finding {
	if !pass.Strict() {
		return nil
	}
	p := fieldFinder{pass}
	var found []Finding
	for _, file := range p.Files() {
		if p.Flow.IsTestFile(file.Syntax) {
			continue
		}
		for _, decl := range file.Syntax.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			for _, spec := range gen.Specs {
				found = append(found, p.fieldsOf(spec.(*ast.TypeSpec))...)
			}
		}
	}
	return found
}

// A fieldFinder is a pass that looks at struct types.
type fieldFinder struct{ *Pass }

// fieldsOf returns the findings among the fields of one struct type.
func (p fieldFinder) fieldsOf(spec *ast.TypeSpec) (found []Finding) {
	syntax, ok := spec.Type.(*ast.StructType)
	obj, named := p.Package.Info.Defs[spec.Name].(*types.TypeName)
	if !ok || !named || obj.Name() == "_" {
		return nil
	}
	t, ok := obj.Type().(*types.Named)
	if !ok {
		return nil
	}
	i := 0
	for _, field := range syntax.Fields.List {
		names := make([]ast.Node, 0, max(1, len(field.Names)))
		for _, name := range field.Names {
			names = append(names, name)
		}
		if len(names) == 0 {
			names = append(names, field.Type)
		}
		for _, n := range names {
			v := t.Underlying().(*types.Struct).Field(i)
			i++
			if !typed.IsContextInterface(v.Type()) || v.Name() == "_" {
				continue
			}
			// Have: type t struct { v context.Context }
			if why := p.right(t, v); why != "" {
				p.Kept = append(p.Kept, Kept{Rule: p.Rule, File: p.Package.FileOf(n.Pos()), Span: SpanOf(n), Because: why})
				continue
			}
			f := p.Finding(n, "%s.%s keeps a context beyond the call it belongs to", obj.Name(), v.Name())
			f.Lower(Manual, p.instead(t, v))
			found = append(found, f)
		}
	}
	return found
}

// right says why the field may be as it is, or "".
func (p fieldFinder) right(t *types.Named, v *types.Var) string {
	name := t.Obj().Name()
	switch {
	case typed.IsContext(types.NewPointer(t)) && (!v.Embedded() || p.servesAsContext(t)):
		return name + " is a context itself"
	case flow.IsRequest(name):
		return "by its name, " + name + " stands for one call"
	case hasContextAccess(t):
		return name + " gives its context away, as a request does"
	case p.sent(t):
		return name + " goes through a channel, and its context with it"
	}
	if cancel := cancelBeside(t); cancel != "" {
		return "it is the lifetime of " + name + ", which " + cancel + " ends"
	}
	for _, m := range p.usersOf(t, v) {
		if by := p.fixedBy(t, m); by != "" {
			return m.Name() + " uses it, whose parameters are those of " + by
		}
	}
	return ""
}

// servesAsContext reports whether t has a context method of its own, or a
// value of it is given to something that wants a context.
func (p fieldFinder) servesAsContext(t *types.Named) bool {
	for m := range t.Methods() {
		switch m.Name() {
		case "Deadline", "Done", "Err", "Value":
			return true
		}
	}
	serves := false
	for _, file := range p.Package.Files {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if ok && !serves && isOf(p.Package.Info.TypeOf(e), t) {
				expected := p.Flow.Expected(e)
				serves = expected != nil && typed.IsContextInterface(expected)
			}
			return !serves
		})
	}
	return serves
}

// isOf reports whether v is t, an instance of it, or a pointer to one.
func isOf(v types.Type, t *types.Named) bool {
	if v == nil {
		return false
	}
	named := typed.Named(v)
	return named != nil && named.Origin() == t
}

// hasContextAccess reports whether t has a method that returns its context, or
// takes one to make another value.
func hasContextAccess(t *types.Named) bool {
	for m := range t.Methods() {
		sig := m.Signature()
		switch {
		case sig.Results().Len() == 1 && sig.Params().Len() == 0 && typed.IsContextInterface(sig.Results().At(0).Type()):
			return true
		case strings.HasSuffix(m.Name(), "WithContext") || m.Name() == "SetContext":
			return true
		}
	}
	return false
}

// sent reports whether the package has channels of t.
func (p fieldFinder) sent(t *types.Named) bool {
	found := false
	for _, file := range p.Package.Files {
		ast.Inspect(file.Syntax, func(n ast.Node) bool {
			ch, ok := n.(*ast.ChanType)
			found = found || ok && isOf(p.Package.Info.TypeOf(ch.Value), t)
			return !found
		})
	}
	return found
}

// cancelBeside returns the field of t that holds a cancel func, or "".
func cancelBeside(t *types.Named) string {
	for f := range t.Underlying().(*types.Struct).Fields() {
		if typed.Is(f.Type(), "context", "CancelFunc") || typed.Is(f.Type(), "context", "CancelCauseFunc") {
			return f.Name()
		}
		name := strings.ToLower(f.Name())
		if _, ok := f.Type().Underlying().(*types.Signature); ok && (strings.Contains(name, "cancel") || strings.Contains(name, "stop")) {
			return f.Name()
		}
	}
	return ""
}

// usersOf returns the methods of t that mention the field, in order of name.
func (p fieldFinder) usersOf(t *types.Named, v *types.Var) (users []*types.Func) {
	for m := range t.Methods() {
		_, decl := p.Program.Decl(m)
		if decl == nil {
			continue
		}
		uses := false
		ast.Inspect(decl.Body, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if ok && !uses {
				used, isVar := p.Package.Info.Uses[id].(*types.Var)
				uses = isVar && used.Origin() == v
			}
			return !uses
		})
		if uses {
			users = append(users, m)
		}
	}
	slices.SortFunc(users, func(a, b *types.Func) int { return strings.Compare(a.Name(), b.Name()) })
	return users
}

// streams are methods by which others read and write step by step: their
// parameters are fixed wherever they occur.
var streams = []string{"Read", "Write", "Close", "Seek", "ReadAt", "WriteAt", "ReadFrom", "WriteTo", "Next", "Scan", "Recv", "Send", "Error", "String"}

// fixedBy names the interface that fixes the parameters of t's method m, or
// "". Only interfaces that this package sees count.
func (p fieldFinder) fixedBy(t *types.Named, m *types.Func) string {
	if slices.Contains(streams, m.Name()) {
		return "readers, writers and iterators"
	}
	if t.TypeParams().Len() > 0 {
		return ""
	}
	for _, pkg := range append([]*types.Package{p.Package.Types}, p.Package.Types.Imports()...) {
		for _, name := range pkg.Scope().Names() {
			obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || pkg != p.Package.Types && !obj.Exported() {
				continue
			}
			if iface, ok := obj.Type().Underlying().(*types.Interface); ok && asks(iface, m) && implements(t, obj.Type(), iface) {
				return obj.Name()
			}
		}
	}
	return ""
}

func asks(iface *types.Interface, m *types.Func) bool {
	for method := range iface.Methods() {
		if method.Name() == m.Name() {
			return true
		}
	}
	return false
}

func implements(t *types.Named, asked types.Type, iface *types.Interface) bool {
	if named, ok := asked.(*types.Named); ok && named.TypeParams().Len() > 0 {
		return false
	}
	return types.Implements(types.NewPointer(t), iface)
}

// instead says what to do.
func (p fieldFinder) instead(t *types.Named, v *types.Var) string {
	name := t.Obj().Name()
	lifetime := "; if it is the lifetime of " + name + ", keep its cancel func beside it"
	users := p.usersOf(t, v)
	if len(users) == 0 {
		return "pass it to the functions that work with " + name + " as a parameter of its own" + lifetime
	}
	var names []string
	for _, m := range users[:min(3, len(users))] {
		names = append(names, m.Name())
	}
	if len(users) > 3 {
		names = append(names, "…")
	}
	return "pass it to " + strings.Join(names, ", ") + " as the first parameter" + lifetime
}
