package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// search lets the fuzzer look for programs that are judged otherwise without a
// guard, and puts them into the folder, each for a form or a case to be made of.
func (c *check) search(ctx context.Context, length time.Duration, write bool, dir string) error {
	bin, err := c.build(ctx, "./rewrite/fuzz")
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	guards := map[int]string{}
	for _, m := range c.mutants {
		guards[m.n] = fmt.Sprintf("%s:%d %s: %s", m.file, m.line, m.fn, m.text)
	}
	errs := make([]error, c.workers)
	var group sync.WaitGroup
	for i := range c.workers {
		group.Go(func() {
			quest, err := json.Marshal(map[string]any{
				"Guards": guards, "Seed": time.Now().UnixNano() + int64(i)<<32, "Length": length, "Dir": dir, "Write": write,
			})
			if err != nil {
				errs[i] = err
				return
			}
			file := filepath.Join(c.dir, fmt.Sprintf("quest%d.json", i))
			if err := os.WriteFile(file, quest, 0o666); err != nil {
				errs[i] = err
				return
			}
			cmd := exec.CommandContext(ctx, bin, "-test.run", "^TestTellApart$", "-test.timeout", "0")
			cmd.Dir = filepath.Join(c.root, "rewrite", "fuzz")
			cmd.Env = append(os.Environ(), "TMPDIR="+c.dir, "CTXFIX_GUARD_QUEST="+file)
			if out, err := cmd.CombinedOutput(); err != nil {
				errs[i] = fmt.Errorf("%w\n%s", err, out)
			}
		})
	}
	group.Wait()
	found, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	c.say("%d programs for %d guards in %s", len(found), len(guards), dir)
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return err
}
