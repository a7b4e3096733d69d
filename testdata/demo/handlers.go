package main

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

func (s *Server) getOrder(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	o, err := s.store.Order(ctx, r.PathValue("id"))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	reply(w, http.StatusOK, o)
}

func (s *Server) createOrder(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	var o Order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	cents, err := s.quote(ctx, o.SKU)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	o.Cents, o.Status = cents*o.Quantity, "new"
	if err := s.store.Insert(ctx, o); err != nil {
		s.fail(w, r, err)
		return
	}
	if err := s.notify.Confirm(ctx, o); err != nil {
		if err := s.store.SetStatus(context.Background(), o.ID, "unconfirmed"); err != nil {
			s.log.Error("order is left new", "order", o.ID, "err", err)
		}
		s.fail(w, r, err)
		return
	}
	go s.notify.Archive(context.Background(), o)
	reply(w, http.StatusCreated, o)
}

func (s *Server) shipOrder(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("id")
	if err := s.store.Ship(ctx, id); err != nil {
		s.fail(w, r, err)
		return
	}
	if err := s.prices.Refresh(context.Background()); err != nil {
		s.log.Warn("prices are old", "err", err)
	}
	// The parcel is gone: the audit line is written even if the client is too.
	if err := s.store.Audit(context.Background(), id, "shipped"); err != nil {
		s.fail(w, r, err)
		return
	}
	_ = s.pool.Submit(context.Background(), Job{Name: "label", Run: func(ctx context.Context) error {
		return s.store.Audit(ctx, id, "label printed")
	}})
	select {
	case s.events <- Event{Order: id, Kind: "shipped"}:
	default:
		s.log.Warn("event dropped", "order", id)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) exportOrders(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	if err := s.store.Export(r.Context(), json.NewEncoder(w)); err != nil {
		s.log.Error("export", "err", err)
	}
	err := s.store.Audit(context.Background(), "all", "exported") //nolint:contextcheck // a broken export counts too
	if err != nil {
		s.log.Error("export is not in the books", "err", err)
	}
}

// quote asks for the price of sku, but not for long.
func (s *Server) quote(ctx context.Context, sku string) (int, error) {
	type answer struct {
		cents int
		err   error
	}
	answers := make(chan answer)
	go func() {
		cents, err := s.prices.Lookup(sku)
		answers <- answer{cents, err}
	}()
	select {
	case a := <-answers:
		return a.cents, a.err
	case <-time.After(s.timeout):
		return 0, errBusy
	}
}

func (s *Server) quoteMany(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), s.timeout)
	defer cancel()
	skus := r.URL.Query()["sku"]
	cents := make([]int, len(skus))
	errs := make([]error, len(skus))
	var wg sync.WaitGroup
	for i, sku := range skus {
		wg.Add(1)
		go func() {
			defer wg.Done()
			cents[i], errs[i] = s.prices.Get(ctx, sku)
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			s.fail(w, r, err)
			return
		}
	}
	reply(w, http.StatusOK, cents)
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	checks := map[string]func(context.Context) error{
		"database": s.store.Ping,
		"webhook":  s.notify.Ping,
	}
	failed := make(chan string, len(checks))
	for name, check := range checks {
		go func() {
			if err := check(r.Context()); err != nil {
				failed <- name + ": " + err.Error()
				return
			}
			failed <- ""
		}()
	}
	for range checks {
		if msg := <-failed; msg != "" {
			http.Error(w, msg, http.StatusServiceUnavailable)
			return
		}
	}
	w.WriteHeader(http.StatusNoContent)
}
