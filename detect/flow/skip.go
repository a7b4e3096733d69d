package flow

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// Reaches reports whether to, or a part of it, can run after from.
func (p *Package) Reaches(from, to ast.Node) bool {
	found := false
	ast.Inspect(to, func(n ast.Node) bool {
		found = found || n != nil && p.Reachable(from, n)
		return !found
	})
	return found
}

// Skips reports whether leaving its function at stmt skips more than the rest
// of a loop's turn.
func (p *Package) Skips(stmt ast.Stmt) bool {
	f := p.Func(stmt)
	var from ast.Node = stmt
	for n := p.Parent(stmt); n != f.Body; n = p.Parent(n) {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			from = n
		}
	}
	skips := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		next, ok := n.(ast.Stmt)
		if !ok || skips {
			return !skips
		}
		switch n.(type) {
		case *ast.LabeledStmt:
			return true
		case *ast.ReturnStmt, *ast.EmptyStmt:
			return false
		}
		switch {
		case next.End() <= from.Pos() || contains(from, next):
			return false
		case contains(next, from):
			return true
		}
		skips = p.Reaches(stmt, next)
		return false
	})
	return skips
}

// SucceedsWhenDone returns where the function returns nil as its error because
// the context is done: its callers take the end of the context for a success.
// ret is the statement by which it does so, if it is always the same and made
// of constants.
func (p *Package) SucceedsWhenDone(f *Func) (ret string, where []ast.Node) {
	results := f.Sig.Results()
	if results.Len() == 0 || !typed.IsError(results.At(results.Len()-1).Type()) {
		return "", nil
	}
	same := true
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false
		}
		stmt, ok := n.(*ast.ReturnStmt)
		if !ok || len(stmt.Results) != results.Len() || !p.isDeadAt(f, stmt) {
			return true
		}
		src, constant := p.constants(stmt)
		same = same && constant && (ret == "" || ret == src)
		ret = src
		if isNil(p.Info, stmt.Results[results.Len()-1]) {
			where = append(where, stmt)
		}
		return true
	})
	if !same {
		ret = ""
	}
	return ret, where
}

// constants renders the statement and reports whether it returns nothing but
// nil, literals, true and false.
func (p *Package) constants(ret *ast.ReturnStmt) (src string, ok bool) {
	var values []string
	for _, e := range ret.Results {
		id, isName := ast.Unparen(e).(*ast.Ident)
		_, isLiteral := ast.Unparen(e).(*ast.BasicLit)
		if !isLiteral && !(isName && p.Info.Uses[id].Parent() == types.Universe) {
			return "", false
		}
		values = append(values, types.ExprString(e))
	}
	return "return " + strings.Join(values, ", "), true
}

// MaybeDone reports whether n can be reached from where ctx is known to be
// done.
func (p *Package) MaybeDone(n ast.Node, ctx Context) bool {
	return p.maybeDone(p.Func(n), n, ctx)
}

// DoneFirst reports whether most selects that have a Done case, in the file
// of n, have it first.
func (p *Package) DoneFirst(n ast.Node) bool {
	file := p.FileOf(n)
	known, ok := p.doneFirst[file]
	if !ok {
		known = p.doneIsFirst(file)
		p.doneFirst[file] = known
	}
	return known
}

func (p *Package) doneIsFirst(file *ast.File) bool {
	first, other := 0, 0
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectStmt)
		if !ok || len(sel.Body.List) < 2 {
			return true
		}
		for i, c := range sel.Body.List {
			if ch, _ := Comm(c.(*ast.CommClause)); p.DoneOf(ch) == nil {
				continue
			}
			if i == 0 {
				first++
			} else {
				other++
			}
			break
		}
		return true
	})
	return first > other
}

// InTest reports whether n stands in a function that is given a test.
func (p *Package) InTest(n ast.Node) bool {
	for f := p.Func(n); f != nil; f = f.Outer {
		for v := range f.Sig.Params().Variables() {
			if typed.IsTesting(v.Type()) {
				return true
			}
		}
	}
	return false
}

// InTestCode reports whether n stands in a test file, or in a function that is
// given a test.
func (p *Package) InTestCode(n ast.Node) bool { return p.IsTestFile(n) || p.InTest(n) }

// Launched reports whether n stands in a goroutine that the function
// declaration around it starts.
func (p *Package) Launched(n ast.Node) bool {
	for f := p.Func(n); f != nil; f = f.Outer {
		if lit, ok := f.Node.(*ast.FuncLit); ok && p.LaunchOf(lit) != nil {
			return true
		}
	}
	return false
}
