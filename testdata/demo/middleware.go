package main

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"time"
)

type (
	requestIDKey struct{}
	loggerKey    struct{}
)

// requestID returns the identity of the request that ctx belongs to, or "".
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// withRequestID gives every request an identity, the client's own if it sent one.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-ID")
		if id == "" {
			id = rand.Text()
		}
		w.Header().Set("X-Request-ID", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(context.Background(), requestIDKey{}, id)))
	})
}

// withLog writes a line per request.
func withLog(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		defer func() {
			log.LogAttrs(context.Background(), slog.LevelInfo, "request",
				slog.String("method", r.Method),
				slog.String("path", r.URL.Path),
				slog.String("id", requestID(r.Context())),
				slog.Duration("took", time.Since(start)))
		}()
		next.ServeHTTP(w, r)
	})
}
