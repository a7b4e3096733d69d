// Package cli2app is a command line for a shop, with urfave/cli v2.
package cli2app

import (
	"context"
	"fmt"
	"time"

	"example.com/frameworks/shop"
	"github.com/urfave/cli/v2"
)

// New returns the command line.
func New(store *shop.Store) *cli.App {
	return &cli.App{
		Name: "shop",
		Commands: []*cli.Command{
			{
				Name: "find",
				Action: func(c *cli.Context) error {
					ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
					defer cancel()
					item, err := store.Find(ctx, c.Args().First())
					if err != nil {
						return err
					}
					fmt.Fprintln(c.App.Writer, item.ID, item.Cents)
					return nil
				},
			},
			{
				Name: "rename",
				Action: func(c *cli.Context) error {
					return store.Rename(context.TODO(), c.Args().Get(0), c.Args().Get(1))
				},
			},
			{
				Name:   "wait",
				Action: func(c *cli.Context) error { return wait(c, store, c.Duration("limit")) },
				Flags:  []cli.Flag{&cli.DurationFlag{Name: "limit", Value: time.Minute}},
			},
		},
	}
}

func wait(c *cli.Context, store *shop.Store, limit time.Duration) error {
	select {
	case <-store.Changed():
		return nil
	case <-time.After(limit):
		return fmt.Errorf("no change within %v", limit)
	}
}
