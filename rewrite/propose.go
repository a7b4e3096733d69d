package rewrite

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/align"
)

// A Proposal is the fix of one finding by itself, as edits of the files as
// they were loaded; or the reason why there is none.
type Proposal struct {
	Finding detect.Finding
	Files   []FileEdits // sorted by path
	Refusal *Refusal    // nil if there are Files
}

// FileEdits are what a fix changes in one file.
type FileEdits struct {
	Path  string
	Old   []byte // as loaded; nil: a new file
	Edits []TextEdit
}

// A TextEdit replaces Old[Start:End], byte offsets, with New. The edits of a
// file are sorted and apart from each other.
type TextEdit struct {
	Start, End int
	New        string
}

// Propose returns for each of the findings, which are those of a report (a run
// without Write) on this program, what its fix alone would change, unsafe
// fixes included. Fixes are verified together with the others that they do not
// overlap. The program is left as it was: as it was loaded, that is.
func Propose(prog *load.Program, findings []detect.Finding, opts Options) (proposals []Proposal, err error) {
	defer func() { err = failure(recover(), err) }()
	return propose(prog, findings, opts, (*run).jointly), nil
}

func propose(prog *load.Program, findings []detect.Finding, opts Options, jointly func(*run, []detect.Finding, func(detect.Finding) bool) map[int]Proposal) (proposals []Proposal) {
	r := newRun(prog, opts, carry)
	r.ledger.open(findings)
	verified := map[string]bool{}
	rest := findings
	for {
		r.note(prog.Packages, findings, nil)
		plan := MakePlan(rest, detect.Unsafe)
		if len(plan.Accept) == 0 {
			break
		}
		tried := r.placesOf(plan.Accept)
		r.round(plan.Accept)
		for _, p := range r.fixed {
			verified[p.key] = true
		}
		r.takeBack()
		rest = plan.Defer
		for _, p := range tried {
			if _, banned := r.banned[p.key]; !banned && !verified[p.key] {
				rest = append(rest, p.Finding) // withdrawn next to others: once more
			}
		}
	}
	isVerified := func(f detect.Finding) bool { return verified[r.ledger.key(f)] }
	joint := jointly(r, findings, isVerified)
	for i, f := range findings {
		p, ok := joint[i]
		if !ok {
			p = r.proposal(f, isVerified(f))
		}
		proposals = append(proposals, p)
	}
	return proposals
}

// takeBack undoes what was accepted.
func (r *run) takeBack() {
	for _, a := range slices.Backward(r.done) {
		a.check.Revert()
	}
	r.done, r.fixed = nil, nil
	clear(r.history)
}

// proposal carries out the one fix on the program as it was loaded.
func (r *run) proposal(f detect.Finding, verified bool) Proposal {
	p := Proposal{Finding: f}
	if !verified {
		refusal, banned := r.banned[r.ledger.key(f)]
		if !banned {
			refusal = Refusal{Step: Planned, Reason: held(f)}
		}
		refusal.Finding = f
		p.Refusal = &refusal
		return p
	}
	done := r.writer.rewrite([]detect.Finding{f})
	if len(done.refused) > 0 {
		p.Refusal = &done.refused[0]
		return p
	}
	for path, src := range done.files {
		e := FileEdits{Path: path}
		if file := r.prog.File(path); file != nil {
			e.Old = file.Bytes
		}
		e.Edits = textEdits(e.Old, src)
		p.Files = append(p.Files, e)
	}
	slices.SortFunc(p.Files, func(a, b FileEdits) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return p
}

// textEdits returns the edits that turn old into new: the lines that differ,
// without what they begin and end with alike.
func textEdits(old, new []byte) []TextEdit {
	before, after := bytes.SplitAfter(old, []byte("\n")), bytes.SplitAfter(new, []byte("\n"))
	from, to := offsets(before), offsets(after)
	var edits []TextEdit
	for _, h := range align.Diff(asStrings(before), asStrings(after)) {
		edits = append(edits, trimmed(old, from[h.OldStart], from[h.OldEnd], new[to[h.NewStart]:to[h.NewEnd]]))
	}
	return edits
}

func asStrings(lines [][]byte) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = string(l)
	}
	return out
}

// offsets returns where each line starts, and the end of the last one.
func offsets(lines [][]byte) []int {
	at := make([]int, len(lines)+1)
	for i, l := range lines {
		at[i+1] = at[i] + len(l)
	}
	return at
}

// trimmed returns the edit that puts text in the place of old[start:end],
// without what both begin and end with. It does not part a rune or a word.
func trimmed(old []byte, start, end int, text []byte) TextEdit {
	from, to := start, end
	for start < end && len(text) > 0 {
		r, n := utf8.DecodeRune(old[start:end])
		if s, m := utf8.DecodeRune(text); s != r || m != n || !bytes.Equal(old[start:start+n], text[:n]) {
			break
		}
		start, text = start+n, text[n:]
	}
	for start < end && len(text) > 0 {
		r, n := utf8.DecodeLastRune(old[start:end])
		if s, m := utf8.DecodeLastRune(text); s != r || m != n || !bytes.Equal(old[end-n:end], text[len(text)-n:]) {
			break
		}
		end, text = end-n, text[:len(text)-n]
	}
	edit := TextEdit{start, end, string(text)}
	edit.widen(old, from, to)
	return edit
}

// widen takes in the rest of a word that the edit begins or ends within, as
// far as old[from:to] reaches: people read edits, too.
func (e *TextEdit) widen(old []byte, from, to int) {
	gone := old[e.Start:e.End]
	if startsInWord(gone) || startsInWord([]byte(e.New)) {
		for e.Start > from && inWord(old[e.Start-1]) {
			e.Start--
			e.New = string(old[e.Start]) + e.New
		}
	}
	if n := len(e.New); len(gone) > 0 && inWord(gone[len(gone)-1]) || n > 0 && inWord(e.New[n-1]) {
		for e.End < to && inWord(old[e.End]) {
			e.New += string(old[e.End])
			e.End++
		}
	}
}

func startsInWord(text []byte) bool { return len(text) > 0 && inWord(text[0]) }

// inWord reports whether b can be part of a Go identifier or number, in ASCII:
// other runes are not looked at.
func inWord(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}
