package tree

import (
	"go/ast"

	"github.com/dave/dst"
	"github.com/dave/dst/dstutil"
)

// pathTo returns the nodes from root down to target, both included; nil if
// target is not in the tree.
func pathTo(root, target dst.Node) []dst.Node {
	var path, found []dst.Node
	dst.Inspect(root, func(n dst.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return false
		}
		if found != nil {
			return false
		}
		path = append(path, n)
		if n == target {
			found = append(found, path...)
			path = path[:len(path)-1]
			return false
		}
		return true
	})
	return found
}

// swap puts new in the place of old.
func swap(root, old, new dst.Node) {
	dstutil.Apply(root, func(c *dstutil.Cursor) bool {
		if c.Node() != old {
			return true
		}
		c.Replace(new)
		return false // new may be built around old
	}, nil)
}

// A place is where a statement stands in a list of statements.
type place struct {
	owner dst.Node // *dst.BlockStmt, *dst.CaseClause or *dst.CommClause
	list  *[]dst.Stmt
	index int
}

// stmts returns the statement list of owner, nil if it has none.
func stmts(owner dst.Node) *[]dst.Stmt {
	switch o := owner.(type) {
	case *dst.BlockStmt:
		return &o.List
	case *dst.CaseClause:
		return &o.Body
	case *dst.CommClause:
		return &o.Body
	}
	return nil
}

// place finds the list that the counterpart of stmt stands in. A statement
// with labels stands there with its labels.
func (f *File) place(stmt ast.Stmt) (place, error) {
	d, err := f.Node(stmt)
	if err != nil {
		return place{}, err
	}
	path := pathTo(f.root(stmt), d)
	for len(path) > 1 {
		parent := path[len(path)-2]
		if list := stmts(parent); list != nil {
			for i, s := range *list {
				if s == path[len(path)-1] {
					return place{parent, list, i}, nil
				}
			}
			break
		}
		if _, labelled := parent.(*dst.LabeledStmt); !labelled {
			break
		}
		path = path[:len(path)-1]
	}
	return place{}, f.errorf(stmt, "this statement is part of another one, not of a block")
}

// fresh refuses nodes that are in the tree already, but for those under
// except: a node may stand in one place only.
func (f *File) fresh(at ast.Node, except dst.Node, nodes ...dst.Node) error {
	in := map[dst.Node]bool{}
	var twice dst.Node
	for _, n := range nodes {
		if isNil(n) {
			return f.errorf(at, "nothing to put here")
		}
		dst.Inspect(n, func(n dst.Node) bool {
			if n != nil && in[n] {
				twice = n
			}
			in[n] = true
			return true
		})
	}
	dst.Inspect(f.root(at), func(n dst.Node) bool {
		if n == nil || n == except {
			return false
		}
		if in[n] {
			twice = n
		}
		return true
	})
	if twice != nil {
		return f.errorf(at, "a %T would stand in two places: clone it", twice)
	}
	return nil
}

func asNodes[T dst.Node](list []T) []dst.Node {
	out := make([]dst.Node, len(list))
	for i, n := range list {
		out[i] = n
	}
	return out
}
