package detect

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// dialFields are the fields of http.Transport whose function takes no
// context, and those that replace them.
var dialFields = map[string]string{"Dial": "DialContext", "DialTLS": "DialTLSContext"}

// dialField reports Dial: d.Dial in an http.Transport, provided the value is a
// method whose receiver has a DialContext of the right type, or a function
// that only returns what dialing returns. Any other function written there
// that dials has to be given its context by a person.
func (p *noCtx) dialField(kv *ast.KeyValueExpr) {
	key, ok := kv.Key.(*ast.Ident)
	if !ok || dialFields[key.Name] == "" {
		return
	}
	lit, ok := p.Flow.Parent(kv).(*ast.CompositeLit)
	if !ok || !typed.Is(p.Package.Info.TypeOf(lit), "net/http", "Transport") || hasKey(lit, dialFields[key.Name]) || p.isNil(kv.Value) {
		return
	}
	test := p.Flow.IsTestFile(kv)
	if test && !p.Strict() || p.Flow.Func(kv) != nil && p.Flow.Region(kv) == flow.RegionSaid {
		return
	}
	// Have: http.Transport{Dial: …}
	f := p.Finding(kv, "http.Transport.%s does not hear the context of the request: %s does", key.Name, dialFields[key.Name])
	if sel, ok := ast.Unparen(kv.Value).(*ast.SelectorExpr); ok && p.dialsContext(sel) {
		f.Evidence = &NoCtx{Fields: map[*ast.Ident]string{key: dialFields[key.Name], sel.Sel: "DialContext"}}
		f.Touches = []Span{SpanOf(key), SpanOf(sel.Sel)}
		if test {
			f.Lower(Unsafe, "the test may be about "+key.Name)
		}
		p.findings = append(p.findings, f)
	} else if ev := p.dialLiteral(&f, kv.Value); ev != nil {
		ev.Fields = map[*ast.Ident]string{key: dialFields[key.Name]}
		f.Evidence = ev
		f.Touches = append(f.Touches, SpanOf(key))
		if test {
			f.Lower(Unsafe, "the test may be about "+key.Name)
		}
		p.findings = append(p.findings, f)
	} else if p.dials(kv.Value) {
		f.Lower(Manual, "the function that dials takes no context")
		p.findings = append(p.findings, f)
	}
}

// dialLiteral makes the fix for a function written there that does nothing but
// return what a dialing function returns: it takes a context and hands it on.
func (p *noCtx) dialLiteral(f *Finding, e ast.Expr) *NoCtx {
	lit, ok := ast.Unparen(e).(*ast.FuncLit)
	if !ok || len(lit.Body.List) != 1 {
		return nil
	}
	ret, ok := lit.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	call, ok := ret.Results[0].(*ast.CallExpr)
	if !ok {
		return nil
	}
	v := p.variantOf(call)
	if v == nil || v.safety != Safe || !strings.HasSuffix(v.name, "DialContext") {
		return nil
	}
	// Have: func(network, addr string) (net.Conn, error) { return net.Dial(…) }
	typ, add, ok := p.Flow.ContextType(lit.Pos())
	if !ok {
		return nil
	}
	name := p.Flow.FreeName(p.Flow.FuncOf(lit), "ctx", "dialCtx")
	ev := v.make(f, flow.Context{Expr: name})
	if ev == nil {
		return nil
	}
	ev.Call, ev.Lit, ev.Param, ev.ParamType = call, lit, name, typ
	if add != nil {
		ev.Imports = append(ev.Imports, *add)
	}
	f.Touches = append(f.Touches, SpanOf(lit.Type))
	return ev
}

// dials reports whether e is a function written there that dials.
func (p *noCtx) dials(e ast.Expr) bool {
	lit, ok := ast.Unparen(e).(*ast.FuncLit)
	if !ok {
		return false
	}
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !found {
			v := p.variantOf(call)
			found = v != nil && strings.HasSuffix(v.name, "DialContext")
		}
		return !found
	})
	return found
}

func hasKey(lit *ast.CompositeLit, name string) bool {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == name {
				return true
			}
		}
	}
	return false
}

// dialsContext reports whether sel is the method Dial of something that has a
// DialContext which takes a context first and else the same.
func (p *noCtx) dialsContext(sel *ast.SelectorExpr) bool {
	fn, ok := p.Package.Info.Uses[sel.Sel].(*types.Func)
	tv := p.Package.Info.Types[sel.X]
	if !ok || fn.Name() != "Dial" || tv.Type == nil || tv.IsType() {
		return false
	}
	obj, _, _ := types.LookupFieldOrMethod(tv.Type, tv.Addressable(), p.Package.Types, "DialContext")
	to, ok := obj.(*types.Func)
	if !ok || !sameReceiver(to, fn) {
		return false
	}
	in, out := fn.Signature().Params(), to.Signature().Params()
	return out.Len() == in.Len()+1 && out.Len() == 3 && typed.IsContextInterface(out.At(0).Type()) &&
		types.Identical(in.At(0).Type(), out.At(1).Type()) && types.Identical(in.At(1).Type(), out.At(2).Type()) &&
		types.Identical(fn.Signature().Results(), to.Signature().Results())
}
