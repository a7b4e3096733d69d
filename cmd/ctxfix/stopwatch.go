package main

import (
	"runtime/metrics"
	"time"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/rewrite"
)

// The phases of a run around those of package rewrite.
const (
	loading  rewrite.Phase = "load"
	emitting rewrite.Phase = "emit"
)

// A stopwatch measures the phases of a run, which may come back. A nil
// *stopwatch measures nothing.
type stopwatch struct {
	phases  []report.Phase
	current int // index in phases
	started time.Time
	heap    uint64 // bytes allocated until then
}

// enter ends the phase before and begins the next one.
func (w *stopwatch) enter(p rewrite.Phase) {
	if w == nil {
		return
	}
	w.pause()
	for i, known := range w.phases {
		if known.Name == string(p) {
			w.current = i
			return
		}
	}
	w.current = len(w.phases)
	w.phases = append(w.phases, report.Phase{Name: string(p)})
}

// pause adds what went by to the present phase.
func (w *stopwatch) pause() {
	now, heap := time.Now(), sample("/gc/heap/allocs:bytes")
	if len(w.phases) > 0 {
		w.phases[w.current].Duration += now.Sub(w.started)
		w.phases[w.current].Allocated += heap - w.heap
	}
	w.started, w.heap = now, heap
}

// stats ends the last phase and returns what was measured.
func (w *stopwatch) stats() *report.Stats {
	if w == nil {
		return nil
	}
	w.pause()
	return &report.Stats{Phases: w.phases, Memory: sample("/memory/classes/total:bytes")}
}

func sample(name string) uint64 {
	samples := []metrics.Sample{{Name: name}}
	metrics.Read(samples)
	return samples[0].Value.Uint64()
}
