package tested

import (
	"errors"
	"testing"

	"example.com/frameworks/shop"
	"github.com/spf13/cobra"
)

func TestFind(t *testing.T) {
	if err := runFind(&cobra.Command{}, []string{"x"}); !errors.Is(err, shop.ErrNotFound) {
		t.Error(err)
	}
}
