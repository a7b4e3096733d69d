package flow_test

import (
	"go/ast"
	"testing"

	"github.com/ctxfix/ctxfix/detect/flow"
)

func TestRetries(t *testing.T) {
	retries := func(p *flow.Package, n ast.Node) string {
		if p.Retries(callIn(n)) {
			return "yes"
		}
		return "no"
	}
	ask(t, map[string]question{"retries": retries}, []source{
		{"loops", `
import ("context"; "net"; "time")
func f(ctx context.Context) error {
	net.Dial("", "") // retries: no
	for range 3 {
		net.Dial("", "") // retries: no
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		if err != nil { continue }
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		if err == nil { break }
		time.Sleep(1)
	}
	for {
		if _, err := net.Dial("", ""); err != nil { // retries: no
			return err
		}
	}
	for {
		if _, err := net.Dial("", ""); err != nil { // retries: yes
			continue
		}
	}
	for {
		_, err := net.Dial("", "") // retries: no
		if err != nil { break }
	}
	for {
		net.Dial("", "") // retries: no
		if ctx.Err() != nil { return nil }
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		if err != nil { continue }
		if ctx.Err() != nil { return nil }
	}
	for {
		if ctx.Err() != nil { return nil }
		_, err := net.Dial("", "") // retries: no
		if err != nil { continue }
	}
	for range time.Tick(1) {
		_, err := net.Dial("", "") // retries: no
		if err != nil { continue }
	}
	for range time.Tick(1) {
		_, err := net.Dial("", "") // retries: yes
		if err != nil { continue }
		select {
		case <-ctx.Done(): return nil
		default:
		}
	}
	for {
		net.Dial("", "") // retries: yes
	}
}
`},
	})
}
