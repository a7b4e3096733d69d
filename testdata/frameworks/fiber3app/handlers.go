// Package fiber3app serves a shop with fiber v3.
package fiber3app

import (
	"context"
	"time"

	"example.com/frameworks/shop"
	"github.com/gofiber/fiber/v3"
)

// API holds the handlers.
type API struct{ store *shop.Store }

// Item answers with one item.
func (a *API) Item(c fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	item, err := a.store.Find(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	return c.JSON(item)
}

// Rename renames an item.
func (a *API) Rename(c fiber.Ctx) error {
	return a.store.Rename(context.TODO(), c.Params("id"), c.Query("to"))
}

// Look counts that somebody looked at an item.
func (a *API) Look(c fiber.Ctx) error {
	id := c.Params("id")
	go func() {
		a.store.Count(context.Background(), id)
	}()
	return c.SendStatus(fiber.StatusNoContent)
}

// Wait answers after the next change.
func (a *API) Wait(c fiber.Ctx) error {
	select {
	case <-a.store.Changed():
		return c.SendStatus(fiber.StatusOK)
	case <-time.After(30 * time.Second):
		return c.SendStatus(fiber.StatusNoContent)
	}
}
