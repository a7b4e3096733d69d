package tested

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
)

func TestItem(t *testing.T) {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	Item(c)
	if got := c.Writer.Status(); got != http.StatusNotFound {
		t.Errorf("status %d", got)
	}
}
