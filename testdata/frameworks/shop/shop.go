// Package shop is what the handlers of the other packages work with.
package shop

import (
	"context"
	"errors"
	"sync"
)

// ErrNotFound is returned for an unknown item.
var ErrNotFound = errors.New("no such item")

// An Item can be bought.
type Item struct {
	ID    string `json:"id"`
	Cents int    `json:"cents"`
}

// A Store keeps items.
type Store struct {
	mu      sync.Mutex
	items   map[string]Item
	changed chan struct{}
}

// Find returns the item called id.
func (s *Store) Find(ctx context.Context, id string) (Item, error) {
	if err := ctx.Err(); err != nil {
		return Item{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	item, ok := s.items[id]
	if !ok {
		return Item{}, ErrNotFound
	}
	return item, nil
}

// Rename gives an item another name.
func (s *Store) Rename(ctx context.Context, from, to string) error {
	item, err := s.Find(ctx, from)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, from)
	item.ID = to
	s.items[to] = item
	return nil
}

// Count notes that an item was looked at.
func (s *Store) Count(ctx context.Context, id string) {
	if item, err := s.Find(ctx, id); err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.items[id] = item
	}
}

// Changed returns a channel that receives after a change.
func (s *Store) Changed() <-chan struct{} { return s.changed }
