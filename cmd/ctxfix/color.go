package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"
)

// The values of -color.
const (
	colorAuto   = "auto"
	colorAlways = "always"
	colorNever  = "never"
)

func checkColor(value string) error {
	values := []string{colorAuto, colorAlways, colorNever}
	if slices.Contains(values, value) {
		return nil
	}
	return usageError(fmt.Sprintf("-color %s: there are %s", value, strings.Join(values, ", ")))
}

// colored reports whether what is written to w may be coloured, by the value
// of -color, and how many columns there are. By itself it is where w is a
// terminal and the environment does not ask for plain output.
func colored(w io.Writer, mode string) (yes bool, width int) {
	const usual = 80
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return mode == colorAlways, usual
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		width = usual
	}
	return mode == colorAlways || mode == colorAuto && !plainOutput(os.Getenv), width
}
