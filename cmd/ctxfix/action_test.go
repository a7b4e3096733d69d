package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
)

// An action is action.yml.
type action struct {
	Name, Description string
	Branding          map[string]string
	Inputs            map[string]struct{ Description, Default string }
	Outputs           map[string]struct{ Description, Value string }
	Runs              struct {
		Using string
		Steps []step
	}
}

// A step is one of a composite action.
type step struct {
	Name, ID, If, Uses, Shell, Run string
	WorkingDirectory               string `yaml:"working-directory"`
	Env, With                      map[string]string
}

func readAction() (a action, err error) {
	data, err := os.ReadFile(filepath.Join("..", "..", "action.yml"))
	if err == nil {
		err = yaml.UnmarshalWithOptions(data, &a, yaml.Strict())
	}
	return a, err
}

var inputUse = regexp.MustCompile(`inputs\.([a-z-]+)`)

// TestAction: every input is declared, described, and used, but never in the
// text of a script, where it could be more than a value.
func TestAction(t *testing.T) {
	a, err := readAction()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join("..", "..", "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, m := range inputUse.FindAllSubmatch(data, -1) {
		used[string(m[1])] = true
		if _, ok := a.Inputs[string(m[1])]; !ok {
			t.Errorf("input %s is not declared", m[1])
		}
	}
	for name, input := range a.Inputs {
		if !used[name] || input.Description == "" {
			t.Errorf("input %s: used %v, description %q", name, used[name], input.Description)
		}
	}
	if a.Runs.Using != "composite" || len(a.Runs.Steps) < 3 {
		t.Errorf("runs %+v", a.Runs)
	}
	for _, s := range a.Runs.Steps {
		if strings.Contains(s.Run, "${{") {
			t.Errorf("step %q has an expression in its script", s.Name)
		}
		if (s.Run == "") == (s.Uses == "") || (s.Run == "") != (s.Shell == "") {
			t.Errorf("step %q: run or uses, run with a shell", s.Name)
		}
	}
	if bytes.Contains(data, []byte("\t")) {
		t.Error("a tab")
	}
}

// runAction is the script command "action [INPUT=VALUE]...": it carries out the
// steps of action.yml that have a script, as the runner does.
func runAction(ts *testscript.TestScript, neg bool, args []string) {
	a, err := readAction()
	ts.Check(err)
	root, err := filepath.Abs(filepath.Join("..", ".."))
	ts.Check(err)
	temp := ts.MkAbs("runner")
	ts.Check(os.MkdirAll(temp, 0o777))
	values := map[string]string{"github.action_path": root, "runner.temp": temp}
	for name, input := range a.Inputs {
		values["inputs."+name] = input.Default
	}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		if _, ok := a.Inputs[name]; !ok {
			ts.Fatalf("no input %q", name)
		}
		values["inputs."+name] = value
	}
	ts.Setenv("GITHUB_OUTPUT", filepath.Join(temp, "output"))
	modules, err := exec.Command("go", "env", "GOMODCACHE").Output()
	ts.Check(err)
	ts.Setenv("GOMODCACHE", strings.TrimSpace(string(modules)))
	failed := false
	for _, s := range a.Runs.Steps {
		if s.Run != "" && !failed {
			failed = s.carryOut(ts, temp, values) != nil
		}
	}
	if failed != neg {
		ts.Fatalf("action failed: %v\n%s%s", failed, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// carryOut runs the script of a step as the runner does.
func (s step) carryOut(ts *testscript.TestScript, temp string, values map[string]string) error {
	for name, text := range s.Env {
		ts.Setenv(name, evaluate(ts, text, values))
	}
	script := filepath.Join(temp, "step.sh")
	ts.Check(os.WriteFile(script, []byte(s.Run), 0o666))
	here := ts.MkAbs(".")
	if s.WorkingDirectory != "" {
		ts.Check(ts.Chdir(evaluate(ts, s.WorkingDirectory, values)))
		defer func() { ts.Check(ts.Chdir(here)) }()
	}
	return ts.Exec("bash", "--noprofile", "--norc", "-eo", "pipefail", script)
}

var expression = regexp.MustCompile(`\$\{\{ ([a-z._-]+) \}\}`)

// evaluate puts values in the place of expressions.
func evaluate(ts *testscript.TestScript, text string, values map[string]string) string {
	return expression.ReplaceAllStringFunc(text, func(e string) string {
		value, ok := values[expression.FindStringSubmatch(e)[1]]
		if !ok {
			ts.Fatalf("%s has no value here", e)
		}
		return value
	})
}
