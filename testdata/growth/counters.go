package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path"
	"runtime/coverage"
)

// A block is straight code, as the cover tool numbers it.
type block struct{ pkg, fn, at uint64 }

// A reader reads what runtime/coverage writes. Its formats are those of
// internal/coverage, whose packages cannot be imported.
type reader struct {
	data []byte
	at   int
}

func (r *reader) uint32() uint64 {
	r.at += 4
	return uint64(binary.NativeEndian.Uint32(r.data[r.at-4:]))
}

func (r *reader) uint64() uint64 {
	r.at += 8
	return binary.NativeEndian.Uint64(r.data[r.at-8:])
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data[r.at:])
	r.at += n
	return v
}

// text reads the bytes of a string that follow its length.
func (r *reader) text() string {
	n := int(r.uvarint())
	r.at += n
	return string(r.data[r.at-n : r.at])
}

var errFormat = errors.New("the format of internal/coverage is not the one that is known")

// counted returns how often each block runs while do does.
func counted(do func()) (map[block]uint64, error) {
	if err := coverage.ClearCounters(); err != nil {
		return nil, err
	}
	do()
	var text bytes.Buffer
	if err := coverage.WriteCounters(&text); err != nil {
		return nil, err
	}
	r := &reader{data: text.Bytes()}
	if !bytes.HasPrefix(r.data, []byte("\x00cwm")) || r.data[4] != 1 {
		return nil, errFormat
	}
	// Have: the header, 32 bytes; the length of the segment, its strings and arguments.
	next := r.uvarint
	if raw := r.data[24] == 1; raw {
		next = r.uint32
	}
	r.at = 32
	functions := r.uint64()
	words, arguments := r.uint32(), r.uint32()
	r.at = (r.at + int(words+arguments) + 3) / 4 * 4
	counts := map[block]uint64{}
	for range functions {
		n, pkg, fn := next(), next(), next()
		for i := range n {
			if count := next(); count > 0 {
				counts[block{pkg, fn, i}] = count
			}
		}
	}
	return counts, nil
}

// blocks returns the FILE:LINE of every block.
func blocks() (map[block]string, error) {
	var text bytes.Buffer
	if err := coverage.WriteMeta(&text); err != nil {
		return nil, err
	}
	r := &reader{data: text.Bytes()}
	if !bytes.HasPrefix(r.data, []byte("\x00cvm")) || r.data[4] != 1 {
		return nil, errFormat
	}
	names := map[block]string{}
	r.at = 16
	packages := r.uint64()
	for pkg := range packages {
		r.at = 56 + 8*int(pkg)
		begin := r.uint64()
		(&reader{data: r.data[begin:]}).functions(pkg, names)
	}
	return names, nil
}

// functions reads the blocks of one package.
func (r *reader) functions(pkg uint64, names map[block]string) {
	r.at = 40
	var at []uint64
	for range r.uint32() {
		at = append(at, r.uint32())
	}
	var words []string
	for range r.uvarint() {
		words = append(words, r.text())
	}
	for fn, begin := range at {
		r.at = int(begin)
		n := r.uvarint()
		name, file := words[r.uvarint()], path.Base(words[r.uvarint()])
		for i := range n {
			line, column := r.uvarint(), r.uvarint()
			r.uvarint() // its end
			r.uvarint()
			r.uvarint() // its statements
			names[block{pkg, uint64(fn), i}] = fmt.Sprintf("%s:%d.%d (%s)", file, line, column, name)
		}
	}
}
