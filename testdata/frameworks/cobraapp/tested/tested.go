// Package tested has a command whose tests call it without a context.
package tested

import (
	"context"

	"example.com/frameworks/shop"
	"github.com/spf13/cobra"
)

var store shop.Store

func runFind(cmd *cobra.Command, args []string) error {
	item, err := store.Find(context.Background(), args[0])
	if err != nil {
		return err
	}
	cmd.Println(item.ID)
	return nil
}
