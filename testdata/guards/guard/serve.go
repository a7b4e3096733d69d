package guard

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"
)

// EnvBaseline names the file that holds what the tests reach.
const EnvBaseline = "CTXFIX_GUARD_BASELINE"

// A Test is run without one guard, and again without another.
type Test struct {
	Name  string
	Stage int // cheap and telling ones first
	Run   func(*testing.T)
}

func (t Test) key() string { return fmt.Sprint(t.Name, " ", t.Stage) }

// A base is a test with all guards in place.
type base struct {
	Cost   time.Duration
	Steps  int
	Guards []int // those that decide something there, sorted
}

// unbounded is a budget that no test uses up.
const unbounded = 1 << 40

// Which says which of the tests that reach a guard are run.
type Which struct {
	First, Last int // stages
	Most        int // how many, the cheapest; 0: all
}

// Serve reads "NUMBER FIRST LAST MOST" from the first pipe that the process was
// given and writes to the second "NUMBER TEST", the first of these tests that
// fails without the guard, or "NUMBER". Only tests where the guard decides
// something are run.
func Serve(t *testing.T, tests []Test) {
	bases := baseline(t, tests)
	answers := os.NewFile(4, "answers")
	requests := bufio.NewScanner(os.NewFile(3, "requests"))
	for requests.Scan() {
		var n int
		var which Which
		if _, err := fmt.Sscan(requests.Text(), &n, &which.First, &which.Last, &which.Most); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(answers, n, without(t, n, reaching(tests, bases, n, which), bases))
	}
}

// baseline reads what another process has found out, or does so and writes it.
func baseline(t *testing.T, tests []Test) map[string]base {
	bases := map[string]base{}
	path := os.Getenv(EnvBaseline)
	data, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(data, &bases); err != nil {
			t.Fatal(err)
		}
		return bases
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, test := range tests {
		reset()
		Switch(0, unbounded)
		start := time.Now()
		if !holdsUp(t, test) {
			t.Fatalf("%s fails with all guards in place", test.Name)
		}
		bases[test.key()] = base{time.Since(start), steps, reset()}
	}
	if data, err = json.Marshal(bases); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return bases
}

// reset returns the guards that have held since the last call.
func reset() []int {
	var out []int
	for n, hit := range reached {
		if hit {
			out = append(out, n)
			reached[n] = false
		}
	}
	return out
}

// Without runs f without the guard and returns the guards that have held, and
// how many times any did.
func Without(guard, most int, f func()) (reached []int, count int) {
	reset()
	Switch(guard, most)
	f()
	count = steps
	Switch(0, unbounded)
	return reset(), count
}

// reaching returns the tests to run, the cheapest first.
func reaching(tests []Test, bases map[string]base, n int, which Which) []Test {
	var out []Test
	for _, test := range tests {
		if _, found := slices.BinarySearch(bases[test.key()].Guards, n); found && which.First <= test.Stage && test.Stage <= which.Last {
			out = append(out, test)
		}
	}
	slices.SortStableFunc(out, func(a, b Test) int {
		return cmp.Or(a.Stage-b.Stage, cmp.Compare(bases[a.key()].Cost, bases[b.key()].Cost))
	})
	if which.Most > 0 && len(out) > which.Most {
		out = out[:which.Most]
	}
	return out
}

func without(t *testing.T, n int, tests []Test, bases map[string]base) string {
	defer Switch(0, unbounded)
	for _, test := range tests {
		base := bases[test.key()]
		Switch(n, 20*base.Steps+100_000)
		hangs := time.AfterFunc(20*base.Cost+time.Minute, func() {
			panic(fmt.Sprintf("%s does not end without guard %d", test.Name, n))
		})
		held := holdsUp(t, test)
		hangs.Stop()
		if !held {
			return test.Name
		}
	}
	return ""
}

// holdsUp runs the test, with all that it runs in parallel.
func holdsUp(t *testing.T, test Test) bool {
	return t.Run("", func(t *testing.T) {
		t.Run(test.Name, func(t *testing.T) {
			defer func() {
				if r := recover(); r != nil {
					t.Errorf("panic: %v", r)
				}
			}()
			test.Run(t)
		})
	})
}
