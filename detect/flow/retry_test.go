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
	for {
		go func() {
			net.Dial("", "") // retries: no
		}()
	}
	for {
		func() {
			net.Dial("", "") // retries: yes
		}()
	}
	func() {
		for {
			net.Dial("", "") // retries: yes
		}
	}()
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
		{"in other ways", `
import ("context"; "net"; "errors")
func dial() error { return nil }
func ok() bool { return true }
func use(...any) error { return nil }
func f(ctx context.Context, c chan int, done bool) error {
	for {
		if dial() != nil { // retries: yes
			continue
		}
	}
	for {
		if dial() != nil { // retries: no
			return nil
		}
	}
	for {
		if ok() { // retries: yes
			net.Dial("", "")
		}
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		use(err)
	}
	for {
		_, err := net.Dial("", "") // retries: no
		if err != nil { panic(err) }
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		if err != nil { use(err) }
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		if err != nil { use(func() error { return err }) }
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		if err != nil { }
	}
	for {
		_, err := net.Dial("", "") // retries: no
		if err != nil { goto out }
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		if err != nil { if done { break }; continue }
		if ctx.Err() != nil { return nil }
	}
	for range c {
		_, err := net.Dial("", "") // retries: no
		if err == nil { break }
	}
	for range c {
		_, err := net.Dial("", "") // retries: no
		if err != nil { use(err) }
	}
	for {
		_, err := net.Dial("", "") // retries: no
		if err != nil { use(err) }
		if ctx.Err() != nil { return nil }
	}
	for {
		_, err := net.Dial("", "") // retries: no
		if errors.Is(err, net.ErrClosed) { use(err) }
		if ctx.Err() != nil { return nil }
	}
	for {
		_, err := net.Dial("", "") // retries: yes
		if done { continue }
		use(err)
	}
	for {
		_, err := net.Dial("", "") // retries: no
		if err != nil {
			if ctx.Err() != nil { return nil }
			continue
		}
	}
	for {
		switch {
		case done:
			net.Dial("", "") // retries: yes
		}
	}
	for {
		switch net.Dial("", ""); { // retries: yes
		}
	}
	for {
		use(func() error { return nil }, net.JoinHostPort("", "")) // retries: yes
	}
out:
	return nil
}
`},
	})
}
