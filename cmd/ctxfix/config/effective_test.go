package config

import (
	"reflect"
	"testing"
)

// TestEffectiveIsAConfig asks that what is printed reads as the same settings,
// for every valid config.
func TestEffectiveIsAConfig(t *testing.T) {
	judge := newJudge(t)
	more := []string{
		"preset: strict\nrules: {sleep: off}\noverrides:\n- files: ['**/*_test.go', \"a b\"]\n  preset: off\n  rules: {testctx: strict}\n- files: [x]\n",
		"exclude: ['*.go', '- x', '# y', 'a: b', 'true', '3']\ntests: false\ngenerated: true\ntags: [a, b.c]\ncause: never\n",
		"closers: [Drop]\nretainers: [a/b.C]\nproviders: [a/b.C.D]\nnildone: {accessor: a/b.C}\ndeadctx: {timeout: 1m30s}\n",
	}
	for _, text := range append(more, valid...) {
		before, err := Parse("x", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		printed := before.Effective()
		after, err := Parse("printed", []byte(printed))
		if err != nil {
			t.Errorf("%q: %v\n%s", text, err, printed)
			continue
		}
		if err := judge(printed); err != nil {
			t.Errorf("%q: %v\n%s", text, err, printed)
		}
		for _, files := range [][]Override{nil, before.Overrides} {
			for rule := range after.Rules {
				if b, a := before.level(rule, files), after.level(rule, files); a != b {
					t.Errorf("%q: %s is %s, was %s", text, rule, a, b)
				}
			}
		}
		if again := after.Effective(); len(after.Rules) == 0 || reflect.DeepEqual(again, printed) {
			t.Errorf("%q: printed twice the same, although every key has a line now:\n%s", text, again)
		}
		b, a := before.File, after.File
		for _, f := range []*File{&b, &a} { // compared above, or defaults by now
			f.Rules, f.Preset = nil, ""
			if f.Cause == "" {
				f.Cause = "package"
			}
			f.Tests, f.Generated = setTo(f.Tests, true), setTo(f.Generated, false)
			for i := range f.Overrides {
				if len(f.Overrides[i].Rules) == 0 {
					f.Overrides[i].Rules = nil
				}
			}
			for _, list := range []any{&f.Exclude, &f.Tags, &f.Closers, &f.Retainers, &f.Providers, &f.Overrides} {
				if v := reflect.ValueOf(list).Elem(); v.Len() == 0 {
					v.SetZero()
				}
			}
		}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%q: printed as other settings:\n%s", text, printed)
		}
	}
}

func setTo(have *bool, otherwise bool) *bool {
	if have == nil {
		return &otherwise
	}
	return have
}

// TestEffectiveMarks: globs that look like a part of YAML are printed so that
// they are read again.
func TestEffectiveMarks(t *testing.T) {
	for _, glob := range []string{"?", "-", ":", "#a", "b: c", "- x", "&x", "@x", "%x", "a # b", "~", "'q'", "{a,b}"} {
		c := &Config{File: File{Exclude: []Glob{Glob(glob)}}}
		again, err := Parse("printed", []byte(c.Effective()))
		if err != nil || len(again.Exclude) != 1 || again.Exclude[0] != Glob(glob) {
			t.Errorf("%q is printed as\n%s: %v", glob, c.Effective(), err)
		}
	}
}
