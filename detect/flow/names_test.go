package flow_test

import (
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

func TestNames(t *testing.T) {
	for _, test := range []struct {
		name string
		is   func(string) bool
		want bool
	}{
		{"Close", flow.IsCloser, true},
		{"closeIdle", flow.IsCloser, true},
		{"Close2", flow.IsCloser, true},
		{"close_all", flow.IsCloser, true},
		{"Closest", flow.IsCloser, false},
		{"Foreclose", flow.IsCloser, false},
		{"", flow.IsCloser, false},
		{"", flow.IsTeller, false},
		{"Debugf", flow.IsTeller, true},
		{"IncRequests", flow.IsTeller, true},
		{"Include", flow.IsTeller, false},
	} {
		if got := test.is(test.name); got != test.want {
			t.Errorf("%q: got %t, want %t", test.name, got, test.want)
		}
	}
}
