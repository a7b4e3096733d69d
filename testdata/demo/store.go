package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// An Order is what a customer wants.
type Order struct {
	ID       string `json:"id"`
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
	Cents    int    `json:"cents"`
	Status   string `json:"status"`
}

// A Store keeps orders and prices in a database.
type Store struct{ db *sql.DB }

// NewStore returns a store that uses db.
func NewStore(db *sql.DB) *Store { return &Store{db: db} }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }

// Order returns the order called id, or errNotFound.
func (s *Store) Order(ctx context.Context, id string) (Order, error) {
	var o Order
	row := s.db.QueryRowContext(ctx, "SELECT orders WHERE id", id)
	err := row.Scan(&o.ID, &o.SKU, &o.Quantity, &o.Cents, &o.Status)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%w: %s", errNotFound, id)
	}
	return o, err
}

// Insert takes what o needs off the stock and adds o.
func (s *Store) Insert(ctx context.Context, o Order) (err error) {
	if err := s.take(ctx, o.SKU, o.Quantity); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.take(context.Background(), o.SKU, -o.Quantity))
		}
	}()
	_, err = s.db.ExecContext(ctx, "INSERT orders", o.ID, o.SKU, o.Quantity, o.Cents, o.Status)
	return err
}

func (s *Store) take(ctx context.Context, sku string, quantity int) error {
	_, err := s.db.ExecContext(ctx, "UPDATE stock", sku, quantity)
	return err
}

// SetStatus changes the status of one order.
func (s *Store) SetStatus(ctx context.Context, id, status string) error {
	_, err := s.db.ExecContext(ctx, "UPDATE orders", id, status)
	return err
}

// Ship marks an order as shipped.
func (s *Store) Ship(ctx context.Context, id string) error {
	o, err := s.Order(ctx, id)
	if err != nil {
		return err
	}
	return s.SetStatus(context.TODO(), o.ID, "shipped")
}

// Audit writes a line about an order.
func (s *Store) Audit(ctx context.Context, id, what string) error {
	_, err := s.db.ExecContext(ctx, "INSERT audit", id, what)
	return err
}

// Export writes all orders. Reading from the database and writing to a slow
// client overlap.
func (s *Store) Export(ctx context.Context, enc *json.Encoder) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	orders := make(chan Order, 100)
	read := make(chan error, 1)
	go func() {
		defer close(orders)
		read <- s.each(ctx, func(o Order) error {
			select {
			case orders <- o:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	for o := range orders {
		if err := enc.Encode(o); err != nil {
			return err
		}
	}
	return <-read
}

func (s *Store) each(ctx context.Context, yield func(Order) error) error {
	rows, err := s.db.QueryContext(ctx, "SELECT orders")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var o Order
		if err := rows.Scan(&o.ID, &o.SKU, &o.Quantity, &o.Cents, &o.Status); err != nil {
			return err
		}
		if err := yield(o); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Price returns the price of one item.
func (s *Store) Price(ctx context.Context, sku string) (int, error) {
	var cents int
	err := s.db.QueryRowContext(ctx, "SELECT prices WHERE sku", sku).Scan(&sku, &cents)
	return cents, err
}

// AllPrices returns the prices of all items.
func (s *Store) AllPrices(ctx context.Context) (map[string]int, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT prices")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := make(map[string]int)
	for rows.Next() {
		var sku string
		var cents int
		if err := rows.Scan(&sku, &cents); err != nil {
			return nil, err
		}
		all[sku] = cents
	}
	return all, rows.Err()
}
