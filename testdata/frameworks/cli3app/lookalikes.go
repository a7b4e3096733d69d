package cli3app

import (
	"context"

	"example.com/frameworks/shop"
	"github.com/urfave/cli/v3"
)

// Run runs the command line: here the program's context begins.
func Run(store *shop.Store, args []string) error {
	return New(store).Run(context.Background(), args)
}

// names has a command alone, which carries no context.
func names(cmd *cli.Command, store *shop.Store) error {
	_, err := store.Find(context.Background(), cmd.Name)
	return err
}
