package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// serve runs the whole service on a port of its own and returns its URL.
func serve(t *testing.T, webhook string) string {
	t.Helper()
	ln, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, ln, config{dsn: rand.Text(), webhook: webhook, workers: 2, grace: time.Second}, quiet)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

func call(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(data))
}

func TestOrders(t *testing.T) {
	url := serve(t, "")
	for _, step := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/orders", `{"id":"1","sku":"tea","quantity":2}`, 201, `{"id":"1","sku":"tea","quantity":2,"cents":900,"status":"new"}`},
		{"POST", "/orders", `{"id":"2","sku":"cup","quantity":11}`, 500, `memory: not enough cup`},
		{"POST", "/orders", `not JSON`, 400, ``},
		{"POST", "/orders/1/ship", ``, 204, ``},
		{"GET", "/orders/1", ``, 200, `{"id":"1","sku":"tea","quantity":2,"cents":900,"status":"shipped"}`},
		{"GET", "/orders/2", ``, 404, `no such order: 2`},
		{"GET", "/orders", ``, 200, `{"id":"1","sku":"tea","quantity":2,"cents":900,"status":"shipped"}`},
		{"GET", "/quotes?sku=tea&sku=cup", ``, 200, `[450,1200]`},
		{"GET", "/quotes?sku=pot", ``, 500, `sql: no rows in result set`},
		{"POST", "/imports/x", `{"id":"3","sku":"cup","quantity":1} {"id":"4","sku":"cup","quantity":99}`, 200, `{"failed":1,"inserted":1}`},
		{"GET", "/healthz", ``, 204, ``},
	} {
		status, body := call(t, step.method, url+step.path, step.body)
		if status != step.status || step.want != "" && body != step.want {
			t.Errorf("%s %s: %d %s, want %d %s", step.method, step.path, status, body, step.status, step.want)
		}
	}
}

func TestWebhook(t *testing.T) {
	events := make(chan Event, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var e Event
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			t.Error(err)
		}
		events <- e
	}))
	t.Cleanup(hook.Close)
	url := serve(t, hook.URL)
	if status, body := call(t, "POST", url+"/orders", `{"id":"1","sku":"tea","quantity":1}`); status != http.StatusCreated {
		t.Fatal(status, body)
	}
	if got := <-events; got != (Event{"1", "new"}) {
		t.Errorf("first event: %v", got)
	}
	if got := <-events; got != (Event{"1", "archive"}) {
		t.Errorf("second event: %v", got)
	}
	call(t, "POST", url+"/orders/1/ship", "")
	if got := <-events; got != (Event{"1", "shipped"}) {
		t.Errorf("third event: %v", got)
	}
}

func TestRequestID(t *testing.T) {
	var got string
	h := withRequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = requestID(r.Context()) }))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-ID", "abc")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if got != "abc" || w.Header().Get("X-Request-ID") != "abc" {
		t.Errorf("request id %q, header %q", got, w.Header().Get("X-Request-ID"))
	}
}

func TestPool(t *testing.T) {
	p := NewPool(2, quiet)
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Submit(context.Background(), Job{}); err != errStopped {
			t.Errorf("after Drain: %v", err)
		}
	})
	ctx := context.WithValue(context.Background(), requestIDKey{}, "7")
	ran := make(chan struct{}, 3)
	for range 3 {
		err := p.Submit(ctx, Job{Run: func(context.Context) error {
			ran <- struct{}{}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		<-ran
	}
	if err := p.Drain(time.Second); err != nil {
		t.Error(err)
	}
	for range cap(p.jobs) {
		p.jobs <- Job{}
	}
}
