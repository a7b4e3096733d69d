package typed

import "go/types"

// A Provider tells how a parameter's request context is asked for.
type Provider struct {
	Suffix  string // Go source after the parameter's name: ".Context()"
	Unknown bool   // whose context it is is not known: at most unsafe
	Tested  string // a call by which tests make one whose context is nil, or ""
}

// frameworks are the parameter types whose request context is known.
var frameworks = []struct {
	pkg, name string
	pointer   bool
	provider  Provider
}{
	{"net/http", "Request", true, Provider{Suffix: ".Context()"}},
	{"github.com/gin-gonic/gin", "Context", true, Provider{Suffix: ".Request.Context()", Tested: "CreateTestContext"}},
	{"github.com/labstack/echo/v4", "Context", false, Provider{Suffix: ".Request().Context()"}},
	{"github.com/labstack/echo/v5", "Context", true, Provider{Suffix: ".Request().Context()"}},
	{"github.com/gofiber/fiber/v2", "Ctx", true, Provider{Suffix: ".UserContext()"}},
	{"github.com/gofiber/fiber/v3", "Ctx", false, Provider{Suffix: ".Context()"}},
	{"github.com/spf13/cobra", "Command", true, Provider{Suffix: ".Context()", Tested: "Command"}},
	{"github.com/urfave/cli/v2", "Context", true, Provider{Suffix: ".Context"}},
}

// ProviderOf returns how a parameter of type t provides a request's context,
// or false. Client streams never do: asking one for its context early turns
// off transparent retries. Tests have their own rule.
func ProviderOf(t types.Type) (Provider, bool) {
	_, pointer := types.Unalias(t).(*types.Pointer)
	for _, f := range frameworks {
		if f.pointer != pointer {
			continue
		}
		if named := Named(t); named != nil && exactly(named, f.pkg, f.name) {
			return f.provider, true
		}
	}
	if IsContext(t) || isPooled(t) || isTesting(t) || isClientStream(t) {
		return Provider{}, false
	}
	fn := contextMethod(t)
	if fn == nil || fn.Pkg() != nil && fn.Pkg().Path() == "testing" { // promoted from an embedded *testing.T
		return Provider{}, false
	}
	return Provider{Suffix: ".Context()", Unknown: !isServerStream(t) && !isRequestOf(fn)}, true
}

// exactly compares the package path with its major version.
func exactly(named *types.Named, pkg, name string) bool {
	obj := named.Obj()
	return obj.Name() == name && obj.Pkg() != nil && obj.Pkg().Path() == pkg
}

// contextMethod returns the method Context() context.Context of t, or nil.
func contextMethod(t types.Type) *types.Func {
	obj, _, _ := types.LookupFieldOrMethod(t, false, nil, "Context")
	fn, ok := obj.(*types.Func)
	if !ok {
		return nil
	}
	sig := fn.Signature()
	if sig.Params().Len() != 0 || sig.Results().Len() != 1 || !Is(sig.Results().At(0).Type(), "context", "Context") {
		return nil
	}
	return fn
}

func isTesting(t types.Type) bool {
	named := Named(t)
	return named != nil && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "testing"
}

// IsTesting reports whether t is *testing.T, B, F or testing.TB.
func IsTesting(t types.Type) bool { return isTesting(t) }

// IsTest reports whether t is exactly *testing.T, *testing.B, *testing.F or
// testing.TB: what has the method Context of a test.
func IsTest(t types.Type) bool {
	named := Named(t)
	if named == nil {
		return false
	}
	_, pointer := types.Unalias(t).(*types.Pointer)
	if !pointer {
		return exactly(named, "testing", "TB")
	}
	return exactly(named, "testing", "T") || exactly(named, "testing", "B") || exactly(named, "testing", "F")
}

func isClientStream(t types.Type) bool {
	return hasMethod(t, "CloseSend") || hasMethod(t, "CloseRequest")
}

func isServerStream(t types.Type) bool {
	return hasMethod(t, "SetTrailer") && hasMethod(t, "SendHeader") && hasMethod(t, "RecvMsg")
}

// IsResponseWriter reports whether t has the methods of http.ResponseWriter.
func IsResponseWriter(t types.Type) bool {
	return t != nil && hasMethod(t, "WriteHeader") && hasMethod(t, "Header") && hasMethod(t, "Write")
}

func hasMethod(t types.Type, name string) bool {
	obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	_, ok := obj.(*types.Func)
	return ok
}

// isRequestOf reports whether fn belongs to one of the standard library's
// packages whose types carry a request's or a handshake's context.
func isRequestOf(fn *types.Func) bool {
	return fn.Pkg() != nil && (fn.Pkg().Path() == "net/http" || fn.Pkg().Path() == "crypto/tls")
}
