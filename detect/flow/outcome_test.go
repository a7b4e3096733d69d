package flow_test

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// outcome says what becomes of the results of the call of an op in n.
func outcome(p *flow.Package, n ast.Node) (found string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && strings.HasPrefix(typed.CalleeName(call), "op") {
			found = map[flow.Outcome]string{
				flow.Decides: "decides", flow.Passed: "passed", flow.Logged: "logged", flow.Dropped: "dropped",
			}[p.Outcome(call)]
		}
		return found == ""
	})
	return found
}

const operations = `
import ("errors"; "log"; "net/http")
func op() error { return nil }
func opFlag() bool { return false }
func opCount() int { return 0 }
func opPair() (int, error) { return 0, nil }
func opList() []int { return nil }
func opAny() any { return nil }
func opFunc() func() int { return nil }
func opErrs() (error, error) { return nil, nil }
type row struct{ n int }
func (*row) Scan(...any) error { return nil }
func opRow() *row { return nil }
var _ = http.NoBody
var none = errors.New("none")
func use(...any) int { return 0 }
`

func TestOutcome(t *testing.T) {
	ask(t, map[string]question{"outcome": outcome}, []source{
		{"at once", operations + `
func returned() error {
	return (op()) // outcome: decides
}
func inHeads(v any) {
	if opFlag() { // outcome: decides
	}
	for opFlag() { // outcome: decides
	}
	for range opList() { // outcome: decides
	}
	switch opCount() { // outcome: decides
	}
	switch {
	case opFlag(): // outcome: decides
	}
	_ = !opFlag() // outcome: decides
	_ = opCount() > 1 // outcome: decides
	_ = opAny().(int) // outcome: decides
}
func passedOn(m map[string]int) {
	m["a"] = opCount() // outcome: passed
	_ = []int{opCount()} // outcome: passed
	_ = opRow().n // outcome: passed
	use(opCount()) // outcome: passed
	log.Println(opCount()) // outcome: logged
	opFunc()() // outcome: passed
	_ = opRow().Scan(m) // outcome: dropped
	log.Println(opRow().Scan(m)) // outcome: logged
	opRow().Scan(m) // outcome: dropped
}
func wrapped() int {
	return use(opCount()) // outcome: decides
}
func scanned(x *int) error {
	return opRow().Scan(x) // outcome: decides
}
func dropped() {
	op() // outcome: dropped
	go op() // outcome: dropped
	defer op() // outcome: dropped
	_ = op() // outcome: dropped
	var _ = op() // outcome: dropped
	_, _ = opPair() // outcome: dropped
	n, _ := opPair() // outcome: dropped
	use(n)
}
`},
		{"by way of a variable", operations + `
func tested() error {
	err := op() // outcome: decides
	if err != nil {
		return none
	}
	return nil
}
func declared() error {
	var err = op() // outcome: decides
	return err
}
func named() (err error) {
	err = op() // outcome: decides
	return
}
func namedOutside() (err error) {
	func() {
		err = op() // outcome: dropped
	}()
	return nil
}
func logged() {
	err := op() // outcome: logged
	if err != nil {
		log.Print(err)
	}
}
func loggedAtOnce() {
	err := op() // outcome: logged
	log.Print(err)
}
func loggedOrElse() {
	err := op() // outcome: decides
	if err != nil {
		log.Print(err)
	} else {
		use()
	}
}
func loggedIfNot() {
	err := op() // outcome: decides
	if err == nil {
		log.Print("done")
	}
}
func loggedAndMore() {
	err := op() // outcome: decides
	if err != nil {
		log.Print(err)
		use()
	}
}
func loggedAndSet(m map[string]error) {
	err := op() // outcome: decides
	if err != nil {
		m["a"] = err
	}
}
func fatal() {
	err := op() // outcome: decides
	if err != nil {
		log.Fatal(err)
	}
}
func panics() {
	err := op() // outcome: decides
	if err != nil {
		log.Panic(err)
	}
}
func replied(w http.ResponseWriter) {
	err := op() // outcome: decides
	if err != nil {
		http.Error(w, "", 500)
	}
}
func nothingDone() {
	err := op() // outcome: decides
	if err != nil {
	}
}
func inBody(more bool) {
	err := op() // outcome: passed
	if more {
		use(err)
	}
}
func switched() {
	n := opCount() // outcome: decides
	switch n {
	case 1:
	}
}
func switchedByType() {
	v := opAny() // outcome: decides
	switch v.(type) {
	case int:
	}
}
func switchedAndBound() {
	v := opAny() // outcome: decides
	switch v := v.(type) {
	case int:
		use(v)
	}
}
func asked() {
	v := opAny() // outcome: decides
	n, ok := v.(int)
	use(n, ok)
}
func compared(m int) {
	n := opCount() // outcome: decides
	switch m {
	case n:
	}
}
func ranged() {
	list := opList() // outcome: decides
	for range list {
	}
}
func overwrittenByRange(ch chan error) {
	err := op() // outcome: passed
	for err = range ch {
	}
	_ = err
}
func looped() {
	more := opFlag() // outcome: decides
	for more {
	}
}
func counted(m int) {
	n := opCount() // outcome: passed
	for i := 0; i < m; i += n {
	}
}
func overwritten() {
	err := none
	use(err)
	err = op() // outcome: dropped
	err = none
}
func handedOn(m map[string]int) {
	n := opCount() // outcome: passed
	m["a"] = n
}
func usedBefore() {
	var n int
	use(n)
	n = opCount() // outcome: dropped
}
func loggedInReturn() error {
	err := op() // outcome: decides
	return errors.Join(log.Output(0, ""), err)
}
func returnedLogged() int {
	n := opCount() // outcome: decides
	return Print(n)
}
func Print(int) int { return 0 }
func theErrorCounts() (int, error) {
	n, err := opPair() // outcome: logged
	log.Print(err)
	return n, nil
}
func theOther() error {
	err := none
	use(err)
	err, other := opErrs() // outcome: dropped
	err = none
	return other
}
func captured() func() int {
	n := opCount() // outcome: decides
	return func() int { return n }
}
func inField(r *row) {
	r.n = opCount() // outcome: passed
}
var shared int
func inPackage() {
	shared = opCount() // outcome: passed
}
`},
		{"in other places", operations + `
type holder struct{ err error; n int }
var lastErr error
func opMany() (int, int) { return 0, 0 }
func asMethodValue(r *row) {
	use(opRow().Scan) // outcome: passed
}
func inField(h *holder) {
	h.err = op() // outcome: passed
}
func inGlobal(n int) {
	lastErr = op() // outcome: passed
}
func blankFirst() error {
	_, err := opErrs() // outcome: dropped
	return err
}
func onlyCounts() int {
	a, _ := opMany() // outcome: decides
	return a
}
func blankFlag() {
	_ = opFlag() // outcome: dropped
}
func blankCount() int {
	n, _ := opMany() // outcome: logged
	log.Println(n)
	return 0
}
func branchOfOthers(done chan bool) {
	err := op() // outcome: decides
	if err != nil {
		<-done
	}
}
func branchPanics() {
	err := op() // outcome: decides
	if err != nil {
		log.Fatal(err)
	}
}
func loggerItself() {
	log := opFunc() // outcome: passed
	log()
}
`},
	})
}
