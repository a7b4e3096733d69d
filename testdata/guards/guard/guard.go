// Package guard is called by a copy of the code in which every guard has a
// number: one of them can be switched off, and those that decided something
// are noted. The code itself never imports it.
package guard

import (
	"fmt"
	"math"
	"reflect"
)

// limit is above every number of a guard.
const limit = 1 << 15

var (
	off     int // the guard that is switched off; 0: none
	steps   int // how many guards have held since
	budget  = unbounded
	reached [limit]bool // by number: it decided something
)

// Switch switches the guard off, and no other; 0 is none. After that many
// guards have held it panics: code without one of its guards may not end.
func Switch(guard, most int) { off, steps, budget = guard, 0, most }

// holds notes that the guard decides, and reports whether it may. Goroutines
// of one test write the same numbers; a lost step does no harm.
func holds(n int) bool {
	reached[n] = true
	if steps++; steps > budget {
		panic(fmt.Sprintf("more than %d steps without guard %d", budget, off))
	}
	return n != off
}

// If is a condition that never holds when it is off: of an if, of a case, or
// an operand of ||.
func If(n int, cond bool) bool { return cond && holds(n) }

// And is an operand of && that always holds when it is off.
func And(n int, cond bool) bool { return cond || !holds(n) }

// Or is one of several values of which the first that is not zero counts.
func Or[T comparable](n int, v T) T {
	var zero T
	if v != zero && !holds(n) {
		return zero
	}
	return v
}

// Case is the tag of a switch that has a case v, which is never taken when it
// is off.
func Case[T comparable](n int, v, tag T) T {
	if tag != v || holds(n) {
		return tag
	}
	other := reflect.New(reflect.TypeFor[T]()).Elem()
	switch {
	case other.Kind() == reflect.String:
		other.SetString("\x00")
	case other.CanInt():
		other.SetInt(math.MaxInt8)
	default:
		other.SetUint(math.MaxUint8)
	}
	return other.Interface().(T)
}

// Type is the tag of a type switch that has a case T, which is never taken
// when it is off.
func Type[T, I any](n int, x I) I {
	if _, ok := any(x).(T); ok && !holds(n) {
		var none I
		return none
	}
	return x
}
