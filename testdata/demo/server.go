package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

var (
	errBusy     = errors.New("busy, try again")
	errNotFound = errors.New("no such order")
)

// Server answers the HTTP requests.
type Server struct {
	store   *Store
	prices  *Prices
	pool    *Pool
	notify  *Notifier
	events  chan<- Event
	log     *slog.Logger
	timeout time.Duration

	mu      sync.Mutex
	imports map[string]context.Context // running imports by name
}

// NewServer returns a server that keeps its orders in store.
func NewServer(store *Store, pool *Pool, notify *Notifier, events chan<- Event, log *slog.Logger) *Server {
	return &Server{
		store:   store,
		prices:  NewPrices(store),
		pool:    pool,
		notify:  notify,
		events:  events,
		log:     log,
		timeout: 2 * time.Second,
		imports: make(map[string]context.Context),
	}
}

// Routes returns the handler of all routes.
func (s *Server) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", s.getOrder)
	mux.HandleFunc("POST /orders", s.createOrder)
	mux.HandleFunc("POST /orders/{id}/ship", s.shipOrder)
	mux.HandleFunc("GET /orders", s.exportOrders)
	mux.HandleFunc("GET /quotes", s.quoteMany)
	mux.HandleFunc("POST /imports/{name}", s.importOrders)
	mux.HandleFunc("GET /imports/{name}/wait", s.waitImport)
	mux.HandleFunc("GET /healthz", s.health)
	return withRequestID(withLog(s.log, mux))
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, errNotFound):
		status = http.StatusNotFound
	case errors.Is(err, errBusy), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		status = http.StatusServiceUnavailable
	}
	s.log.Error("request failed", "path", r.URL.Path, "request", requestID(r.Context()), "err", err)
	http.Error(w, err.Error(), status)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}
