package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxInput is how many bytes a patch, a baseline or text on stdin may have:
// ten times what the largest of real ones have, and what fits into memory.
const maxInput = 64 << 20

// errTooLarge says that an input is longer than it may be.
var errTooLarge = fmt.Errorf("it is larger than %d MB", maxInput>>20)

// readFile reads a file that was named, which may be a pipe, up to maxInput
// bytes or until ctx ends.
func readFile(ctx context.Context, path string) ([]byte, error) {
	type opened struct {
		file *os.File
		err  error
	}
	files := make(chan opened, 1)
	go func() {
		file, err := os.Open(path) // of a pipe, it waits for who writes
		files <- opened{file, err}
	}()
	select {
	case f := <-files:
		if f.err != nil {
			return nil, f.err
		}
		defer f.file.Close()
		return readBounded(ctx, f.file, maxInput)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readAll is readBounded for stdin.
func readAll(ctx context.Context, stdin io.Reader, limit int64) ([]byte, error) {
	text, err := readBounded(ctx, stdin, limit)
	if err != nil && !errors.Is(err, ctx.Err()) {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return text, err
}

// readBounded reads r to its end, or until ctx ends. It is an error if there
// are more bytes than limit.
func readBounded(ctx context.Context, r io.Reader, limit int64) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	results := make(chan result, 1)
	go func() {
		text, err := io.ReadAll(io.LimitReader(r, limit+1))
		results <- result{text, err}
	}()
	select {
	case got := <-results:
		if got.err == nil && int64(len(got.text)) > limit {
			return nil, errTooLarge
		}
		return got.text, got.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
