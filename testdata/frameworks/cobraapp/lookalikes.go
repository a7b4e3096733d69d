package cobraapp

import (
	"context"
	"os"
	"os/signal"
	"time"

	"example.com/frameworks/shop"
	"github.com/spf13/cobra"
)

// Execute runs the command line: here the program's context begins.
func Execute(store *shop.Store) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return New(store).ExecuteContext(ctx)
}

// newServe returns a command that goes on until it is told to stop.
func newServe(store *shop.Store, shutdown func(context.Context) error) *cobra.Command {
	return &cobra.Command{
		Use: "serve",
		RunE: func(cmd *cobra.Command, _ []string) error {
			<-cmd.Context().Done()
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			return shutdown(ctx)
		},
	}
}

// A tool keeps its command.
type tool struct {
	*cobra.Command
	store *shop.Store
}

func (t *tool) find(id string) (shop.Item, error) {
	return t.store.Find(context.Background(), id)
}

// ensureContext gives a command that was run without a context one.
func ensureContext(cmd *cobra.Command, _ []string) {
	if cmd.Context() == nil {
		cmd.SetContext(context.Background())
	}
}
