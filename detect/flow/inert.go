package flow

import (
	"go/types"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// inertInterfaces are interfaces of the standard library behind which there
// is nothing but data.
var inertInterfaces = [][2]string{
	{"database/sql", "Result"}, {"net", "Addr"}, {"io/fs", "FileInfo"}, {"reflect", "Type"},
}

// Inert reports whether no value of type t can hold a context or go on using
// one: errors, and data without interfaces, funcs and channels in it. Of a
// tuple, whether this holds for each of its types.
func Inert(t types.Type) bool { return inert(t, map[types.Type]bool{}) }

// maxTypes is how many types one may be made of: a generic one that holds
// itself with ever larger arguments, which does not compile, has no end.
const maxTypes = 1000

func inert(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return true
	}
	if len(seen) == maxTypes {
		return false
	}
	seen[t] = true
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if !inert(v.Type(), seen) {
				return false
			}
		}
		return true
	}
	switch {
	case typed.IsError(t), typed.IsCancelFunc(t), isMessage(t):
		return true
	case livingResult(t):
		return false
	}
	for _, known := range inertInterfaces {
		if typed.Is(t, known[0], known[1]) {
			return true
		}
	}
	return inertParts(t, seen)
}

// inertParts judges a type by what it is made of.
func inertParts(t types.Type, seen map[types.Type]bool) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer
	case *types.Pointer:
		return inert(u.Elem(), seen)
	case *types.Slice:
		return inert(u.Elem(), seen)
	case *types.Array:
		return inert(u.Elem(), seen)
	case *types.Map:
		return inert(u.Key(), seen) && inert(u.Elem(), seen)
	case *types.Struct:
		for f := range u.Fields() {
			if !inert(f.Type(), seen) {
				return false
			}
		}
		return true
	}
	return false
}

// isMessage reports whether t is a protocol buffer message, which is data.
func isMessage(t types.Type) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, "ProtoReflect")
	_, ok := obj.(*types.Func)
	return ok && !types.IsInterface(t)
}
