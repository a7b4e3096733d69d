// Package cli3app is a command line for a shop, with urfave/cli v3.
package cli3app

import (
	"context"
	"fmt"
	"time"

	"example.com/frameworks/shop"
	"github.com/urfave/cli/v3"
)

// New returns the command line.
func New(store *shop.Store) *cli.Command {
	return &cli.Command{
		Name: "shop",
		Commands: []*cli.Command{
			{
				Name: "find",
				Action: func(ctx context.Context, cmd *cli.Command) error {
					ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
					defer cancel()
					item, err := store.Find(ctx, cmd.Args().First())
					if err != nil {
						return err
					}
					fmt.Fprintln(cmd.Writer, item.ID, item.Cents)
					return nil
				},
			},
			{
				Name: "rename",
				Action: func(_ context.Context, cmd *cli.Command) error {
					return store.Rename(context.Background(), cmd.Args().Get(0), cmd.Args().Get(1))
				},
			},
		},
	}
}
