package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A declared request is one that a fix of this run declares.
type declared struct {
	name  string
	block ast.Node
	stmt  ast.Stmt // becomes the steps of the fix
}

// A requestVar is how the request of a fix is called.
type requestVar struct {
	name string
	old  bool // a variable that is there already, and used no more
}

// maxWaits is how many fixes of a block wait for each other, so that they can
// share a variable.
const maxWaits = 4

// requestVar names the request whose response is called resp: as the response
// is with another ending, req otherwise. Where another fix of the block
// declares the name, this one waits for the next round.
func (s *send) requestVar(f *Finding, resp string) (requestVar, bool) {
	var names []string
	for _, pair := range [][2]string{{"Response", "Request"}, {"response", "request"}, {"Resp", "Req"}, {"Res", "Req"}, {"resp", "req"}} {
		if head, ok := strings.CutSuffix(resp, pair[0]); ok {
			names = append(names, head+pair[1])
		}
	}
	names = append(names, "req", "request", "httpReq", "outReq", "req2", "req3")
	for _, name := range names {
		if v := s.doneWith(name); v != nil {
			return requestVar{name, true}, true
		}
		if !token.IsIdentifier(name) || !s.freeHere(name) {
			continue
		}
		var rivals []Span
		for _, d := range s.declared {
			if d.name == name && SpanOf(d.block).Overlaps(SpanOf(s.block)) {
				rivals = append(rivals, SpanOf(d.stmt))
			}
		}
		if len(rivals) > maxWaits {
			continue
		}
		f.Touches = append(f.Touches, rivals...)
		s.declared = append(s.declared, declared{name, s.block, s.stmt})
		return requestVar{name, false}, true
	}
	return requestVar{}, false
}

// doneWith returns the variable of that name if it is a request of this very
// scope that nothing uses from the statement on, and no literal captures.
func (s *send) doneWith(name string) *types.Var {
	scope := s.Package.Types.Scope().Innermost(s.call.Pos())
	v, ok := scope.Lookup(name).(*types.Var)
	if !ok || v.Kind() != types.LocalVar || v.Pos() > s.stmt.Pos() || !typed.IsPointerTo(v.Type(), "net/http", "Request") {
		return nil
	}
	f := s.Flow.Func(s.call)
	done := true
	ast.Inspect(f.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok && s.Package.Info.Uses[id] == v {
			done = done && id.Pos() < s.stmt.Pos() && s.Flow.Func(id) == f
		}
		return done
	})
	if !done {
		return nil
	}
	return v
}

// errName returns the name for the error of the request that a return makes:
// err, be it a variable of the function, or "" if that means something else or
// what is assigned to it would be seen elsewhere.
func (s *send) errName() string {
	here := s.Package.Types.Scope().Innermost(s.call.Pos())
	scope, obj := here.LookupParent("err", s.call.Pos())
	if v, ok := obj.(*types.Var); ok && typed.IsError(v.Type()) && v.Parent() != s.Package.Types.Scope() {
		if scope == here && v.Kind() != types.ResultVar && s.shared(v) {
			return ""
		}
		return "err"
	}
	if s.freeHere("err") {
		return "err"
	}
	return ""
}

// shared reports whether others than the function's own statements see what
// is assigned to v: a literal, as a deferred one, or whoever has its address.
func (s *send) shared(v *types.Var) bool {
	f := s.Flow.Func(s.call)
	for _, id := range s.Flow.Uses(v) {
		if u, ok := s.Flow.Parent(id).(*ast.UnaryExpr); ok && u.Op == token.AND || s.Flow.Func(id) != f {
			return true
		}
	}
	return false
}

// freeHere reports whether the name means nothing in the block of the
// statement: it is not declared around it, and not mentioned there but by
// inner blocks that have ended.
func (s *send) freeHere(name string) bool {
	if s.Package.Types.Scope().Lookup(name) != nil {
		return false
	}
	pos := s.call.Pos()
	if _, obj := s.Package.Types.Scope().Innermost(pos).LookupParent(name, pos); obj != nil {
		return false
	}
	free := true
	ast.Inspect(s.block, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || id.Name != name {
			return free
		}
		v, isVar := s.Package.Info.ObjectOf(id).(*types.Var)
		free = free && isVar && (v.IsField() || id.End() < s.stmt.Pos())
		return free
	})
	return free
}
