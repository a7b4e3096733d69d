package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

func init() { sql.Register("memory", &memory{databases: make(map[string]*tables)}) }

// memory is a database driver that holds its rows in memory. It knows the few
// statements that Store uses: VERB table [WHERE column], with the values as
// arguments.
type memory struct {
	mu        sync.Mutex
	databases map[string]*tables
}

type tables struct {
	mu      sync.Mutex
	rows    map[string][][]driver.Value
	latency time.Duration
}

var columns = map[string][]string{
	"orders": {"id", "sku", "quantity", "cents", "status"},
	"prices": {"sku", "cents"},
	"stock":  {"sku", "quantity"},
	"audit":  {"id", "what"},
}

// Open returns a connection to the database of that name, which comes into
// being with some stock. A parameter latency slows every statement down.
func (m *memory) Open(dsn string) (driver.Conn, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.databases[u.Path]
	if t == nil {
		t = &tables{rows: map[string][][]driver.Value{
			"prices": {{"tea", int64(450)}, {"cup", int64(1200)}},
			"stock":  {{"tea", int64(100)}, {"cup", int64(10)}},
		}}
		if s := u.Query().Get("latency"); s != "" {
			if t.latency, err = time.ParseDuration(s); err != nil {
				return nil, err
			}
		}
		m.databases[u.Path] = t
	}
	return &conn{t}, nil
}

type conn struct{ *tables }

func (c *conn) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("memory: no prepared statements")
}

func (c *conn) Begin() (driver.Tx, error) { return nil, errors.New("memory: no transactions") }

func (c *conn) Close() error { return nil }

func (c *conn) Ping(ctx context.Context) error { return c.pause(ctx) }

// pause waits as long as a real database would take.
func (c *conn) pause(ctx context.Context) error {
	if c.latency <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(c.latency):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.pause(ctx); err != nil {
		return nil, err
	}
	table := strings.Fields(query)[1]
	c.mu.Lock()
	defer c.mu.Unlock()
	found := &rows{columns: columns[table]}
	for _, row := range c.rows[table] {
		if len(args) == 0 || row[0] == args[0].Value {
			found.rows = append(found.rows, slices.Clone(row))
		}
	}
	return found, nil
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.pause(ctx); err != nil {
		return nil, err
	}
	verb, table, _ := strings.Cut(query, " ")
	c.mu.Lock()
	defer c.mu.Unlock()
	if verb == "INSERT" {
		row := make([]driver.Value, len(args))
		for i, a := range args {
			row[i] = a.Value
		}
		c.rows[table] = append(c.rows[table], row)
		return driver.RowsAffected(1), nil
	}
	for _, row := range c.rows[table] {
		if row[0] != args[0].Value {
			continue
		}
		last := len(row) - 1
		if n, ok := row[last].(int64); ok {
			left := n - args[1].Value.(int64)
			if left < 0 {
				return nil, fmt.Errorf("memory: not enough %v", row[0])
			}
			row[last] = left
		} else {
			row[last] = args[1].Value
		}
		return driver.RowsAffected(1), nil
	}
	return nil, fmt.Errorf("memory: no row %v in %s", args[0].Value, table)
}

type rows struct {
	columns []string
	rows    [][]driver.Value
}

func (r *rows) Columns() []string { return r.columns }

func (r *rows) Close() error { return nil }

func (r *rows) Next(dest []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(dest, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}
