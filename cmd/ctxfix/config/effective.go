package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/ctxfix/ctxfix/detect"
)

// Effective returns the settings as the text of a config file that says the
// same: every key with the line it stands in, or that it is the default.
func (c *Config) Effective() string {
	p := &printer{config: c}
	p.mapping(reflect.ValueOf(c.File), "$", "")
	return p.String()
}

// A printer writes settings as YAML.
type printer struct {
	strings.Builder
	config *Config
}

// line writes one line with where it comes from.
func (p *printer) line(text, source string) {
	fmt.Fprintf(p, "%s # %s\n", text, source)
}

// source says where the value of a key comes from.
func (p *printer) source(path string) string {
	if n := p.config.keys[path]; n != nil {
		return fmt.Sprintf("line %d", line(n))
	}
	return "default"
}

// mapping writes the keys of a struct.
func (p *printer) mapping(v reflect.Value, path, indent string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := f.Tag.Get("yaml")
		at, head := path+"."+key, indent+key+":"
		switch value := v.Field(i); {
		case path == "$" && key == "rules":
			p.allRules(head)
		case value.Kind() == reflect.Struct:
			p.line(head, p.source(at))
			p.mapping(value, at, indent+"  ")
		case value.Kind() == reflect.Slice:
			p.list(value, at, head, indent+"  ")
		default:
			p.line(head+" "+scalar(value, f.Tag.Get("default")), p.source(at))
		}
	}
}

// list writes the items of a list.
func (p *printer) list(v reflect.Value, at, head, indent string) {
	if v.Len() == 0 {
		p.line(head+" []", p.source(at))
		return
	}
	p.line(head, p.source(at))
	for i := range v.Len() {
		item := fmt.Sprintf("%s[%d]", at, i)
		if o, ok := v.Index(i).Interface().(Override); ok {
			p.override(o, item, indent)
			continue
		}
		p.line(indent+"- "+scalar(v.Index(i), ""), p.source(item))
	}
}

// override writes one override: what it does not set, it does not change.
func (p *printer) override(o Override, at, indent string) {
	p.list(reflect.ValueOf(o.Files), at+".files", indent+"- files:", indent+"    ")
	indent += "  "
	if o.Preset != "" {
		p.line(indent+"preset: "+scalar(reflect.ValueOf(o.Preset), ""), p.source(at+".preset"))
	}
	if len(o.Rules) == 0 {
		return
	}
	p.line(indent+"rules:", p.source(at+".rules"))
	for _, r := range detect.All {
		if level, ok := o.Rules[r.Name]; ok {
			p.line(fmt.Sprintf("%s  %s: %s", indent, r.Name, level), p.source(at+".rules."+r.Name))
		}
	}
}

// allRules writes the level of every rule, also of those that follow the
// preset.
func (p *printer) allRules(head string) {
	p.line(head, p.source("$.rules"))
	for _, r := range detect.All {
		source := p.source("$.rules." + r.Name)
		if p.config.keys["$.rules."+r.Name] == nil && p.config.Preset != "" {
			source = "preset, " + p.source("$.preset")
		}
		p.line(fmt.Sprintf("  %s: %s", r.Name, p.config.level(r.Name, nil)), source)
	}
}

// scalar renders a value, or the default if it is not set.
func scalar(v reflect.Value, otherwise string) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return otherwise
		}
		return fmt.Sprint(v.Elem().Bool())
	}
	text := v.String()
	if text == "" {
		text = otherwise
	}
	if v.Type() == reflect.TypeFor[Level]() {
		return text // off, which other versions of YAML would have in quotes
	}
	if text == "?" {
		return `"?"` // which the library leaves bare: the mark of a key
	}
	data, err := yaml.Marshal(text)
	if err != nil {
		return text // no text is without a form in YAML
	}
	return strings.TrimSpace(string(data))
}
