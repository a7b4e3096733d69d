// Command orders is a small order service: it takes orders over HTTP, prices
// them, keeps them in a database and tells a webhook what became of them.
package main

import (
	"context"
	"database/sql"
	"flag"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type config struct {
	addr    string
	dsn     string
	webhook string
	workers int
	grace   time.Duration
}

func main() {
	var cfg config
	flag.StringVar(&cfg.addr, "addr", "localhost:8080", "address to listen on")
	flag.StringVar(&cfg.dsn, "dsn", "orders", "name of the database, optionally with ?latency=DURATION")
	flag.StringVar(&cfg.webhook, "webhook", "", "URL that is told about orders")
	flag.IntVar(&cfg.workers, "workers", 4, "number of background workers")
	flag.DurationVar(&cfg.grace, "grace", 10*time.Second, "time to finish requests at shutdown; 0 for as long as it takes")
	flag.Parse()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ln, err := net.Listen("tcp", cfg.addr)
	if err != nil {
		log.Error("listen", "err", err)
		os.Exit(1)
	}
	if err := run(ctx, ln, cfg, log); err != nil {
		log.Error("run", "err", err)
		os.Exit(1)
	}
}

// run serves on ln until ctx is done, then lets the requests in flight finish.
func run(ctx context.Context, ln net.Listener, cfg config, log *slog.Logger) error {
	db, err := sql.Open("memory", cfg.dsn)
	if err != nil {
		return err
	}
	defer db.Close()

	store := NewStore(db)
	pool := NewPool(cfg.workers, log)
	if err := pool.Start(ctx); err != nil {
		return err
	}
	events := make(chan Event, 64)
	notify := NewNotifier(cfg.webhook, log)
	go notify.Forward(ctx, events)

	srv := &http.Server{
		Handler:           NewServer(store, pool, notify, events, log).Routes(),
		ReadHeaderTimeout: 5 * time.Second,
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), loggerKey{}, log)
		},
	}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	log.Info("serving", "addr", ln.Addr().String())

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}

	shutdown, cancel := context.WithTimeout(context.Background(), max(cfg.grace, time.Second))
	defer cancel()
	if err := srv.Shutdown(shutdown); err != nil {
		return err
	}
	return pool.Drain(cfg.grace)
}
