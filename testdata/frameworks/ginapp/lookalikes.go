package ginapp

import (
	"context"
	"io"
	"net/http"
	"time"

	"example.com/frameworks/shop"
	"github.com/gin-gonic/gin"
)

// Direct hands the pooled context on, as gin allows.
func (a *API) Direct(c *gin.Context) {
	item, err := a.store.Find(c, c.Param("id"))
	if err != nil {
		_ = c.AbortWithError(http.StatusNotFound, err)
		return
	}
	c.JSON(http.StatusOK, item)
}

// WaitOr waits for the next change or the end of the request.
func (a *API) WaitOr(c *gin.Context) {
	select {
	case <-a.store.Changed():
		c.Status(http.StatusOK)
	case <-c.Done():
	}
}

// A session lives as long as its request.
type session struct {
	*gin.Context
	store *shop.Store
}

// item has no parameter that carries a context: a receiver is not asked.
func (s *session) item(id string) (shop.Item, error) {
	return s.store.Find(context.Background(), id)
}

// Each gives the goroutines what they need.
func (a *API) Each(c *gin.Context) {
	for _, id := range c.QueryArray("id") {
		go func(c *gin.Context) {
			_ = c.Error(a.store.Rename(c, id, id))
		}(c.Copy())
	}
}

// Serve serves until ctx is done.
func Serve(ctx context.Context, srv *http.Server) error {
	<-ctx.Done()
	grace, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return srv.Shutdown(grace)
}

// Stream writes a line per change; gin keeps asking until the client is gone.
func (a *API) Stream(c *gin.Context) {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	c.Stream(func(w io.Writer) bool {
		select {
		case <-a.store.Changed():
			_, err := io.WriteString(w, "changed\n")
			return err == nil
		case <-ticker.C:
			return false
		}
	})
}

// Guard is called with and without a request.
func (a *API) Guard(c *gin.Context) error {
	ctx := context.Background()
	if c != nil && c.Request != nil {
		ctx = c.Request.Context()
	}
	_, err := a.store.Find(ctx, "x")
	return err
}
