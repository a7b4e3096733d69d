package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// An Event is something that happened to an order.
type Event struct {
	Order string `json:"order"`
	Kind  string `json:"kind"`
}

// A Notifier tells a webhook what happens.
type Notifier struct {
	url      string
	client   *http.Client
	log      *slog.Logger
	attempts int
	backoff  time.Duration
	wake     chan struct{} // ends a pause between two attempts early
	every    time.Duration
}

// NewNotifier returns a notifier for the webhook at url; none if url is empty.
func NewNotifier(url string, log *slog.Logger) *Notifier {
	return &Notifier{
		url:      url,
		client:   &http.Client{Timeout: 5 * time.Second},
		log:      log,
		attempts: 3,
		backoff:  100 * time.Millisecond,
		wake:     make(chan struct{}, 1),
		every:    time.Minute,
	}
}

// Ping reports whether the webhook is there.
func (n *Notifier) Ping(ctx context.Context) error {
	if ctx == nil {
		ctx = context.Background()
	}
	return n.post(ctx, Event{Kind: "ping"})
}

// Confirm tells of a new order and fails if the webhook does not answer.
func (n *Notifier) Confirm(ctx context.Context, o Order) error {
	return n.deliver(ctx, Event{Order: o.ID, Kind: "new"})
}

// Archive tells of an order for the records.
func (n *Notifier) Archive(ctx context.Context, o Order) {
	if err := n.deliver(ctx, Event{Order: o.ID, Kind: "archive"}); err != nil {
		n.log.Warn("archive", "order", o.ID, "err", err)
	}
}

// Wake makes a notifier that pauses try again at once.
func (n *Notifier) Wake() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// deliver posts e, several times if need be.
func (n *Notifier) deliver(ctx context.Context, e Event) error {
	var err error
	for attempt := range n.attempts {
		if err = n.post(ctx, e); err == nil {
			return nil
		}
		select {
		case <-time.After(n.backoff << attempt):
		case <-n.wake:
		}
	}
	return fmt.Errorf("gave up after %d attempts: %w", n.attempts, err)
}

// Forward posts what comes in on events.
func (n *Notifier) Forward(ctx context.Context, events <-chan Event) {
	ticker := time.NewTicker(n.every)
	defer ticker.Stop()
	sent := 0
	for {
		select {
		case e := <-events:
			if err := n.deliver(ctx, e); err != nil {
				n.log.Warn("event lost", "order", e.Order, "err", err)
				continue
			}
			sent++
		case <-ticker.C:
			n.log.Info("events", "sent", sent)
		}
	}
}

func (n *Notifier) post(ctx context.Context, e Event) error {
	if n.url == "" {
		return nil
	}
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("X-Request-ID", requestID(ctx))
	resp, err := n.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("webhook: %s", resp.Status)
	}
	return nil
}
