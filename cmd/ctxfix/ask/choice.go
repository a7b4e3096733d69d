package ask

import (
	"bytes"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/load"
	"github.com/ctxfix/ctxfix/rewrite/tree"
)

// A Choice is what came of asking.
type Choice struct {
	prog   *load.Program
	chosen map[place]bool
	// Edited are files as fixes that were edited leave them, by path. Other
	// fixes are not made in them yet.
	Edited map[string][]byte
	Quit   bool // the last answer was to ask no more
	maps   map[*load.File]*tree.Mapping
}

// A place identifies a finding by where it stands in the file as it was loaded.
type place struct {
	rule, path string
	offset     int
}

func newChoice(prog *load.Program) *Choice {
	return &Choice{prog: prog, chosen: map[place]bool{}, Edited: map[string][]byte{}, maps: map[*load.File]*tree.Mapping{}}
}

// Apply makes the edited files the present ones. They were type-checked.
func (c *Choice) Apply() {
	if len(c.Edited) > 0 {
		c.prog.Check(c.Edited).Commit()
	}
}

// Chosen reports whether the fix of the finding was chosen: of the program as it
// was loaded, or after Apply.
func (c *Choice) Chosen(f detect.Finding) bool {
	at, ok := c.place(f)
	return ok && c.chosen[at]
}

func (c *Choice) add(f detect.Finding) {
	if at, ok := c.place(f); ok {
		c.chosen[at] = true
	}
}

func (c *Choice) place(f detect.Finding) (place, bool) {
	at := place{f.Rule.Name, f.File.Path, c.prog.Fset.PositionFor(f.Span.Pos, false).Offset}
	if bytes.Equal(f.File.Disk, f.File.Bytes) {
		return at, true
	}
	m := c.maps[f.File]
	if m == nil {
		m = tree.Map(f.File.Disk, f.File.Bytes)
		c.maps[f.File] = m
	}
	old, ok := m.Old(at.offset)
	at.offset = old
	return at, ok
}
