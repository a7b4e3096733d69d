package main

import (
	"context"
	"sync"
	"time"
)

// Prices keeps the prices of a store in memory.
type Prices struct {
	store *Store
	once  sync.Once
	err   error // of the first load

	mu     sync.Mutex
	cents  map[string]int
	loaded time.Time
}

// NewPrices returns an empty cache of the prices in store.
func NewPrices(store *Store) *Prices {
	return &Prices{store: store, cents: make(map[string]int)}
}

// Get returns the price of sku. The first call loads all prices, for everyone.
func (p *Prices) Get(ctx context.Context, sku string) (int, error) {
	p.once.Do(func() { p.err = p.Refresh(context.Background()) })
	if p.err != nil {
		return 0, p.err
	}
	p.mu.Lock()
	cents, ok := p.cents[sku]
	p.mu.Unlock()
	if ok {
		return cents, nil
	}
	cents, err := p.store.Price(ctx, sku)
	if err != nil {
		return 0, err
	}
	p.Set(context.Background(), sku, cents)
	return cents, nil
}

// Lookup is Get for callers that have no context.
func (p *Prices) Lookup(sku string) (int, error) {
	return p.Get(context.Background(), sku)
}

// Set notes the price of sku.
func (p *Prices) Set(ctx context.Context, sku string, cents int) {
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cents[sku] = cents
}

// Refresh loads all prices again.
func (p *Prices) Refresh(ctx context.Context) error {
	all, err := p.store.AllPrices(ctx)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cents, p.loaded = all, time.Now()
	return nil
}
