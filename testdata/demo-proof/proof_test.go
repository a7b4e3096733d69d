package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// within fails the test unless f returns soon.
func within(t *testing.T, f func()) {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f()
	}()
	select {
	case <-ended:
	case <-time.After(2 * time.Second):
		t.Fatal("goes on although its context is done")
	}
}

// slow returns a server whose database takes a minute for everything.
func slow(t *testing.T) *Server {
	t.Helper()
	db, err := sql.Open("memory", t.Name()+"?latency=1m")
	if err != nil {
		t.Fatal(err)
	}
	s := NewServer(NewStore(db), NewPool(1, quiet), NewNotifier("", quiet), make(chan Event), quiet)
	s.timeout = time.Minute
	return s
}

func cancelled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func request(t *testing.T, s *Server, path string) int {
	w := httptest.NewRecorder()
	s.Routes().ServeHTTP(w, httptest.NewRequestWithContext(cancelled(t), "GET", path, nil))
	return w.Code
}

func TestSafeRequestReachesDatabase(t *testing.T) {
	t.Parallel()
	s := slow(t)
	within(t, func() {
		if code := request(t, s, "/orders/1"); code != http.StatusServiceUnavailable {
			t.Errorf("status %d", code)
		}
	})
}

func TestSafeQuote(t *testing.T) {
	t.Parallel()
	s := slow(t)
	within(t, func() {
		if _, err := s.quote(cancelled(t), "tea"); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
}

func TestSafeDeliver(t *testing.T) {
	t.Parallel()
	hook := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(hook.Close)
	n := NewNotifier(hook.URL, quiet)
	n.backoff = time.Minute
	within(t, func() {
		if err := n.Confirm(cancelled(t), Order{ID: "1"}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	})
}

func TestUnsafeForward(t *testing.T) {
	t.Parallel()
	n := NewNotifier("", quiet)
	within(t, func() { n.Forward(cancelled(t), make(chan Event)) })
}

func TestUnsafeWaitForUnknownImport(t *testing.T) {
	t.Parallel()
	s := slow(t)
	noPanic(t, func() { request(t, s, "/imports/unknown/wait") })
}

func TestUnsafeSubmitWithoutContext(t *testing.T) {
	t.Parallel()
	p := NewPool(1, quiet)
	noPanic(t, func() {
		if err := p.Submit(nil, Job{}); err != nil {
			t.Error(err)
		}
	})
}

func TestUnsafeShutdownWithoutLimit(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	noPanic(t, func() {
		if err := run(ctx, ln, config{workers: 1}, quiet); err != nil {
			t.Error(err)
		}
	})
}

func noPanic(t *testing.T, f func()) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Error("panic: " + fmt.Sprint(r))
		}
	}()
	f()
}
