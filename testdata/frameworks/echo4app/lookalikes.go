package echo4app

import (
	"context"

	"example.com/frameworks/shop"
	"github.com/labstack/echo/v4"
)

// Named takes a context beside echo's: that one counts.
func (a *API) Named(ctx context.Context, c echo.Context) error {
	return a.store.Rename(ctx, c.Param("id"), c.QueryParam("to"))
}

// A view keeps echo's context.
type view struct {
	c     echo.Context
	store *shop.Store
}

func (v *view) item() (shop.Item, error) {
	return v.store.Find(context.Background(), v.c.Param("id"))
}

// Undo puts the old name back when the new one was refused.
func (a *API) Undo(c echo.Context) error {
	from, to := c.Param("id"), c.QueryParam("to")
	if err := a.store.Rename(c.Request().Context(), from, to); err != nil {
		if err := a.store.Rename(context.Background(), to, from); err != nil {
			return err
		}
		return err
	}
	return nil
}

// WaitOr waits for the next change or the end of the request.
func (a *API) WaitOr(c echo.Context) error {
	ctx := c.Request().Context()
	select {
	case <-a.store.Changed():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
