package golangci_test

import (
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"

	_ "github.com/ctxfix/ctxfix/rewrite/golangci"
)

func TestPlugin(t *testing.T) {
	build, err := register.GetPlugin("ctxfix")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name     string
		settings any
		want     string
	}{
		{"none", nil, ""},
		{"all", map[string]any{
			"strict": true, "unsafe": true, "rules": []any{"background", "nildone"}, "skip": []any{"nildone"},
			"providers": []any{"example.com/p.Call.Ctx"}, "closers": []any{"Drop"}, "retainers": []any{"Keep"},
			"nildone": map[string]any{"accessor": "example.com/p.Done"},
		}, ""},
		{"unknown setting", map[string]any{"stricct": true}, `unknown field "stricct"`},
		{"wrong type", map[string]any{"rules": "background"}, "cannot unmarshal string"},
		{"unknown rule", map[string]any{"skip": []any{"backgroun"}}, `unknown rule "backgroun"`},
		{"no rule", map[string]any{"rules": []any{"sleep"}, "skip": []any{"sleep"}}, "no rule is left"},
	} {
		plugin, err := build(test.settings)
		if test.want != "" {
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: error %v, want %q", test.name, err, test.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		all, err := plugin.BuildAnalyzers()
		if err != nil || len(all) != 1 || all[0].Name != "ctxfix" || plugin.GetLoadMode() != register.LoadModeTypesInfo {
			t.Errorf("%s: analyzers %v, load mode %q, error %v", test.name, all, plugin.GetLoadMode(), err)
		}
	}
}
