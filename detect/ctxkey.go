package detect

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect/flow"
	"github.com/ctxfix/ctxfix/detect/load"
)

//go:embed ctxkey.md
var ctxKeyPage string

var ctxKeyRule = &Rule{
	Name:   "ctxkey",
	Doc:    "a context value under a key of a built-in type",
	Page:   ctxKeyPage,
	Preset: Recommended,
	Best:   Unsafe,
	Find:   findCtxKey,
}

// CtxKey is the evidence of ctxkey: a key gets a type of its own wherever it
// is written and read.
type CtxKey struct {
	Home    Part           // the file that declares the type
	Declare string         // the declaration, if there is none yet
	Before  ast.Decl       // of Home: what Declare is put before
	Const   *ast.ValueSpec // the constant that gets the type; nil: the uses are converted
	Type    string         // the type as it is written in Home
	Uses    []ConvertedKey // keys to convert
	Edited  []Part         // all files that are rewritten
}

// A ConvertedKey is a key that becomes a conversion.
type ConvertedKey struct {
	Key    ast.Expr
	Type   string       // as it is written here
	Import *flow.Import // or nil
}

func (*CtxKey) evidence() {}

// Parts returns the files that are rewritten.
func (k *CtxKey) Parts() []Part { return k.Edited }

// findCtxKey reports the context values whose key is of a built-in type, one
// finding for each key. It has a fix provided:
//   - the key is a constant, and not an exported one,
//   - somebody in the main modules reads it, and nobody there reads or writes
//     keys of that type that are computed,
//   - all who write and read it may be edited, and are in one package or in
//     such that import the one where the type would be declared,
//   - no file outside of this build can be another writer or reader.
func findCtxKey(p *Pass) []Finding {
	own := p.Options.keys.of(p.Program, p.Package)
	p.heedAtUses(own)
	if !own.writes() {
		return nil
	}
	// Have: a built-in key is written here; now all others count, too.
	all := allKeys(p.Program, p.Options)
	var findings []Finding
	done := map[keyValue]bool{}
	for _, w := range own.writers {
		switch {
		case w.constant() && (done[w.value] || all.first(w.value).expr != w.expr):
			continue // one finding speaks of all
		case w.constant():
			done[w.value] = true
		}
		if !p.Strict() && all.onlyInTests(w) {
			continue
		}
		findings = append(findings, p.ctxKey(w, all))
	}
	declareInTurn(findings)
	return findings
}

// declareInTurn makes the fixes that declare a type in the same package wait
// for each other: the next one may take that type, or must find another name.
func declareInTurn(findings []Finding) {
	first := map[string]*CtxKey{}
	for i := range findings {
		ev, ok := findings[i].Evidence.(*CtxKey)
		if !ok || ev.Declare == "" {
			continue
		}
		home := ev.Home.Package.PkgPath
		if earlier := first[home]; earlier != nil {
			findings[i].Touches = append(findings[i].Touches, earlier.touches()...)
			continue
		}
		first[home] = ev
	}
}

// heedAtUses notes the directives at the uses of keys: they are not for
// nothing, even where the finding stands elsewhere.
func (p *Pass) heedAtUses(own *keyUses) {
	for _, u := range slices.Concat(own.writers, own.readers) {
		p.heed(p.Flow.Ignoring(u.expr, p.Rule.Name))
	}
}

// ctxKey reports the key that w writes.
func (p *Pass) ctxKey(w keyUse, all *keyUses) Finding {
	f := p.Finding(w.expr, "the key %s is of the built-in type %s: any other package may write or read a value under it by accident",
		types.ExprString(w.expr), w.value.kind)
	ev, because := p.keyFix(w, all)
	switch {
	case ev == nil:
		f.Lower(Manual, because)
		return f
	case !p.Strict():
		f.Lower(Manual, because+" with -rules ctxkey")
		return f
	}
	f.Evidence = ev
	f.Lower(Unsafe, because+"; packages outside of this module may read it, too")
	f.Touches = ev.touches()
	return f
}

// keyFix returns the fix and what it changes, or why there is none.
func (p *Pass) keyFix(w keyUse, all *keyUses) (*CtxKey, string) {
	if !w.constant() {
		return nil, "the key is computed: give the parameter or variable a type of its own"
	}
	uses := all.of(w.value)
	if !slices.ContainsFunc(uses, func(u keyUse) bool { return !u.writes }) {
		if why := unbuiltUse(p.Program, w.value); why != "" {
			return nil, why
		}
		return nil, "nothing in the main modules reads it: another module may"
	}
	if why := all.unfit(w.value, uses); why != "" {
		return nil, why
	}
	// Have: every writer and reader, all of which may be edited.
	home, why := homeOf(uses)
	if home == nil {
		return nil, why
	}
	if why := unbuiltUse(p.Program, w.value); why != "" {
		return nil, why
	}
	typ, why := keyTypeFor(home, w.value, uses, all)
	if typ == nil {
		return nil, why
	}
	return typ.evidence(uses)
}

// touches returns the spans that the fix rewrites.
func (k *CtxKey) touches() []Span {
	var spans []Span
	if k.Before != nil {
		spans = append(spans, Span{k.Before.Pos(), k.Before.Pos() + 1})
	}
	if k.Const != nil {
		spans = append(spans, SpanOf(k.Const))
	}
	for _, use := range k.Uses {
		spans = append(spans, SpanOf(use.Key))
	}
	return spans
}

// changes says in words what the fix changes.
func changes(uses []keyUse) string {
	writers, readers := 0, 0
	files := map[*load.File]bool{}
	for _, u := range uses {
		if u.writes {
			writers++
		} else {
			readers++
		}
		files[u.file] = true
	}
	what := []string{count(writers, "writer"), count(readers, "reader")}
	text := strings.Join(what, " and ") + " change together"
	if len(files) > 1 {
		text += fmt.Sprintf(", in %d files", len(files))
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
