// Package chiapp serves a shop with chi.
package chiapp

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"example.com/frameworks/shop"
	"github.com/go-chi/chi/v5"
)

type itemKey struct{}

// Routes returns the handler of all routes.
func Routes(store *shop.Store) http.Handler {
	r := chi.NewRouter()
	r.Route("/items/{id}", func(r chi.Router) {
		r.Use(load(store))
		r.Get("/", func(w http.ResponseWriter, r *http.Request) {
			_ = json.NewEncoder(w).Encode(r.Context().Value(itemKey{}))
		})
		r.Put("/", func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			if err := store.Rename(ctx, chi.URLParam(r, "id"), r.FormValue("to")); err != nil {
				http.Error(w, err.Error(), http.StatusNotFound)
			}
		})
	})
	r.Get("/wait", func(w http.ResponseWriter, _ *http.Request) {
		select {
		case <-store.Changed():
			w.WriteHeader(http.StatusOK)
		case <-time.After(time.Minute):
			w.WriteHeader(http.StatusNoContent)
		}
	})
	return r
}

// load puts the item into the request's context.
func load(store *shop.Store) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			item, err := store.Find(context.TODO(), chi.URLParam(r, "id"))
			if err != nil {
				http.Error(w, err.Error(), http.StatusNotFound)
				return
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), itemKey{}, item)))
		})
	}
}
