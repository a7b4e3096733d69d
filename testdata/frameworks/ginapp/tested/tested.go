// Package tested has handlers whose tests call them without a request.
package tested

import (
	"context"
	"net/http"

	"example.com/frameworks/shop"
	"github.com/gin-gonic/gin"
)

var store shop.Store

// Item answers with one item.
func Item(c *gin.Context) {
	item, err := store.Find(context.Background(), c.Param("id"))
	if err != nil {
		c.AbortWithStatus(http.StatusNotFound)
		return
	}
	c.JSON(http.StatusOK, item)
}
