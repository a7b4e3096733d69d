package p

import (
	"cmp"
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"
)

type server struct {
	ctx  context.Context
	jobs map[string]context.Context
	all  []context.Context
	dry  bool
}

var background context.Context

func get() context.Context          { return background }
func try() (context.Context, error) { return background, nil }
func use(...any)                    {}
func fill(*context.Context)         {}
func run(func())                    {}
func fatalf(string, ...any)         {}
func Fatalf(string, ...any)         { os.Exit(2) }

// Declared without a value.

func declared(on bool) {
	var ctx context.Context
	if on {
		ctx = context.Background()
	}
	<-ctx.Done() // maybe declared without a value
}

func declaredBothSet(on bool) {
	var ctx context.Context
	if on {
		ctx = context.Background()
	} else {
		ctx = get()
	}
	<-ctx.Done() // unknown
}

func declaredBothNew(on bool) {
	var ctx context.Context
	var cancel context.CancelFunc
	if on {
		ctx, cancel = context.WithTimeout(context.Background(), time.Second)
	} else {
		ctx, cancel = context.WithCancel(context.Background())
	}
	defer cancel()
	<-ctx.Done() // never
}

func sameCondition(s *server, limit int) {
	var ctx context.Context
	if !s.dry && limit > 0 {
		ctx = get()
	}
	if !s.dry && 0 < limit {
		<-ctx.Done() // unknown
	}
	if limit > 0 {
		<-ctx.Done() // maybe declared
	}
	s.dry = false
	if !s.dry && limit > 0 {
		<-ctx.Done() // maybe declared
	}
}

func sameMode(mode int) {
	var ctx context.Context
	switch mode {
	case 1, 2:
		ctx = get()
	case 3:
		return
	}
	switch mode {
	case 1:
		<-ctx.Done() // unknown
	case 4:
		<-ctx.Done() // maybe declared
	}
}

func result(on bool) (ctx context.Context, err error) {
	if on {
		ctx = context.Background()
	}
	<-ctx.Done() // maybe declared
	return
}

func setToNil(ctx context.Context, on bool) {
	if on {
		ctx = nil
	}
	<-ctx.Done() // maybe set to nil
}

func constantLoop() {
	var ctx context.Context
	for i := 0; i < 3; i++ {
		ctx = context.Background()
	}
	<-ctx.Done() // never
}

func countedLoop(n int) {
	var ctx context.Context
	for i := 0; i < n; i++ {
		ctx = context.Background()
	}
	<-ctx.Done() // maybe declared
}

func firstTurn(next func() bool) {
	var ctx context.Context
	first := true
	for next() {
		if first {
			ctx = context.Background()
			first = false
		}
		<-ctx.Done() // never
	}
}

func byFlag(on bool) {
	var ctx context.Context
	var set bool
	if on {
		ctx, set = get(), true
	}
	if set {
		<-ctx.Done() // unknown
	}
}

func byAddress() {
	var ctx context.Context
	fill(&ctx)
	<-ctx.Done() // unknown
}

func byLiteral(once *sync.Once) {
	var ctx context.Context
	once.Do(func() { ctx = get() })
	<-ctx.Done() // unknown
}

func retried() {
	var ctx context.Context
again:
	if ctx == nil {
		ctx = get()
		goto again
	}
	<-ctx.Done() // never
}

func received(ch chan context.Context, stop chan bool) {
	var ctx context.Context
	select {
	case ctx = <-ch:
		<-ctx.Done() // unknown
	case <-stop:
		<-ctx.Done() // maybe declared
	}
}

// Guards.

func guardReturn(ctx context.Context) {
	if ctx == nil {
		return
	}
	<-ctx.Done() // never
}

func guardPanic(ctx context.Context) {
	if nil == ctx {
		panic("no context")
	}
	<-ctx.Done() // never
}

func guardFatal(ctx context.Context) {
	if ctx == nil {
		log.Fatal("no context")
	}
	<-ctx.Done() // never
}

func guardExit(ctx context.Context) {
	if ctx == nil {
		os.Exit(2)
	}
	<-ctx.Done() // never
}

