package cli2app

import (
	"context"

	"example.com/frameworks/shop"
	"github.com/urfave/cli/v2"
)

// Run runs the command line: here the program's context begins.
func Run(store *shop.Store, args []string) error {
	return New(store).RunContext(context.Background(), args)
}

// direct hands the program's context on.
func direct(c *cli.Context, store *shop.Store) error {
	_, err := store.Find(c.Context, c.Args().First())
	return err
}

// waitOr waits for the next change or the end of the program.
func waitOr(c *cli.Context, store *shop.Store) error {
	select {
	case <-store.Changed():
		return nil
	case <-c.Done():
		return c.Err()
	}
}

// A tool keeps its context.
type tool struct {
	c     *cli.Context
	store *shop.Store
}

func (t *tool) find() (shop.Item, error) {
	return t.store.Find(context.Background(), t.c.Args().First())
}
