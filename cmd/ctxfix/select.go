package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ctxfix/ctxfix/detect"
)

// selectRules returns the rules to run, in the order of the catalogue, and
// which of them run in full: those named by only, or all with strict.
func selectRules(only, skip []string, strict bool) ([]*detect.Rule, map[string]bool, error) {
	only, err := ruleNames("rules", only)
	if err != nil {
		return nil, nil, err
	}
	skip, err = ruleNames("skip", skip)
	if err != nil {
		return nil, nil, err
	}
	var rules []*detect.Rule
	full := make(map[string]bool)
	for _, r := range detect.All {
		named := slices.Contains(only, r.Name)
		if slices.Contains(skip, r.Name) || len(only) > 0 && !named {
			continue
		}
		rules = append(rules, r)
		full[r.Name] = strict || named
	}
	if len(rules) == 0 {
		return nil, nil, usageError("-rules and -skip leave no rule to run")
	}
	return rules, full, nil
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
	hint := ""
	if near := nearest(name, allRuleNames()); near != "" {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, fmt.Errorf("unknown rule %q%s (ctxfix rules lists them)", name, hint)
}

func allRuleNames() []string {
	var names []string
	for _, r := range detect.All {
		names = append(names, r.Name)
	}
	return names
}
