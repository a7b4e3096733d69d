package flow

import (
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// owned returns the name of what must be closed or called in a value of type
// t, or "".
func (w *Wait) owned(t types.Type) string {
	return ownedIn(t, w.p.Types, 4)
}

func ownedIn(t types.Type, pkg *types.Package, depth int) string {
	if depth == 0 {
		return ""
	}
	named := typed.Named(t)
	switch {
	case typed.Is(t, "net/http", "Response"), typed.Is(t, "context", "CancelFunc"), typed.Is(t, "context", "CancelCauseFunc"), hasClose(t):
		return "a " + types.TypeString(t, types.RelativeTo(pkg))
	case named != nil && named.Obj().Pkg() != pkg:
		return "" // what it holds is its own business
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		if u.Params().Len() == 0 && u.Results().Len() == 0 {
			return "a func()"
		}
	case *types.Pointer:
		return ownedIn(u.Elem(), pkg, depth-1)
	case *types.Slice:
		return ownedIn(u.Elem(), pkg, depth-1)
	case *types.Array:
		return ownedIn(u.Elem(), pkg, depth-1)
	case *types.Map:
		return ownedIn(u.Elem(), pkg, depth-1)
	case *types.Struct:
		for f := range u.Fields() {
			if owner := ownedIn(f.Type(), pkg, depth-1); owner != "" {
				return owner
			}
		}
	}
	return ""
}

// hasClose reports whether t, or a pointer to it, has the method Close() or
// Close() error.
func hasClose(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "Close")
	fn, ok := obj.(*types.Func)
	if !ok {
		return false
	}
	sig := fn.Signature()
	return sig.Params().Len() == 0 && (sig.Results().Len() == 0 || sig.Results().Len() == 1 && typed.IsError(sig.Results().At(0).Type()))
}
