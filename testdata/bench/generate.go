package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// growth compares runs over generated modules of several sizes.
func (b *bench) growth(ctx context.Context) error {
	for _, n := range b.sizes {
		title := fmt.Sprintf("A generated module of %d packages", n)
		if !b.only.MatchString(title) {
			continue
		}
		t := &tree{name: title, dir: filepath.Join(b.dir, fmt.Sprint("generated", n)), patterns: []string{"./..."}, env: b.environ("GOFLAGS=-trimpath")}
		if err := generate(t.dir, n); err != nil {
			return err
		}
		list := contender{name: "go list -deps -export", argv: []string{"go", "list", "-deps", "-test", "-export", "./..."}}
		if err := b.table(ctx, t, title, []contender{b.load(t), list, b.ctxfix("ctxfix", t), b.ctxfix("ctxfix -strict", t, "-strict")}); err != nil {
			return err
		}
		if err := os.RemoveAll(t.dir); err != nil {
			return err
		}
	}
	return nil
}

// generate writes a module of n packages, each with two files of some hundred
// lines, of which each imports up to three before it.
func generate(dir string, n int) error {
	if err := write(dir, "go.mod", "module example.com/generated\n\ngo 1.26\n"); err != nil {
		return err
	}
	for i := range n {
		for file, text := range generated(i) {
			if err := write(filepath.Join(dir, fmt.Sprintf("p%d", i)), file, text); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(dir, name, text string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)
}

// generated are the files of the package with that number.
func generated(i int) map[string]string {
	imports, calls := "", ""
	below := []int{i / 2, i / 3, i - 1}
	slices.Sort(below)
	for _, n := range slices.Compact(below) {
		if n > 0 && n < i {
			imports += fmt.Sprintf("\n\t\"example.com/generated/p%d\"", n)
			calls += fmt.Sprintf("\tif err := p%d.Serve(ctx, nil); err != nil {\n\t\treturn err\n\t}\n", n)
		}
	}
	store := fmt.Sprintf("package p%d\n%s", i, storeText)
	for n := range 8 {
		store += fmt.Sprintf(tableText, n)
	}
	return map[string]string{
		"serve.go": fmt.Sprintf(serveText, i, imports, calls),
		"store.go": store,
	}
}

// serveText is a server's file: package number, imports, calls.
const serveText = `package p%d

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
%s
)

// Serve takes requests until ctx is done.
func Serve(ctx context.Context, requests <-chan *http.Request) error {
%s	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	if requests == nil {
		return nil
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case r := <-requests:
			if err := handle(ctx, r); err != nil {
				return fmt.Errorf("handle: %%w", err)
			}
		}
	}
}

func handle(ctx context.Context, r *http.Request) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL.String(), nil)
	if err != nil {
		return err
	}
	for attempt := range 3 {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			return resp.Body.Close()
		}
		time.Sleep(time.Duration(attempt) * time.Second)
	}
	return errors.New("given up")
}
`

// storeText is the beginning of a store's file.
const storeText = `
import (
	"context"
	"database/sql"
	"sync"
)

type store struct {
	mu sync.Mutex
	db *sql.DB
}
`

// tableText is a part of a store's file.
const tableText = `
type row%[1]d struct {
	id   int
	name string
}

func (s *store) table%[1]d(ctx context.Context, ids []int) (all []row%[1]d, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, err := s.db.QueryContext(ctx, "select id, name from t%[1]d")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r row%[1]d
		if err := rows.Scan(&r.id, &r.name); err != nil {
			return nil, err
		}
		for _, id := range ids {
			if id == r.id {
				all = append(all, r)
			}
		}
	}
	return all, rows.Err()
}

func (s *store) fill%[1]d(ctx context.Context, rows []row%[1]d) error {
	results := make(chan error, len(rows))
	for _, r := range rows {
		go func() {
			_, err := s.db.ExecContext(ctx, "insert into t%[1]d values (?, ?)", r.id, r.name)
			results <- err
		}()
	}
	for range rows {
		if err := <-results; err != nil {
			return err
		}
	}
	return nil
}
`