func guardNamed(ctx context.Context) {
	if ctx == nil {
		Fatalf("no context")
	}
	<-ctx.Done() // never
}

func guardTest(t *testing.T, ctx context.Context) {
	if ctx == nil {
		t.Fatal("no context")
	}
	<-ctx.Done() // never
}

func guardLog(ctx context.Context) {
	if ctx == nil {
		log.Print("no context")
	}
	<-ctx.Done() // maybe compares it with nil
}

func guardReplace(ctx context.Context) {
	if ctx == nil {
		ctx = context.Background()
	}
	<-ctx.Done() // never
}

func guardCmpOr(ctx context.Context) {
	ctx = cmp.Or(ctx, context.Background())
	<-ctx.Done() // never
}

func guardInside(ctx context.Context, ch chan int) {
	if ctx != nil {
		select {
		case <-ctx.Done(): // never
		case <-ch:
		}
	}
}

func guardAnd(ctx context.Context, on bool) bool {
	done := func(<-chan struct{}) bool { return true }
	if ctx != nil && done(ctx.Done()) { // never
		return true
	}
	if ctx == nil || done(ctx.Done()) { // never
		return false
	}
	return on && done(ctx.Done()) // never
}

func guardOrElse(ctx context.Context, on bool) {
	if ctx == nil && on {
		return
	}
	<-ctx.Done() // maybe compares it with nil
	if on {
		<-ctx.Done() // never
	}
}

func guardSwitch(ctx context.Context) {
	switch {
	case ctx == nil:
		return
	case ctx.Err() != nil:
	}
	<-ctx.Done() // never
}

func guardTagSwitch(ctx context.Context) {
	switch ctx {
	case nil:
		return
	default:
		<-ctx.Done() // never
	}
}

func guardTypeSwitch(ctx context.Context) {
	switch ctx.(type) {
	case nil:
		return
	}
	<-ctx.Done() // never
}

func guardVariable(ctx context.Context) {
	has := ctx != nil
	if has {
		<-ctx.Done() // unknown
	}
}

func guardLoop(ctx context.Context) {
	for ctx == nil {
		ctx = get()
	}
	<-ctx.Done() // never
}

func testedLater(ctx context.Context) error {
	<-ctx.Done() // maybe compares it with nil
	if ctx != nil {
		return ctx.Err()
	}
	return nil
}

func testedForOther(ctx context.Context) {
	if ctx != nil {
		use(ctx)
	}
	<-ctx.Done() // maybe compares it with nil
}

func usedBefore(ctx context.Context) {
	if ctx == nil {
		use("odd")
	}
	if ctx.Err() != nil {
		return
	}
	<-ctx.Done() // never
}

func derivedFrom(ctx context.Context, on bool) {
	if ctx == nil {
		use("odd")
	}
	child, cancel := context.WithCancel(ctx)
	defer cancel()
	<-child.Done() // never
	<-ctx.Done()   // never
}

func otherVariable(ctx, other context.Context) {
	if other == nil {
		return
	}
	<-ctx.Done() // unknown
}

func shadowed(ctx context.Context) {
	if ctx := get(); ctx == nil {
		use(ctx)
	}
	<-ctx.Done() // unknown
}

func unreachable(ctx context.Context) {
	ctx = nil
	return
	<-ctx.Done() // never
}

// Elements and assertions.

func element(s *server, id string) {
	ctx := s.jobs[id]
	<-ctx.Done()        // maybe element of a map
	<-s.jobs[id].Done() // maybe element of a map
}

func elementOK(s *server, id string) error {
	ctx, ok := s.jobs[id]
	if !ok {
		return errors.New("no such job")
	}
	<-ctx.Done() // unknown
	return nil
}

func elementIfOK(s *server, id string) {
	if ctx, ok := s.jobs[id]; ok {
		<-ctx.Done() // unknown
	}
}

func elementDropped(s *server, id string) {
	ctx, _ := s.jobs[id]
	<-ctx.Done() // maybe element of a map
}

func elementNil(s *server, id string) {
	if s.jobs[id] == nil {
		return
	}
	<-s.jobs[id].Done() // never
	id = "other"
	<-s.jobs[id].Done() // maybe element of a map
}

