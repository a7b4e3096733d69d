// Package ginapp serves a shop with gin.
package ginapp

import (
	"context"
	"net/http"
	"sync"
	"time"

	"example.com/frameworks/shop"
	"github.com/gin-gonic/gin"
)

type userKey struct{}

// API holds the handlers.
type API struct{ store *shop.Store }

// User puts the name of the user into the request's context.
func User() gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Request = c.Request.WithContext(context.WithValue(context.Background(), userKey{}, c.GetHeader("X-User")))
		c.Next()
	}
}

// Item answers with one item.
func (a *API) Item(c *gin.Context) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	item, err := a.store.Find(ctx, c.Param("id"))
	if err != nil {
		_ = c.AbortWithError(http.StatusNotFound, err)
		return
	}
	go a.store.Count(context.Background(), item.ID)
	c.JSON(http.StatusOK, item)
}

// Rename renames an item.
func (a *API) Rename(c *gin.Context) {
	if err := a.store.Rename(context.TODO(), c.Param("id"), c.Query("to")); err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// Wait answers after the next change.
func (a *API) Wait(c *gin.Context) {
	select {
	case <-a.store.Changed():
		c.Status(http.StatusOK)
	case <-time.After(30 * time.Second):
		c.Status(http.StatusNoContent)
	}
}

// Items answers with several items.
func (a *API) Items(c *gin.Context) {
	ids := c.QueryArray("id")
	items := make([]shop.Item, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Add(1)
		go func() {
			defer wg.Done()
			items[i], _ = a.store.Find(c.Request.Context(), id)
		}()
	}
	wg.Wait()
	c.JSON(http.StatusOK, items)
}
