package rewrite

import (
	"crypto/sha256"
	"maps"
	"path/filepath"
	"slices"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/verify"
)

// maxRounds bounds how often rules may build on each other.
const maxRounds = 8

// Run finds, and with opts.Write mends, until nothing more applies. The
// program is left in its last verified state; nothing is written to disk.
// An error is a defect of ctxfix, not of the code it looks at, or
// [detect.ErrPartial].
func Run(prog *load.Program, opts Options) (report Report, err error) {
	defer func() { err = failure(recover(), err) }()
	r := newRun(prog, opts, carry)
	return r.all(), r.err
}

// failure makes the recovered panic of a rule an error; others go on.
func failure(recovered any, err error) error {
	if recovered == nil {
		return err
	}
	if f, ok := recovered.(*detect.Failure); ok {
		return f
	}
	panic(recovered)
}

// A run is the state that outlives a round.
type run struct {
	prog    *load.Program
	opts    Options
	writer  *rewriter
	ledger  *ledger
	found   map[*load.Package][]place
	kept    map[*load.Package][]detect.Kept
	banned  map[string]Refusal // by key
	refused map[string]Refusal // by key, in this round
	aside   map[string]string  // by key: why the finding does not count
	fixed   []place
	done    []*attempt                            // accepted, in order
	history map[string]map[[sha256.Size]byte]bool // by path: the versions a file had
	report  Report
	err     error
}

func newRun(prog *load.Program, opts Options, by carrier) *run {
	return &run{
		prog: prog, opts: opts,
		writer:  &rewriter{prog: prog, by: by, noNewFiles: opts.NoNewFiles, made: map[string]text{}},
		ledger:  newLedger(prog),
		found:   map[*load.Package][]place{},
		kept:    map[*load.Package][]detect.Kept{},
		banned:  map[string]Refusal{},
		refused: map[string]Refusal{},
		aside:   map[string]string{},
		history: map[string]map[[sha256.Size]byte]bool{},
	}
}

func (r *run) all() Report {
	r.enter(Detecting)
	findings, kept, err := detect.RunWith(r.prog, r.prog.Packages, r.opts.Rules, r.opts.Detect, r.opts.Memory, r.opts.Looked)
	if err != nil {
		r.err = err
		return r.report
	}
	r.ledger.open(findings)
	r.note(r.prog.Packages, findings, kept)
	r.report.Found, r.report.run = findings, r
	r.setAside(findings)
	if !r.opts.Write {
		r.report.Kept = kept
		for _, p := range r.places() {
			r.remain(p)
		}
		return r.report
	}
	r.choose(findings)
	for r.report.Rounds < maxRounds {
		plan := MakePlan(r.open(), r.opts.Threshold)
		if len(plan.Accept) == 0 {
			break
		}
		r.report.Rounds++
		r.round(plan.Accept)
	}
	for _, f := range MakePlan(r.open(), r.opts.Threshold).Accept {
		r.report.Broken = true
		r.ban(f, Verifying, "withdrawn: the rules did not settle on a result")
	}
	return r.close()
}

// choose bans what was not chosen of the findings of the first round.
func (r *run) choose(findings []detect.Finding) {
	if r.opts.Chosen == nil {
		return
	}
	for _, f := range findings {
		if !r.opts.Chosen(f) {
			r.ban(f, Planned, "it was not chosen")
		}
	}
}

// note takes the findings of the packages as the present ones.
func (r *run) note(pkgs []*load.Package, findings []detect.Finding, kept []detect.Kept) {
	owner := map[*load.File]*load.Package{}
	for _, p := range pkgs {
		r.found[p], r.kept[p] = nil, nil
		for _, f := range p.Owned {
			owner[f] = p
		}
	}
	for _, f := range findings {
		r.found[f.Package] = append(r.found[f.Package], r.ledger.place(f, r.fixed))
	}
	for _, k := range kept {
		if p := owner[k.File]; p != nil {
			r.kept[p] = append(r.kept[p], k)
		}
	}
}

