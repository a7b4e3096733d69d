package flow

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/cfg"
)

// A memo is what has been answered before: the same is asked of every call of
// a long function.
type memo struct {
	inOrder    []*ast.File                         // the files, by position
	inFunc     map[*ast.BlockStmt]ast.Node         // the declaration or literal around a block
	indexes    map[ast.Node]*index                 // by top-level declaration, filled on demand
	ends       map[*ast.GoStmt]map[key]bool        // what tells has answered
	telling    map[*ast.FuncDecl]telling           // what tellsOthers has answered
	deferred   map[lockKey]bool                    // what defersUnlock has answered
	doneFirst  map[*ast.File]bool                  // what DoneFirst has answered
	names      map[ast.Node]map[string]bool        // what FreeName has found
	taken      map[*ast.File]map[string]bool       // what Import has found
	outcomes   map[ast.Stmt]bool                   // what setsOutcome has answered
	ops        map[ast.Node]ChannelOp              // what op has answered
	solved     map[nilQuery]map[*cfg.Block]nilFact // some of what nilSolver.solve has answered
	described  map[*types.Var]*Channel             // some of what channel has answered
	operations int                                 // those in described
	facts      int                                 // those in solved
}

func newMemo() memo {
	return memo{
		inFunc:    map[*ast.BlockStmt]ast.Node{},
		indexes:   map[ast.Node]*index{},
		ends:      map[*ast.GoStmt]map[key]bool{},
		telling:   map[*ast.FuncDecl]telling{},
		deferred:  map[lockKey]bool{},
		doneFirst: map[*ast.File]bool{},
		names:     map[ast.Node]map[string]bool{},
		taken:     map[*ast.File]map[string]bool{},
		outcomes:  map[ast.Stmt]bool{},
		ops:       map[ast.Node]ChannelOp{},
		described: map[*types.Var]*Channel{},
		solved:    map[nilQuery]map[*cfg.Block]nilFact{},
	}
}
