package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
)

// importOrders inserts the orders of the body, one JSON object after another.
func (s *Server) importOrders(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	orders := make(chan Order, 16)
	go func() {
		defer close(orders)
		readOrders(ctx, r.Body, orders)
	}()
	ctx, cancel := context.WithTimeout(ctx, 10*s.timeout)
	defer cancel()

	name := r.PathValue("name")
	s.track(name, ctx)
	defer s.track(name, nil)

	inserted, failed := s.insertAll(ctx, orders)
	reply(w, http.StatusOK, map[string]int{"inserted": inserted, "failed": failed})
}

// track notes that the import called name runs under ctx, or, if ctx is nil,
// no longer runs.
func (s *Server) track(name string, ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx == nil {
		delete(s.imports, name)
		return
	}
	s.imports[name] = ctx
}

// waitImport answers when the import has ended.
func (s *Server) waitImport(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	running := s.imports[r.PathValue("name")]
	s.mu.Unlock()
	select {
	case <-running.Done():
		w.WriteHeader(http.StatusNoContent)
	case <-r.Context().Done():
	}
}

// insertAll inserts the orders side by side and counts what came of them.
func (s *Server) insertAll(ctx context.Context, orders <-chan Order) (inserted, failed int) {
	done, errs := make(chan Order), make(chan error)
	n := 0
	for o := range orders {
		n++
		go func(ctx context.Context, o Order) {
			if err := s.store.Insert(ctx, o); err != nil {
				errs <- err
				return
			}
			done <- o
		}(ctx, o)
	}
	for range n {
		select {
		case <-done:
			inserted++
		case err := <-errs:
			failed++
			s.log.Warn("import", "err", err)
		}
	}
	return inserted, failed
}

func readOrders(ctx context.Context, r io.Reader, orders chan<- Order) {
	dec := json.NewDecoder(r)
	for {
		var o Order
		if err := dec.Decode(&o); err != nil {
			return
		}
		select {
		case orders <- o:
		case <-ctx.Done():
			return
		}
	}
}
