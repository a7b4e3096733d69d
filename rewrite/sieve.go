package rewrite

import (
	"slices"

	"github.com/ctxfix/ctxfix/detect"
)

// sift makes the fixes that are beyond suspicion, and of the suspects those
// that do well on top of them.
func (r *run) sift(failed *attempt) *attempt {
	var good, suspects []detect.Finding
	for _, f := range failed.fixes {
		if failed.suspects(f) {
			suspects = append(suspects, f)
		} else {
			good = append(good, f)
		}
	}
	s := &sieve{run: r}
	if len(good) > 0 && !s.add(good) {
		suspects = failed.fixes
	}
	s.split(suspects, failed)
	return s.last
}

// A sieve is the fixes that do well together so far, and their attempt.
type sieve struct {
	*run
	good []detect.Finding
	last *attempt // committed; nil: none
	why  *attempt // the last one that failed
}

// add tries the fixes on top of the good ones. If that fails, the good ones
// are made again.
func (s *sieve) add(fixes []detect.Finding) bool {
	s.revert()
	set := slices.Concat(s.good, fixes)
	inFileOrder(set)
	a := s.try(set)
	if a.ok() {
		s.good, s.last = a.fixes, a
		return true
	}
	s.why = a
	if len(s.good) > 0 {
		s.last = s.try(s.good)
	}
	return false
}

func (s *sieve) revert() {
	if s.last != nil && s.last.check != nil {
		s.last.check.Revert()
	}
	s.last = nil
}

// split adds what it can of fixes that failed together, by halves: few of
// many are to blame as a rule.
func (s *sieve) split(fixes []detect.Finding, failed *attempt) {
	switch len(fixes) {
	case 0:
		return
	case 1:
		s.withdraw(fixes[0], failed)
		return
	}
	for _, half := range [][]detect.Finding{fixes[:len(fixes)/2], fixes[len(fixes)/2:]} {
		if !s.add(half) {
			s.split(half, s.why)
		}
	}
}

// withdraw bans the fix. Where others are made, that is for the next round: it
// may do well on what they leave, as it would in another run.
func (s *sieve) withdraw(f detect.Finding, failed *attempt) {
	if len(s.good) == 0 || s.report.Rounds == maxRounds {
		s.ban(f, Verifying, failed.reason(f))
	}
}

// reason returns the first problem that concerns the fix.
func (a *attempt) reason(f detect.Finding) string {
	for _, p := range a.problems {
		if p.Concerns(f) {
			return p.Reason
		}
	}
	return a.problems[0].Reason
}
