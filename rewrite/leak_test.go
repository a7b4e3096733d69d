package rewrite_test

import (
	"context"
	"fmt"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/txtar"

	"github.com/ctxfix/ctxfix/detect"
)

const leaksDir = "../testdata/leaks"

// leakGroups are the groups of scenarios in testdata/leaks, each with the
// threshold at which its fixes are made.
var leakGroups = map[string]detect.Safety{
	"selectdone":        detect.Safe,
	"selectdone-unsafe": detect.Unsafe,
	"chanblock":         detect.Safe,
	"chanblock-unsafe":  detect.Unsafe,
}

// leakProofs names, for each case of selectdone and chanblock that has a fix,
// the scenarios of testdata/leaks that have its forms.
var leakProofs = map[string][]string{
	"selectdone/blank-parameter":            {"selectdone blank parameter"},
	"selectdone/cancel-handed-over":         {"selectdone-unsafe cancel handed over"},
	"selectdone/caller-memory":              {"selectdone-unsafe caller's memory", "selectdone event"},
	"selectdone/cause-and-zero-values":      {"selectdone generic sender"},
	"selectdone/channel-of-connections":     {"selectdone-unsafe connection"},
	"selectdone/close-notify-strict":        {"selectdone close notify"},
	"selectdone/comments-and-labels":        {"selectdone labelled loop"},
	"selectdone/done-first":                 {"selectdone done case first"},
	"selectdone/gives-up-with-own-error":    {"selectdone-unsafe taken back"},
	"selectdone/handed-over":                {"selectdone reply with room", "selectdone-unsafe connection", "selectdone-unsafe receiver's memory"},
	"selectdone/handler-literal":            {"selectdone handler literal"},
	"selectdone/last-close":                 {"selectdone-unsafe last close"},
	"selectdone/lock-held":                  {"selectdone lock with a deferred unlock"},
	"selectdone/must-be-delivered":          {"selectdone-unsafe submit", "selectdone-unsafe next"},
	"selectdone/not-formatted":              {"selectdone event"},
	"selectdone/one-case":                   {"selectdone one case", "selectdone-unsafe one case with a value"},
	"selectdone/one-defer-for-two-sends":    {"selectdone-unsafe last close"},
	"selectdone/one-result":                 {"selectdone sender", "selectdone sender after timeout"},
	"selectdone/one-result-per-turn":        {"selectdone sender per turn"},
	"selectdone/reply-channels":             {"selectdone reply with room"},
	"selectdone/room-taken":                 {"selectdone-unsafe sender with more to do", "selectdone reply with room"},
	"selectdone/semaphore-and-wake":         {"selectdone semaphore", "selectdone wake"},
	"selectdone/senders-without-a-way-out":  {"selectdone-unsafe sender with more to do"},
	"selectdone/sent-on-others-channel":     {"selectdone-unsafe next"},
	"selectdone/skipped-work":               {"selectdone-unsafe more to do"},
	"selectdone/spawning-loop":              {"selectdone-unsafe spawning loop", "selectdone-unsafe joined by hand"},
	"selectdone/taken-back":                 {"selectdone-unsafe taken back"},
	"selectdone/ticker-loop":                {"selectdone worker"},
	"selectdone/two-channels-of-one-sender": {"selectdone values and their end"},
	"selectdone/way-out-for-senders":        {"selectdone senders", "selectdone poller"},
	"chanblock/abandoned-result":            {"chanblock result nobody awaits"},
	"chanblock/closed-by-a-function":        {"chanblock generator"},
	"chanblock/comments-and-labels":         {"chanblock generator", "chanblock-unsafe definition", "chanblock statement"},
	"chanblock/generators":                  {"chanblock generator", "chanblock endless generator", "chanblock group"},
	"chanblock/early-end":                   {"chanblock pipeline"},
	"chanblock/leaves-already":              {"chanblock generator that leaves elsewhere", "chanblock-unsafe generator without a close"},
	"chanblock/last-close":                  {"chanblock-unsafe last close", "chanblock-unsafe last done"},
	"chanblock/lent-value":                  {"chanblock-unsafe comma ok"},
	"chanblock/must-be-delivered":           {"chanblock-unsafe put", "chanblock-unsafe get", "chanblock-unsafe stage", "chanblock-unsafe connections"},
	"chanblock/nobody-told":                 {"chanblock-unsafe event of an object", "chanblock worker"},
	"chanblock/pipeline":                    {"chanblock pipeline"},
	"chanblock/receives":                    {"chanblock statement", "chanblock-unsafe definition", "chanblock-unsafe comma ok", "chanblock-unsafe assignment", "chanblock-unsafe result", "chanblock-unsafe argument", "chanblock-unsafe type parameter"},
	"chanblock/received-to-send-on":         {"chanblock-unsafe put"},
	"chanblock/semaphore":                   {"chanblock slot", "chanblock slot of a parameter", "chanblock-unsafe handler's slot"},
	"chanblock/spawning-loop":               {"chanblock-unsafe spawning loop"},
	"chanblock/waits-for-memory":            {"chanblock-unsafe caller's memory"},
}

