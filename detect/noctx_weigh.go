package detect

import (
	"go/ast"
	"slices"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/typed"
)

// rightWithout says why the call is right as it stands, or "".
func (p *noCtx) rightWithout(v *variant) (flow.Region, string) {
	if why := p.madeOf(v); why != "" {
		return flow.NoRegion, why
	}
	if p.Flow.Closes(v.call) {
		return flow.RegionCloser, flow.RegionCloser.Reason()
	}
	switch region := p.Flow.Region(v.call); region {
	case flow.NoRegion:
	case flow.RegionStarter:
		if v.process || v.governs && !p.makesRequests(v.call) && p.Flow.Leaves(v.call) {
			return region, region.Reason()
		}
	default:
		return region, region.Reason()
	}
	if v.goesOn != "" {
		return flow.RegionKept, v.goesOn
	}
	if region := p.sentIn(v); region != flow.NoRegion {
		return region, region.Reason()
	}
	if v.governs {
		if how := p.Flow.StaysBehind(v.call); how != "" {
			return flow.RegionKept, "what it returns may be used after the function has returned: it is " + how
		}
	}
	return flow.NoRegion, ""
}

// makesRequests reports whether the function around the call is one that
// makes requests, which live as long as the caller's context.
func (p *noCtx) makesRequests(call *ast.CallExpr) bool {
	for v := range p.Flow.Func(call).Sig.Results().Variables() {
		if typed.IsPointerTo(v.Type(), "net/http", "Request") {
			return true
		}
	}
	return false
}

// sentIn returns the region in which the request that the call makes is sent,
// if that makes it right without a context: later, in a deferred call, or when
// the context is done.
func (p *noCtx) sentIn(v *variant) flow.Region {
	if !p.isRequest(v) {
		return flow.NoRegion
	}
	for _, u := range p.Flow.ReachResult(v.call) {
		if u.Kind != flow.Arg {
			continue
		}
		switch region := p.Flow.Region(u.Call); region {
		case flow.RegionDead, flow.RegionDeferred, flow.RegionShared, flow.RegionAfterServe, flow.RegionCompensation:
			return region
		}
	}
	return flow.NoRegion
}

// isRequest reports whether the call only makes a request.
func (p *noCtx) isRequest(v *variant) bool {
	return typed.IsFunc(v.to, "net/http", "NewRequestWithContext") && typed.CalleeName(v.call) == "NewRequest"
}

// weigh lowers the safety by what surrounds the call.
func (p *noCtx) weigh(f *Finding, v *variant, ctx flow.Context) {
	if v.safety != Safe {
		f.Lower(v.safety, v.because)
	}
	if ctx.Doubt != "" {
		f.Lower(Unsafe, ctx.Doubt)
	}
	if flow.IsTeller(typed.CalleeName(v.call)) {
		return // what is told to people does not wait, nor undo anything
	}
	p.weighOutcome(f, v)
	if p.Flow.Region(v.call) == flow.RegionStarter && !p.makesRequests(v.call) {
		f.Lower(Unsafe, flow.RegionStarter.Reason())
	}
	if why := p.Flow.Deliberate(v.call, ctx); why != "" {
		f.Lower(Unsafe, why)
	}
	if slices.ContainsFunc(p.sends(v), p.Flow.Retries) {
		f.Lower(Unsafe, "the loop goes on when it fails: it would not end once "+ctx.Expr+" is done")
	}
	if p.Flow.AfterFailure(v.call) {
		f.Lower(Unsafe, "it may make up for what failed before")
	}
	if outer := p.Flow.Func(v.call).Outermost(); p.Flow.CleansUp(outer) {
		f.Lower(Unsafe, outer.Name()+" cleans up, whether the context is done or not")
	}
}

// sends returns the call itself or, where it only makes a request, those that
// receive that.
func (p *noCtx) sends(v *variant) []*ast.CallExpr {
	if !p.isRequest(v) {
		return []*ast.CallExpr{v.call}
	}
	var calls []*ast.CallExpr
	for _, u := range p.Flow.ReachResult(v.call) {
		if u.Kind == flow.Arg {
			calls = append(calls, u.Call)
		}
	}
	return calls
}

// weighOutcome lowers the safety when nothing here depends on what comes of
// the call, or of the calls that receive the request it makes.
func (p *noCtx) weighOutcome(f *Finding, v *variant) {
	for _, call := range p.sends(v) {
		if p.Package.Info.Types[call].IsVoid() {
			continue
		}
		name := typed.CalleeName(call)
		switch p.Flow.Outcome(call) {
		case flow.Dropped:
			f.Lower(Unsafe, "the outcome of "+name+" is dropped: it may be meant to run to its end")
		case flow.Logged:
			f.Lower(Unsafe, "the outcome of "+name+" is only logged: it may be meant to run to its end")
		}
	}
}
