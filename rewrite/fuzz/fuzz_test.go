// Package fuzz_test makes programs at random out of the cases of testdata, and
// holds what the rules make of them to all that must be true of any program.
package fuzz_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// slice is how many programs are tried when no time is given.
const slice = 80

// batch is how many programs come from one seed.
const batch = 500

// TestPrograms tries programs. CTXFIX_FUZZ, a time like 5m, lets it try others
// for so long, from the seed CTXFIX_FUZZ_SEED on; without, they are always the
// same ones. CTXFIX_FUZZ_OUT is a folder for the programs that fail, reduced.
func TestPrograms(t *testing.T) {
	s := &search{world: newWorld(t), counts: newCounts(), known: map[string]bool{}, out: os.Getenv("CTXFIX_FUZZ_OUT")}
	set(t, "rapid.nofailfile", "true")
	defer func() { t.Log(s.counts) }()
	text := os.Getenv("CTXFIX_FUZZ")
	if text == "" {
		s.try(t, 1, slice)
		return
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal("CTXFIX_FUZZ: ", err)
	}
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("CTXFIX_FUZZ_SEED"); text != "" {
		if _, err := fmt.Sscan(text, &seed); err != nil {
			t.Fatal("CTXFIX_FUZZ_SEED: ", err)
		}
	}
	debug.SetGCPercent(400)
	for end := time.Now().Add(length); time.Now().Before(end); seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { s.try(t, seed, batch) })
	}
}

func set(t *testing.T, name, value string) {
	old := flag.Lookup(name).Value.String()
	if err := flag.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { flag.Set(name, old) })
}

// A search goes through programs. Of each kind of violation it reports one.
type search struct {
	*world
	*counts
	known map[string]bool
	out   string // folder for what fails; empty: none
}

// try draws so many programs from one seed. A violation does not end the
// search: programs are made smaller by what they are, not by how they came
// about, which tells a reader more.
func (s *search) try(t *testing.T, seed uint64, n int) {
	set(t, "rapid.seed", fmt.Sprint(seed))
	set(t, "rapid.checks", fmt.Sprint(n))
	rapid.Check(t, func(rt *rapid.T) {
		c := s.generate(rt, s.counts)
		if c == nil {
			rt.Skip("no program")
		}
		s.programs++
		for _, m := range modes {
			var v *violation
			if errors.As(s.hold(c, m, s.counts), &v) && !s.known[v.kind] {
				s.known[v.kind] = true
				s.report(t, c.program, m, v)
			}
		}
	})
}

// report makes the program smaller and shows it.
func (s *search) report(t *testing.T, p program, m mode, v *violation) {
	small := s.reduce(p, m, v)
	text := small.format(fmt.Sprintf("%s (%s)\n%v\n", v.kind, m.name, s.why(small, m)))
	t.Error(text)
	if s.out == "" {
		return
	}
	name := strings.NewReplacer("/", "_", " ", "_", ":", "", "'", "").Replace(v.kind) + ".txtar"
	if err := os.WriteFile(filepath.Join(s.out, name), []byte(text), 0o666); err != nil {
		t.Error(err)
	}
}

// why says what is wrong with the program now.
func (w *world) why(p program, m mode) error {
	if c := w.check(p, "."); c != nil {
		return w.hold(c, m, newCounts())
	}
	return nil
}
