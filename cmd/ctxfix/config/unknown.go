package config

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"

	"github.com/ctxfix/ctxfix/detect/spell"
)

// unknownKey says of the first key that is unknown, which is not always the
// one that the decoder found, what may have been meant.
func (c *Config) unknownKey(found *token.Token) error {
	for _, key := range c.order {
		at, name := key.GetPath(), key.GetToken().Value
		names := keysBeside(at)
		switch {
		case at == "$.unsafe" || at == "$.write":
			return &fault{key.GetToken(), fmt.Sprintf("a config cannot turn on %q", name),
				"what may change behaviour is for whoever runs ctxfix to decide; give the flag"}
		case names != nil && !slices.Contains(names, name):
			return &fault{key.GetToken(), fmt.Sprintf("unknown key %q%s", name, spell.DidYouMean(name, names)),
				"the keys are " + strings.Join(names, ", ")}
		}
	}
	return &fault{found, fmt.Sprintf("unknown key %q", found.Value), "see ctxfix config schema"}
}

var indexOrName = regexp.MustCompile(`\[\d+\]|'[^']*'|[^.\[\]$']+`)

// keysBeside returns the keys that may stand beside the one at path; nil where
// the keys are names of the user.
func keysBeside(path string) []string {
	t := reflect.TypeFor[File]()
	steps := indexOrName.FindAllString(path, -1)
	for _, step := range steps[:max(0, len(steps)-1)] {
		switch field, known := keyOf(t, step); {
		case t.Kind() == reflect.Slice && strings.HasPrefix(step, "["):
			t = t.Elem()
		case known:
			t = field.Type
		default:
			return nil
		}
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for i := range t.NumField() {
		names = append(names, t.Field(i).Tag.Get("yaml"))
	}
	return names
}

// keyOf returns the field that the key is for, if t is a struct with one.
func keyOf(t reflect.Type, key string) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	return t.FieldByNameFunc(func(name string) bool {
		f, _ := t.FieldByName(name)
		return f.Tag.Get("yaml") == key
	})
}
