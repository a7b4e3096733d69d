//go:build guards

package fuzz_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/testdata/guards/guard"
)

// TestFormsWithout judges the forms without a guard, again and again.
func TestFormsWithout(t *testing.T) {
	w := newWorld(t)
	var tests []guard.Test
	for _, a := range readForms(t) {
		for i := range a.forms {
			f := &a.forms[i]
			test := guard.Test{Name: a.name + "/" + f.name, Run: func(t *testing.T) { w.testForm(t, f) }}
			if f.writes {
				test.Stage = 1
			}
			tests = append(tests, test)
		}
	}
	guard.Serve(t, tests)
}

// TestTellApart looks for programs that are judged otherwise without a guard
// that no test misses. testdata/guards builds and starts it, and says where the
// guards stand, how long to look and into which folder the programs go.
func TestTellApart(t *testing.T) {
	q := newQuest(t)
	set(t, "rapid.nofailfile", "true")
	debug.SetGCPercent(400)
	for ; len(q.left()) > 0 && time.Now().Before(q.end); q.seed++ {
		t.Run(fmt.Sprint(q.seed), func(t *testing.T) {
			set(t, "rapid.seed", fmt.Sprint(q.seed))
			set(t, "rapid.checks", "50")
			rapid.Check(t, func(rt *rapid.T) {
				if time.Now().After(q.end) {
					return
				}
				if c := q.generate(rt, newCounts()); c != nil {
					q.judge(c.program)
				}
			})
		})
	}
}

// patience is how many programs that reach a guard are judged without it.
const patience = 400

// A quest is a search for programs that tell guards apart from their absence.
type quest struct {
	*world
	Guards map[int]string // their keys by number
	Seed   uint64
	Length time.Duration
	Write  bool // carry the fixes out: for guards of the writer
	Dir    string

	seed  uint64
	end   time.Time
	tried map[int]int
}

func newQuest(t *testing.T) *quest {
	q := &quest{world: newWorld(t), tried: map[int]int{}}
	data, err := os.ReadFile(os.Getenv("CTXFIX_GUARD_QUEST"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, q); err != nil {
		t.Fatal("CTXFIX_GUARD_QUEST: ", err)
	}
	q.seed, q.end = q.Seed, time.Now().Add(q.Length)
	return q
}

// left returns the guards that no program is found for, be it by another search.
func (q *quest) left() []int {
	found := map[string]bool{}
	paths, _ := filepath.Glob(filepath.Join(q.Dir, "*.txtar")) // fails for a bad pattern alone
	for _, path := range paths {
		found[path] = true
	}
	var out []int
	for n := range q.Guards {
		if !found[q.path(n)] {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

func (q *quest) path(n int) string { return filepath.Join(q.Dir, fmt.Sprintf("%05d.txtar", n)) }

// judge looks for guards that the program misses, and notes it for them.
func (q *quest) judge(p program) {
	prog, err := q.program(p)
	if err != nil {
		return
	}
	was, reached, steps := q.without(0, 1<<40, prog)
	for _, n := range q.left() {
		if _, ok := slices.BinarySearch(reached, n); !ok || q.tried[n] >= patience {
			continue
		}
		q.tried[n]++
		if got, _, _ := q.without(n, budget(steps), prog); was != got {
			q.note(q.smaller(p, n), n)
			return
		}
	}
}

// budget is how many guards may hold in a program where so many do with all in
// place.
func budget(steps int) int { return 20*steps + 100_000 }

// without returns what comes of the program without a guard, the guards that
// have decided there, and how often any did.
func (q *quest) without(n, most int, prog *load.Program) (out string, reached []int, steps int) {
	reached, steps = guard.Without(n, most, func() {
		defer func() {
			if r := recover(); r != nil && n != 0 {
				out = fmt.Sprintf("panic: %.200v", r)
			}
		}()
		decided, changed, err := judge(prog.Clone(), q.Write)
		if err != nil {
			out, _, _ = strings.Cut(err.Error(), "\n")
			return
		}
		out = "decided:\n" + decided
		for _, f := range changed {
			out += f.name + " fixed:\n" + f.src
		}
	})
	return out, reached, steps
}

// smaller takes away what the difference does not need.
func (q *quest) smaller(p program, n int) program {
	return q.shrink(p, func(p program) (program, bool) {
		c := q.settle(p)
		if c == nil {
			return p, false
		}
		return c.program, len(q.told(c.program, []int{n})) > 0
	})
}

// told returns the differences that those guards make in the program.
func (q *quest) told(p program, guards []int) map[int]string {
	prog, err := q.program(p)
	if err != nil {
		return nil
	}
	was, reached, steps := q.without(0, 1<<40, prog)
	out := map[int]string{}
	for _, n := range guards {
		if _, ok := slices.BinarySearch(reached, n); !ok {
			continue
		}
		if got, _, _ := q.without(n, budget(steps), prog); was != got {
			out[n] = cmp.Diff(was, got)
		}
	}
	return out
}

// note puts the program down for the guard, and for others that it tells apart:
// what is small does so for many.
func (q *quest) note(p program, n int) {
	for guard, diff := range q.told(p, append(q.left(), n)) {
		text := p.format(fmt.Sprintf("%s\n(-with +without)\n%s\n", q.Guards[guard], diff))
		if err := os.WriteFile(q.path(guard), []byte(text), 0o666); err != nil {
			panic(err)
		}
	}
}