func elementSet(s *server, id string) {
	s.jobs[id] = context.Background()
	<-s.jobs[id].Done() // never
}

func index(ctxs []context.Context, i int) {
	<-ctxs[i].Done() // maybe element of a slice
}

func indexFilled(n int) {
	ctxs := make([]context.Context, n)
	for i := range ctxs {
		ctxs[i] = get()
	}
	<-ctxs[0].Done() // unknown
}

func indexMade(n int) {
	ctxs := make([]context.Context, n)
	<-ctxs[0].Done() // maybe element of a slice
	var three [3]context.Context
	for range three {
		<-three[len(three)-1].Done() // maybe element of a slice
	}
}

func indexGiven(s *server) {
	all := s.all
	<-all[0].Done() // maybe element of a slice
	two := []context.Context{get(), get()}
	<-two[1].Done() // unknown
	var more []context.Context
	more = append(more, get())
	<-more[0].Done() // unknown
	var filled [2]context.Context
	use(filled[:])
	<-filled[0].Done() // unknown
}

func ranged(ctxs []context.Context) {
	for i, ctx := range ctxs {
		<-ctx.Done()     // unknown
		<-ctxs[i].Done() // maybe element of a slice
		if ctxs[i] != nil {
			<-ctxs[i].Done() // never
		}
	}
}

func assertion(v any) {
	ctx, _ := v.(context.Context)
	<-ctx.Done() // maybe assertion
}

func assertionOK(v any) {
	ctx, ok := v.(context.Context)
	if ok {
		<-ctx.Done() // never
		return
	}
	use(1)
	<-ctx.Done() // maybe assertion
}

func assertionIgnored(v any) {
	ctx, ok := v.(context.Context)
	_ = ok
	<-ctx.Done() // maybe assertion
}

func assertionHandedOn(v any) bool {
	ctx, ok := v.(context.Context)
	use(ok)
	<-ctx.Done() // unknown
	return ok
}

func assertionPanics(v any) {
	ctx := v.(context.Context)
	<-ctx.Done() // never
}

func clause(v any) {
	switch v := v.(type) {
	case context.Context:
		<-v.Done() // never
	}
}

// Other sources.

func (s *server) field() {
	<-s.ctx.Done() // unknown
	if s.ctx == nil {
		use(s)
	}
	<-s.ctx.Done() // unknown
	if s.ctx != nil {
		<-s.ctx.Done() // never
	}
}

func sources(r *http.Request, t *testing.T, ctx context.Context) {
	<-background.Done()           // unknown
	<-get().Done()                // unknown
	<-r.Context().Done()          // never
	<-t.Context().Done()          // never
	<-context.Background().Done() // never
	<-ctx.Done()                  // unknown
	other, err := try()
	if err != nil {
		return
	}
	<-other.Done() // unknown
	third := r.Context()
	<-third.Done() // never
}

func copied(ctx context.Context) {
	if ctx == nil {
		use("odd")
	}
	c := ctx
	<-c.Done() // maybe compares it with nil
	if ctx == nil {
		return
	}
	<-c.Done() // never
}

// Literals.

func launched(ctx context.Context) {
	if ctx == nil {
		return
	}
	go func() {
		<-ctx.Done() // never
	}()
}

func launchedNil(on bool) {
	var ctx context.Context
	if on {
		ctx = get()
	}
	go func() {
		run(func() {
			<-ctx.Done() // maybe declared
		})
	}()
}

func setLater() {
	var ctx context.Context
	wait := func() {
		<-ctx.Done() // unknown
	}
	ctx = get()
	wait()
}

func derivedAgain(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		<-ctx.Done() // never
	}()
	ctx = context.WithValue(ctx, server{}, 1)
	defer cancel()
	<-ctx.Done() // never
}

func guardedInside(ctx context.Context) {
	go func() {
		if ctx != nil {
			<-ctx.Done() // never
		}
	}()
	<-ctx.Done() // unknown
}

func ownParameter() {
	run(func() {
		wait := func(ctx context.Context) {
			if ctx == nil {
				use("odd")
			}
			<-ctx.Done() // maybe compares it with nil
		}
		wait(nil)
	})
}
