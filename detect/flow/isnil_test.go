package flow_test

import (
	"go/ast"
	"strconv"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

// lastNil says whether the last result of the return statement n is nil.
func lastNil(p *flow.Package, n ast.Node) string {
	ret := n.(*ast.ReturnStmt)
	return strconv.FormatBool(p.IsNil(ret.Results[len(ret.Results)-1]))
}

func TestIsNil(t *testing.T) {
	ask(t, map[string]question{"nil": lastNil}, []source{
		{"paths", `
import ("errors")
func call() error { return nil }
func two() (int, error) { return 0, nil }
func literal() error {
	return nil // nil: true
}
func unset() error {
	var err error
	return err // nil: true
}
func named(x bool) (n int, err error) {
	if x {
		n, err = two()
		return n, err // nil: false
	}
	return n, err // nil: true
}
func checked() (int, error) {
	n, err := two()
	if err != nil {
		return 0, err // nil: false
	}
	return n, err // nil: true
}
func equal() error {
	err := call()
	if err == nil {
		return err // nil: true
	}
	return err // nil: false
}
func ranged() []int {
	var xs []int
	get := func() []int {
		return xs // nil: true
	}
	for range xs {
		return get() // nil: false
	}
	return xs // nil: true
}
func rangedInto(all [][]int) []int {
	var xs []int
	get := func() []int {
		return xs // nil: false
	}
	for _, xs = range all {
		return get() // nil: false
	}
	return nil // nil: true
}
func loop(xs []int, bad error) error {
	var err error
	for range xs {
		if len(xs) > 3 {
			return err // nil: true
		}
		if err = call(); err != nil {
			return err // nil: false
		}
	}
	return err // nil: true
}
func goesOn(xs []int) error {
	var err error
	for range xs {
		if len(xs) > 3 {
			return err // nil: false
		}
		if err = call(); err != nil {
			continue
		}
	}
	return err // nil: false
}
func either(x bool) error {
	var err error
	if x {
		err = errors.New("x")
	}
	return err // nil: false
}
func eitherNil(x bool) error {
	err := error(nil)
	if x {
		err = nil
	}
	return err // nil: true
}
func concrete(x bool) (err error) {
	if x {
		err = (*failure)(nil)
	}
	return err // nil: false
}
type failure struct{}
func (*failure) Error() string { return "" }
func literals(run func(func())) error {
	var err error
	run(func() { err = call() })
	return err // nil: false
}
func inside(run func(func() error)) {
	var err error
	run(func() error {
		return err // nil: true
	})
}
func address(set func(*error)) error {
	var err error
	set(&err)
	return err // nil: false
}
func selects(ch chan error, end chan int) (err error) {
	select {
	case err = <-ch:
		return err // nil: false
	case <-end:
		return err // nil: true
	}
}
func assertion(x any) error {
	err, _ := x.(error)
	return err // nil: false
}
func element(m map[int]error) error {
	err := m[1]
	return err // nil: false
}
func asked(m map[int]error) error {
	if m[1] == nil {
		return m[1] // nil: false
	}
	return m[1] // nil: false
}
func parameter(err error) error {
	if err != nil {
		return err // nil: false
	}
	return err // nil: true
}
func slice(x bool) []int {
	var s []int
	if x {
		return s // nil: true
	}
	s = append(s, 1)
	return s // nil: false
}
`},
	})
}
