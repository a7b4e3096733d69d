package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/spell"
)

// selectRules returns the rules that may run, in the order of the catalogue,
// and which of them were named, and so run everywhere in full.
func selectRules(only, skip []string) (rules []*detect.Rule, named map[string]bool, err error) {
	only, err = ruleNames("rules", only)
	if err != nil {
		return nil, nil, err
	}
	skip, err = ruleNames("skip", skip)
	if err != nil {
		return nil, nil, err
	}
	named = make(map[string]bool)
	for _, r := range detect.All {
		named[r.Name] = slices.Contains(only, r.Name)
		if !slices.Contains(skip, r.Name) && (len(only) == 0 || named[r.Name]) {
			rules = append(rules, r)
		}
	}
	if len(rules) == 0 {
		return nil, nil, usageError("-rules and -skip leave no rule to run")
	}
	return rules, named, nil
}

// ruleNames returns the names given with a flag and checks that each is the
// name of a rule.
func ruleNames(flag string, values []string) ([]string, error) {
	var names []string
	for _, v := range values {
		name := strings.TrimSpace(v)
		if name == "" {
			return nil, usageError(fmt.Sprintf("flag -%s has an empty rule name", flag))
		}
		if _, err := findRule(name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// findRule returns the rule with that name, or an error that suggests one.
func findRule(name string) (*detect.Rule, error) {
	if r := detect.Lookup(name); r != nil {
		return r, nil
	}
	return nil, fmt.Errorf("unknown rule %q%s (ctxfix rules lists them)", name, spell.DidYouMean(name, allRuleNames()))
}

func allRuleNames() []string {
	var names []string
	for _, r := range detect.All {
		names = append(names, r.Name)
	}
	return names
}
