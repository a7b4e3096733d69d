package flow

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"github.com/ctxfix/ctxfix/detect/typed"
)

// A Channel is what the package shows about the channel an expression
// denotes. A variable stands for every channel it may hold; names that are
// bound to the same channel (x := ch, func(c chan T) {…}(ch)) are followed.
type Channel struct {
	Kind     ChannelKind
	Var      *types.Var // the variable or field; nil for CallChannel and OtherChannel
	Name     string     // the last name of the expression: "done" of s.done and of s.Done()
	Elem     types.Type
	Dir      types.ChanDir   // of the expression's type
	Makes    []Make          // calls of make whose result it may hold, in file order
	Sources  []ast.Expr      // everything else it may hold, nil excluded: a call, another variable
	Sends    []ChannelOp     // in file order, as are the following
	Receives []ChannelOp     // range statements included
	Closes   []ChannelOp     //
	Escapes  []Escape        // where code that is not followed gets hold of it
	Measured []*ast.CallExpr // len and cap
}

// ChannelKind says where a channel comes from.
type ChannelKind uint8

const (
	LocalChannel  ChannelKind = iota // a local variable
	ParamChannel                     // a parameter or result of a function
	FieldChannel                     // a field
	GlobalChannel                    // a package variable
	CallChannel                      // the result of a call
	OtherChannel                     // an element of a map or slice, an assertion, …
)

// A Make is one make(chan T, n). Cap is the constant capacity, or -1.
type Make struct {
	Call *ast.CallExpr
	Cap  int64
}

// An Escape is a place where a channel leaves what is followed.
type Escape struct {
	Node   ast.Node
	How    string        // "returned", "stored", "passed to work", …
	Call   *ast.CallExpr // the call that receives it, or nil
	Launch ast.Node      // set when Call is launched by a go statement, or stands in a launched literal
}

// Private reports whether every channel it may hold is made here and every
// operation on it is known.
func (c *Channel) Private() bool {
	return c.Kind == LocalChannel && len(c.Makes) > 0 && len(c.Sources) == 0 && len(c.Escapes) == 0
}

// Capacity returns the least capacity of the channels it may hold, and
// whether all of them are made in this package with constant capacity.
func (c *Channel) Capacity() (n int64, known bool) {
	if len(c.Makes) == 0 || len(c.Sources) > 0 || c.Kind == ParamChannel || c.Var != nil && c.Var.Exported() && c.Kind != LocalChannel {
		return 0, false
	}
	n = c.Makes[0].Cap
	for _, m := range c.Makes {
		n = min(n, m.Cap)
	}
	return n, n >= 0
}

// Unbuffered reports whether it is certainly an unbuffered channel.
func (c *Channel) Unbuffered() bool {
	_, known := c.Capacity()
	return known && !slices.ContainsFunc(c.Makes, func(m Make) bool { return m.Cap != 0 })
}

// Ticks reports whether it carries times, as those of timers and tickers do.
func (c *Channel) Ticks() bool { return typed.Is(c.Elem, "time", "Time") }

// OSSignals reports whether it is a chan os.Signal.
func (c *Channel) OSSignals() bool { return typed.Is(c.Elem, "os", "Signal") }

// Event reports whether it carries nothing but the event itself.
func (c *Channel) Event() bool {
	s, ok := c.Elem.Underlying().(*types.Struct)
	return ok && s.NumFields() == 0
}

// endings are words that name a channel by which somebody says that it has
// ended, or is asked to end.
var endings = []string{
	"done", "stop", "quit", "exit", "exited", "closed", "closing", "close", "dying", "dead", "term", "shutdown",
	"finished", "ready", "stopped", "stopping", "terminate", "terminated", "die", "halt", "kill", "killed",
	"cancel", "cancelled", "canceled", "abort", "aborted", "interrupt", "interrupted", "idle",
}

// Ending reports whether the channel's last name has a word that says done,
// stop, quit or the like, as a word of its own (stopCh, serverDone) or
// followed by c, ch or chan (donec).
func (c *Channel) Ending() bool {
	for _, w := range words(c.Name) {
		for _, suffix := range []string{"", "c", "ch", "chan"} {
			if slices.Contains(endings, strings.TrimSuffix(w, suffix)) {
				return true
			}
		}
	}
	return false
}

// words splits a Go name into its lower-case words.
func words(name string) []string {
	var out []string
	runes, start := []rune(name), 0
	for i := range runes {
		if i > start && wordStarts(runes, i) {
			out = append(out, strings.ToLower(strings.Trim(string(runes[start:i]), "_")))
			start = i
		}
	}
	return append(out, strings.ToLower(strings.Trim(string(runes[start:]), "_")))
}

// wordStarts reports whether a word starts at i: B of aB, B of ABc, b of a_b.
func wordStarts(r []rune, i int) bool {
	switch {
	case r[i-1] == '_':
		return true
	case !unicode.IsUpper(r[i]):
		return false
	}
	return !unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])
}

// Channel describes the channel that e denotes, or returns nil if e is not a
// channel.
func (p *Package) Channel(e ast.Expr) *Channel {
	e = ast.Unparen(e)
	typ := p.Info.TypeOf(e)
	if typ == nil {
		return nil
	}
	t, ok := typ.Underlying().(*types.Chan)
	if !ok {
		return nil
	}
	c := &Channel{Kind: OtherChannel, Elem: t.Elem(), Dir: t.Dir(), Name: lastName(e)}
	if call, ok := e.(*ast.CallExpr); ok {
		c.Kind = CallChannel
		if m, ok := p.makeOf(call); ok {
			c.Makes = []Make{m}
		}
		return c
	}
	v := p.channelVar(e)
	if v == nil {
		return c
	}
	known := p.channel(v)
	c.Var, c.Kind, c.Makes, c.Sources, c.Sends = v, known.Kind, known.Makes, known.Sources, known.Sends
	c.Receives, c.Closes, c.Escapes, c.Measured = known.Receives, known.Closes, known.Escapes, known.Measured
	return c
}

// maxOps bounds how many operations are kept for the next question.
const maxOps = 1 << 16

// channel describes the channel that v holds. A field is asked about as often
// as it is used.
func (p *Package) channel(v *types.Var) *Channel {
	if known := p.described[v]; known != nil {
		return known
	}
	c := &Channel{Kind: p.channelKind(v)}
	p.collect(c, v, map[*types.Var]bool{})
	p.sort(c)
	n := len(c.Sends) + len(c.Receives) + len(c.Closes) + len(c.Escapes) + 1
	if p.operations += n; p.operations > maxOps {
		clear(p.described)
		p.operations = n
	}
	p.described[v] = c
	return c
}

func (p *Package) sort(c *Channel) {
	slices.SortFunc(c.Makes, func(a, b Make) int { return p.ComparePos(a.Call.Pos(), b.Call.Pos()) })
	slices.SortFunc(c.Sources, func(a, b ast.Expr) int { return p.ComparePos(a.Pos(), b.Pos()) })
	slices.SortFunc(c.Escapes, func(a, b Escape) int { return p.ComparePos(a.Node.Pos(), b.Node.Pos()) })
	for _, ops := range [][]ChannelOp{c.Sends, c.Receives, c.Closes} {
		slices.SortFunc(ops, func(a, b ChannelOp) int { return p.ComparePos(a.Node.Pos(), b.Node.Pos()) })
	}
}

// lastName returns the last name of an expression: Done of s.x.Done().
func lastName(e ast.Expr) string {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		return lastName(e.Fun)
	case *ast.IndexExpr:
		return lastName(e.X)
	}
	return ""
}
