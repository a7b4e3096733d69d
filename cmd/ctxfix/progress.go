package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/term"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
)

// A statusLine shows on a terminal what is being done. It is one line that
// is overwritten and, at the end, erased with blanks: no escape sequences.
// A nil *statusLine shows nothing.
type statusLine struct {
	out   io.Writer
	width int
	stop  chan struct{}
	done  sync.WaitGroup
	once  sync.Once

	mu    sync.Mutex
	phase string
	drawn time.Time
}

// newStatus returns the status line of a run, nil if there is to be none.
func (s *session) newStatus(set settings) *statusLine {
	if !set.progress || set.quiet {
		return nil
	}
	return newStatusLine(s.stderr)
}

// newStatusLine starts a status line on w, or returns nil where it would be
// in the way: w is no terminal, or the environment asks for plain output.
func newStatusLine(w io.Writer) *statusLine {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) || plainOutput(os.Getenv) {
		return nil
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width < 2 { // not known
		width = 80
	}
	return startStatusLine(w, width, time.Second)
}

// plainOutput reports whether the environment asks for output without
// anything that moves or is coloured.
func plainOutput(env func(string) string) bool {
	return env("CI") != "" || env("NO_COLOR") != "" || env("TERM") == "dumb"
}

func startStatusLine(w io.Writer, width int, every time.Duration) *statusLine {
	l := &statusLine{out: w, width: width, stop: make(chan struct{})}
	l.done.Go(func() { l.tick(every) })
	return l
}

// tick draws the line again and again, with the seconds that went by.
func (l *statusLine) tick(every time.Duration) {
	start := time.Now()
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.draw(fmt.Sprintf(" (%ds)", int(time.Since(start).Seconds())))
		case <-l.stop:
			return
		}
	}
}

// show names what is being done now.
func (l *statusLine) show(phase string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	l.phase = phase
	l.mu.Unlock()
	l.draw("")
}

// count returns a function that adds one to what the line says is done, with
// more behind it, and then shows the phase that follows. The line is drawn ten
// times a second at most.
func (l *statusLine) count(phase, after string) func(all int, more string) {
	if l == nil {
		return func(int, string) {}
	}
	var done atomic.Int64
	return func(all int, more string) {
		n := done.Add(1)
		l.mu.Lock()
		l.phase = fmt.Sprintf("%s: %d of %d%s", phase, n, all, more)
		if int(n) == all {
			l.phase = after
		}
		draw := int(n) == all || time.Since(l.drawn) >= 100*time.Millisecond
		l.mu.Unlock()
		if draw {
			l.draw("")
		}
	}
}

func (l *statusLine) draw(suffix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.phase == "" {
		return
	}
	l.drawn = time.Now()
	text := []rune("ctxfix: " + report.Printable(l.phase) + suffix)
	fmt.Fprintf(l.out, "\r%-*s", l.width-1, string(text[:min(len(text), l.width-1)]))
}

// hide makes room until something is shown again.
func (l *statusLine) hide() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.phase != "" {
		l.phase = ""
		l.blank()
	}
}

// blank overwrites the line.
func (l *statusLine) blank() {
	fmt.Fprintf(l.out, "\r%s\r", strings.Repeat(" ", l.width-1))
}

// erase ends the line and leaves the terminal as it was. It may be called
// again.
func (l *statusLine) erase() {
	if l == nil {
		return
	}
	l.once.Do(func() {
		close(l.stop)
		l.done.Wait()
		if l.phase != "" {
			l.blank()
		}
	})
}
