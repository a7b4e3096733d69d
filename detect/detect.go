package detect

// All is the rules, in the order in which they are listed to the user.
var All = []*Rule{
	backgroundRule,
	goroutineRule,
	selectDoneRule,
	chanBlockRule,
	sleepRule,
	timerRule,
	lostCancelRule,
	noCtxRule,
	doneErrRule,
	doneSpinRule,
	withContextRule,
	nestedTimeoutRule,
	nilDoneRule,
	deadCtxRule,
	shortLivedRule,
	errGroupCtxRule,
	ctxKeyRule,
	ctxFieldRule,
	poolCtxRule,
	finalizerRule,
	recoverDoneRule,
	nilCtxRule,
	fatCtxRule,
	loopDoneRule,
	loopCancelRule,
	testCtxRule,
	ignoreRule,
}

// Lookup returns the rule with that name, or nil.
func Lookup(name string) *Rule {
	for _, r := range All {
		if r.Name == name {
			return r
		}
	}
	return nil
}
