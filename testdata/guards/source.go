package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// A source is a file and what is to be inserted in it.
type source struct {
	bytes  []byte
	opens  []insertion
	closes []insertion
}

type insertion struct {
	at   int
	text string
}

func read(path string) (*source, error) {
	data, err := os.ReadFile(path)
	return &source{bytes: data}, err
}

func (s *source) text(from, to int) string { return string(s.bytes[from:to]) }

func (s *source) insert(at int, text string) { s.opens = append(s.opens, insertion{at, text}) }

// wrap makes a call around what stands there. Of two calls around the same,
// the first is the outer one.
func (s *source) wrap(from, to int, call string) {
	s.insert(from, call)
	s.closes = append(s.closes, insertion{to, ")"})
}

// result returns the file with the insertions; lines stay where they are.
func (s *source) result() []byte {
	slices.Reverse(s.closes)
	all := append(slices.Clone(s.closes), s.opens...)
	slices.SortStableFunc(all, func(a, b insertion) int { return cmp.Compare(a.at, b.at) })
	var out []byte
	last := 0
	for _, in := range all {
		out = append(append(out, s.bytes[last:in.at]...), in.text...)
		last = in.at
	}
	return append(out, s.bytes[last:]...)
}

// overlay writes the files and what the go command needs to take them
// instead of those of the repository.
func overlay(dir string, sources map[string]*source) (string, error) {
	replace := map[string]string{}
	for path, src := range sources {
		to := filepath.Join(dir, fmt.Sprintf("%d_%s", len(replace), filepath.Base(path)))
		if err := os.WriteFile(to, src.result(), 0o666); err != nil {
			return "", err
		}
		replace[path] = to
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, data, 0o666)
}
