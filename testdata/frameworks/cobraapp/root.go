// Package cobraapp is a command line for a shop, with cobra.
package cobraapp

import (
	"context"
	"fmt"
	"time"

	"example.com/frameworks/shop"
	"github.com/spf13/cobra"
)

// New returns the root command.
func New(store *shop.Store) *cobra.Command {
	root := &cobra.Command{Use: "shop", SilenceUsage: true}
	root.AddCommand(newFind(store), newRename(store), newWait(store))
	return root
}

func newFind(store *shop.Store) *cobra.Command {
	return &cobra.Command{
		Use:  "find ID",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			item, err := store.Find(ctx, args[0])
			if err != nil {
				return err
			}
			cmd.Println(item.ID, item.Cents)
			return nil
		},
	}
}

func newRename(store *shop.Store) *cobra.Command {
	return &cobra.Command{
		Use:  "rename FROM TO",
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			return store.Rename(context.Background(), args[0], args[1])
		},
	}
}

func newWait(store *shop.Store) *cobra.Command {
	var limit time.Duration
	cmd := &cobra.Command{
		Use: "wait",
		RunE: func(cmd *cobra.Command, _ []string) error {
			select {
			case <-store.Changed():
				return nil
			case <-time.After(limit):
				return fmt.Errorf("no change within %v", limit)
			}
		},
	}
	cmd.Flags().DurationVar(&limit, "limit", time.Minute, "how long to wait")
	return cmd
}