// notBlocked are scenarios that go on for ever as they stand, without being
// blocked for good: goleak sees them, the runtime's profile does not.
var notBlocked = []string{"selectdone worker"}

// TestLeaks runs programs whose functions wait on when they are called off,
// or leave goroutines behind, and runs them again as the tool leaves them:
// everything returns, and no goroutine is left. goleak counts, and in a second
// build the runtime.
func TestLeaks(t *testing.T) {
	settings := detect.Options{Strict: map[string]bool{"selectdone": true, "chanblock": true}}
	fixed := func(threshold detect.Safety) string {
		return runModuleWith(t, leaksDir, settings, threshold, "selectdone", "chanblock").write(t)
	}
	before, err := filepath.Abs(leaksDir)
	if err != nil {
		t.Fatal(err)
	}
	states := []leakState{
		{"before", before, detect.Manual},
		{"after -w", fixed(detect.Safe), detect.Safe},
		{"after -w -unsafe", fixed(detect.Unsafe), detect.Unsafe},
	}
	for _, profile := range []bool{false, true} {
		for _, state := range states {
			t.Run(fmt.Sprintf("%s, profile %v", state.name, profile), func(t *testing.T) {
				t.Parallel()
				state.test(t, profile)
			})
		}
	}
}

// A leakState is the module as a threshold leaves it.
type leakState struct {
	name, dir string
	fixed     detect.Safety // the least safety of what is fixed; Manual: nothing
}

// test builds the program and holds every scenario to what the state promises.
func (s leakState) test(t *testing.T, profile bool) {
	bin := filepath.Join(t.TempDir(), "leaks")
	experiment := ""
	if profile {
		experiment = "goroutineleakprofile"
	}
	if out, err := goToolWith(t, s.dir, []string{"GOEXPERIMENT=" + experiment}, "build", "-o", bin, "."); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	left := map[string]int{}
	var mu sync.Mutex
	var groups errgroup.Group // they sleep most of the time
	for group := range leakGroups {
		groups.Go(func() error {
			patience := "100ms"
			if s.mends(group) {
				patience = "10s" // none is needed
			}
			n, err := runLeaks(t.Context(), bin, "-patience="+patience, fmt.Sprintf("-profile=%v", profile), group)
			mu.Lock()
			defer mu.Unlock()
			maps.Copy(left, n)
			return err
		})
	}
	if err := groups.Wait(); err != nil {
		t.Fatal(err)
	}
	for name, group := range scenarios(t) {
		n, ran := left[name]
		switch {
		case !ran:
			t.Errorf("%s: there is no such scenario", name)
		case s.mends(group) && n > 0:
			t.Errorf("%s: %d goroutines are left", name, n)
		case !s.mends(group) && n == 0 && !(profile && slices.Contains(notBlocked, name)):
			t.Errorf("%s: no goroutine is left without its fix", name)
		}
		delete(left, name)
	}
	for name := range left {
		t.Errorf("%s: no case names this scenario", name)
	}
}

// mends reports whether the state has the fixes of the group.
func (s leakState) mends(group string) bool {
	return s.fixed != detect.Manual && s.fixed <= leakGroups[group]
}

// scenarios returns the group of each scenario that leakProofs names.
func scenarios(t *testing.T) map[string]string {
	t.Helper()
	groups := map[string]string{}
	for _, names := range leakProofs {
		for _, name := range names {
			group, _, _ := strings.Cut(name, " ")
			if _, ok := leakGroups[group]; !ok {
				t.Fatalf("%s: no such group", name)
			}
			groups[name] = group
		}
	}
	return groups
}

// runLeaks runs the program and returns how many goroutines each scenario leaves.
func runLeaks(ctx context.Context, bin string, args ...string) (map[string]int, error) {
	out, err := exec.CommandContext(ctx, bin, args...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	left := map[string]int{}
	for line := range strings.Lines(string(out)) {
		name, count, ok := strings.Cut(strings.TrimSpace(line), ": left ")
		n, err := strconv.Atoi(count)
		if !ok || err != nil {
			return nil, fmt.Errorf("unexpected line %q in\n%s", line, out)
		}
		left[name] = n
	}
	return left, nil
}

// TestLeakProofs holds every case of selectdone and chanblock that has a fix
// to a proof that the fix leaves nobody behind.
func TestLeakProofs(t *testing.T) {
	proven := maps.Clone(leakProofs)
	for _, rule := range []string{"selectdone", "chanblock"} {
		paths, err := filepath.Glob(filepath.Join("../testdata", rule, "*.txtar"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no cases of %s: %v", rule, err)
		}
		for _, path := range paths {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			fixes := slices.ContainsFunc(archive.Files, func(f txtar.File) bool {
				return strings.HasPrefix(f.Name, "fixed/") || strings.HasPrefix(f.Name, "unsafe/")
			})
			name := rule + "/" + strings.TrimSuffix(filepath.Base(path), ".txtar")
			if _, ok := leakProofs[name]; fixes && !ok {
				t.Errorf("%s: name the scenario of testdata/leaks that has its forms", name)
			} else if fixes {
				delete(proven, name)
			}
		}
	}
	for name := range proven {
		t.Errorf("%s: no such case, or it has no fix", name)
	}
}
