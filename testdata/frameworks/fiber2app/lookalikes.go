package fiber2app

import (
	"bufio"
	"context"
	"time"

	"example.com/frameworks/shop"
	"github.com/gofiber/fiber/v2"
)

// Direct hands the pooled context on, as fiber allows.
func (a *API) Direct(c *fiber.Ctx) error {
	item, err := a.store.Find(c.Context(), c.Params("id"))
	if err != nil {
		return err
	}
	return c.JSON(item)
}

// WaitOr waits for the next change or the end of the server.
func (a *API) WaitOr(c *fiber.Ctx) error {
	select {
	case <-a.store.Changed():
		return c.SendStatus(fiber.StatusOK)
	case <-c.Context().Done():
		return fiber.ErrServiceUnavailable
	}
}

// A page keeps fiber's context.
type page struct {
	c     *fiber.Ctx
	store *shop.Store
}

func (p *page) item() (shop.Item, error) {
	return p.store.Find(context.Background(), p.c.Params("id"))
}

// NewStoreHandler returns a handler with a store of its own.
func NewStoreHandler(open func(context.Context) (*shop.Store, error)) (fiber.Handler, error) {
	store, err := open(context.Background())
	if err != nil {
		return nil, err
	}
	return (&API{store}).Item, nil
}

// Stream writes a line per change. The writer runs after the handler has
// returned and fiber has taken its context back.
func (a *API) Stream(c *fiber.Ctx) error {
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		for {
			select {
			case <-a.store.Changed():
			case <-time.After(time.Minute):
			}
			if _, err := a.store.Find(context.Background(), "x"); err != nil {
				return
			}
			if err := w.Flush(); err != nil {
				return
			}
		}
	})
	return nil
}
