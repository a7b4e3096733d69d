package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
)

// peers are other commands that look for lost contexts. What go vet drives
// keeps its results, by the flags it is given.
var peers = []struct {
	module string
	vet    bool // go vet drives it
}{
	{"github.com/kkHAIKE/contextcheck/cmd/contextcheck@v1.1.6", false},
	{"go.augendre.info/fatcontext/cmd/fatcontext@v0.10.1", false},
	{"github.com/sonatard/noctx/cmd/noctx@v0.5.1", true},
	{"github.com/sivchari/containedctx/cmd/containedctx@v1.0.3", true},
}

// command returns the peer's name and version.
func peerName(module string) (name, version string) {
	module, version, _ = strings.Cut(module, "@")
	return path.Base(module), version
}

// buildPeers gets and compiles the peers.
func (b *bench) buildPeers(ctx context.Context) error {
	for _, p := range peers {
		cmd := exec.CommandContext(ctx, "go", "install", p.module)
		cmd.Dir, cmd.Env = b.dir, append(os.Environ(), "GOBIN="+b.dir, "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("go install %s: %w\n%s", p.module, err, out)
		}
	}
	return nil
}

// peers returns the commands of the peers on a tree.
func (b *bench) peers(t *tree) (all []contender) {
	for _, p := range peers {
		name, version := peerName(p.module)
		c := contender{name: name + " " + version, argv: append([]string{b.tool(name)}, t.patterns...), fails: true}
		if p.vet {
			c.name += " (by go vet, which keeps results)"
			c.argv = append([]string{"go", "vet", "-vettool=" + b.tool(name)}, t.patterns...)
		}
		all = append(all, c)
	}
	return all
}
