package chiapp

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/frameworks/shop"
)

func TestUnknownItem(t *testing.T) {
	srv := httptest.NewServer(Routes(&shop.Store{}))
	t.Cleanup(func() { _ = srv.Config.Shutdown(context.Background()) })
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, srv.URL+"/items/x", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", resp.StatusCode)
	}
}
