// Package echo4app serves a shop with echo v4.
package echo4app

import (
	"context"
	"net/http"
	"time"

	"example.com/frameworks/shop"
	"github.com/labstack/echo/v4"
)

type userKey struct{}

// API holds the handlers.
type API struct{ store *shop.Store }

// User puts the name of the user into the request's context.
func User(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		c.SetRequest(r.WithContext(context.WithValue(context.Background(), userKey{}, r.Header.Get("X-User"))))
		return next(c)
	}
}

// Item answers with one item.
func (a *API) Item(c echo.Context) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	item, err := a.store.Find(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	go a.store.Count(context.Background(), item.ID)
	return c.JSON(http.StatusOK, item)
}

// Rename renames an item.
func (a *API) Rename(c echo.Context) error {
	return a.store.Rename(context.TODO(), c.Param("id"), c.QueryParam("to"))
}

// Wait answers after the next change.
func (a *API) Wait(c echo.Context) error {
	select {
	case <-a.store.Changed():
		return c.NoContent(http.StatusOK)
	case <-time.After(30 * time.Second):
		return c.NoContent(http.StatusNoContent)
	}
}