// open returns the present findings that count and may be fixed.
func (r *run) open() []detect.Finding {
	var out []detect.Finding
	for _, p := range r.places() {
		_, banned := r.banned[p.key]
		_, aside := r.aside[p.key]
		_, first := r.ledger.first[p.key]
		if !banned && !aside && (first || r.opts.Chosen == nil) {
			out = append(out, p.Finding)
		}
	}
	return out
}

// places returns the present findings in file order.
func (r *run) places() []place {
	var out []place
	for _, p := range r.prog.Packages {
		out = append(out, r.found[p]...)
	}
	slices.SortStableFunc(out, func(a, b place) int { return compareFindings(a.Finding, b.Finding) })
	return out
}

// placesOf returns the places of present findings.
func (r *run) placesOf(findings []detect.Finding) []place {
	var out []place
	for _, f := range findings {
		for _, p := range r.found[f.Package] {
			if p.Rule == f.Rule && p.Span == f.Span {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// ban takes a present finding out of the run.
func (r *run) ban(f detect.Finding, step Step, reason string) {
	for _, p := range r.placesOf([]detect.Finding{f}) { // its file may be another one while fixes are tried
		r.banned[p.key] = Refusal{f, step, reason}
	}
}

// An attempt is one set of fixes made and judged. Without problems it is
// the program's state, until reverted.
type attempt struct {
	fixes    []detect.Finding
	changes  map[string]*verify.Change
	check    *load.Check
	pkgs     []*load.Package
	findings []detect.Finding
	kept     []detect.Kept
	problems []verify.Problem
}

func (a *attempt) ok() bool { return len(a.problems) == 0 }

// suspects reports whether the fix may be the cause of a problem.
func (a *attempt) suspects(f detect.Finding) bool {
	return slices.ContainsFunc(a.problems, func(p verify.Problem) bool { return p.Concerns(f) })
}

// try makes the fixes. Those that cannot be carried out are noted as refused.
func (r *run) try(fixes []detect.Finding) *attempt {
	r.enter(Mending)
	done := r.writer.rewrite(fixes)
	for _, refusal := range done.refused {
		for _, p := range r.placesOf([]detect.Finding{refusal.Finding}) {
			r.refused[p.key] = refusal
		}
	}
	a := &attempt{fixes: done.applied, changes: map[string]*verify.Change{}}
	if len(done.files) == 0 {
		for _, f := range done.applied {
			r.ban(f, Rewriting, "the rewriter changed nothing")
		}
		a.fixes = nil
		return a
	}
	r.enter(Checking)
	for _, path := range slices.Sorted(maps.Keys(done.files)) {
		src := done.files[path]
		change := &verify.Change{Path: path, New: src}
		if f := r.prog.File(path); f != nil {
			change.Old, change.Syntax = f.Bytes, f.Syntax
		}
		a.changes[path] = change
		a.problems = append(a.problems, verify.Comments(change, a.fixes)...)
	}
	a.check = r.prog.Check(done.files)
	a.problems = append(a.problems, verify.Compiles(a.check.Errors(), a.fixes)...)
	if !a.ok() {
		return a
	}
	a.pkgs = a.check.Packages()
	var before []detect.Finding
	for _, p := range a.pkgs {
		for _, f := range r.found[p] {
			before = append(before, f.Finding)
		}
	}
	a.check.Commit()
	r.enter(Detecting)
	a.findings, a.kept = detect.Run(r.prog, a.pkgs, r.opts.Rules, r.opts.Detect)
	r.enter(Checking)
	comparison := &verify.Comparison{
		Fset: r.prog.Fset, Changes: a.changes,
		Before: before, Fixed: a.fixes, After: a.findings, MayWake: mayWake,
	}
	a.problems = append(r.oscillates(a), comparison.Problems()...)
	if !a.ok() {
		a.check.Revert()
	}
	return a
}

// oscillates returns a problem for each file that is again as it once was.
func (r *run) oscillates(a *attempt) []verify.Problem {
	var problems []verify.Problem
	for _, path := range slices.Sorted(maps.Keys(a.changes)) {
		change := a.changes[path]
		if r.history[path][sha256.Sum256(change.New)] {
			r.report.Broken = true
			problems = append(problems, verify.Problem{
				Reason:   "withdrawn: two rules undo each other's fixes in this file",
				Suspects: verify.InFile(a.fixes, path),
			})
		}
	}
	return problems
}

// round makes as many of the fixes as go together. What cannot be carried out is
// banned when nothing else was made: it may fit into what the others leave, as it
// would in another run.
func (r *run) round(fixes []detect.Finding) {
	clear(r.refused)
	before := len(r.done)
	r.settle(fixes)
	if len(r.done) == before || r.report.Rounds == maxRounds {
		maps.Copy(r.banned, r.refused)
	}
}

// settle makes as many of the fixes as go together without harm, and bans
// the others.
func (r *run) settle(fixes []detect.Finding) {
	a := r.try(fixes)
	if !a.ok() {
		if near, far := apart(a); len(far) > 0 {
			r.settle(far)
			r.settle(near)
			return
		}
		a = r.sift(a)
	}
	if a != nil && len(a.fixes) > 0 {
		r.accept(a)
	}
}

// apart splits the fixes of a failed attempt: those in folders with a suspect
// and the others, which need not be tried again and again.
func apart(a *attempt) (near, far []detect.Finding) {
	dirs := map[string]bool{}
	for _, f := range a.fixes {
		if a.suspects(f) {
			for _, part := range f.Parts() {
				dirs[filepath.Dir(part.File.Path)] = true
			}
		}
	}
	for _, f := range a.fixes {
		if slices.ContainsFunc(f.Parts(), func(p detect.Part) bool { return dirs[filepath.Dir(p.File.Path)] }) {
			near = append(near, f)
		} else {
			far = append(far, f)
		}
	}
	return near, far
}

// accept notes what a committed attempt has done.
func (r *run) accept(a *attempt) {
	for path, change := range a.changes {
		if r.history[path] == nil {
			r.history[path] = map[[sha256.Size]byte]bool{}
		}
		if change.Old != nil {
			r.history[path][sha256.Sum256(change.Old)] = true
		}
	}
	r.done = append(r.done, a)
	r.fixed = append(r.fixed, r.placesOf(a.fixes)...)
	r.note(a.pkgs, a.findings, a.kept)
}

// close completes the report.
func (r *run) close() Report {
	report := &r.report
	for _, p := range r.fixed {
		report.Fixed = append(report.Fixed, p.Finding)
	}
	slices.SortStableFunc(report.Fixed, compareFindings)
	for _, p := range r.places() {
		if !r.remain(p) {
			continue
		}
		refusal, banned := r.banned[p.key]
		if !banned {
			refusal = Refusal{Step: Planned, Reason: held(p.Finding)}
		}
		refusal.Finding = p.Finding
		if banned || p.Evidence != nil {
			report.Refused = append(report.Refused, refusal)
		}
	}
	for _, p := range r.prog.Packages {
		report.Kept = append(report.Kept, r.kept[p]...)
	}
	slices.SortStableFunc(report.Kept, detect.CompareKept)
	report.Edits = r.edits()
	report.onDisk = r.ledger.onDisk
	return *report
}

func (r *run) edits() []Edit {
	var edits []Edit
	for _, f := range r.prog.Changed() {
		edit := Edit{Path: f.Path, Old: f.Disk, New: f.Bytes}
		for _, p := range r.fixed {
			made := slices.ContainsFunc(filesOf(p.Finding), func(n detect.NewFile) bool { return n.Path == f.Path })
			if p.Rewrites(f.Path) || made {
				edit.Settles = append(edit.Settles, p.Finding)
			}
		}
		edits = append(edits, edit)
	}
	return edits
}
