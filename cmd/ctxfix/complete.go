package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect"
)

// A candidate is a word that fits, and what it is.
type candidate struct{ word, about string }

// A cursor is where in the command line the word to be completed stands.
type cursor struct {
	flags    []cli.Flag
	commands []*cli.Command // that may stand here
	command  string         // path of the subcommand, as in "config verify"
	awaiting cli.Flag       // the flag whose value comes next, or nil
	operands int
	literal  bool   // after "--"
	dir      string // the value of -C
}

// pass goes on to the position after word.
func (p *cursor) pass(word string) {
	switch {
	case p.awaiting != nil:
		p.given(p.awaiting, word)
		p.awaiting = nil
	case p.literal:
		p.operands++
	case word == "--":
		p.literal = true
	case flagName(word) != "":
		flag := lookup(p.flags, flagName(word))
		_, value, hasValue := strings.Cut(word, "=")
		switch {
		case flag == nil:
		case hasValue:
			p.given(flag, value)
		case takesValue(flag):
			p.awaiting = flag
		}
	default:
		p.operand(word)
	}
}

// given notes the value of a flag.
func (p *cursor) given(flag cli.Flag, value string) {
	if flag.Names()[0] == "C" {
		p.dir = value
	}
}

func (p *cursor) operand(word string) {
	command := subcommand(p.commands, []string{word})
	if command == nil || p.operands > 0 {
		p.operands++
		return
	}
	p.command = strings.TrimSpace(p.command + " " + command.Name)
	p.flags, p.commands = command.Flags, command.Subcommands
}

// complete returns what word may become here.
func (p *cursor) complete(word string) []candidate {
	name, value, hasValue := strings.Cut(word, "=")
	switch {
	case p.awaiting != nil:
		return p.values(p.awaiting, "", word)
	case p.literal || !strings.HasPrefix(word, "-"):
		return p.completeOperand(word)
	case !hasValue:
		return p.completeFlag(word)
	}
	if flag := lookup(p.flags, flagName(name)); flag != nil {
		return p.values(flag, name+"=", value)
	}
	return nil
}

// completeFlag keeps to as many dashes as were written.
func (p *cursor) completeFlag(word string) []candidate {
	dashes := "-"
	if strings.HasPrefix(word, "--") {
		dashes = "--"
	}
	var all []candidate
	for _, f := range p.flags {
		_, about := unquoteUsage(f.(cli.DocGenerationFlag).GetUsage())
		all = append(all, candidate{dashes + f.Names()[0], about})
	}
	return starting(append(all, candidate{dashes + "h", "print the help"}), word)
}

// values completes the value of a flag; head stands before it in the word.
func (p *cursor) values(flag cli.Flag, head, value string) []candidate {
	var found []candidate
	switch name := flag.Names()[0]; name {
	case "rules", "skip":
		found = listed(value, ruleCandidates())
	case "color":
		found = starting(words([]string{colorAuto, colorAlways, colorNever}), value)
	case "format":
		found = starting(words(formatNames()), value)
	case "o":
		found = p.destinations(value)
	case "C":
		found = paths("", value, noFile)
	case "config", "baseline", "new-from-patch", "stdin-filename":
		found = paths(p.dir, value, anyFile)
	default:
		if choice, ok := flag.(choiceFlag); ok {
			found = starting(words(choice.words), value)
		} else if !takesValue(flag) {
			found = starting(words([]string{"true", "false"}), value)
		}
	}
	for i := range found {
		found[i].word = head + found[i].word
	}
	return found
}

// destinations completes FILE or FORMAT=FILE.
func (p *cursor) destinations(value string) []candidate {
	if format, file, ok := strings.Cut(value, "="); ok {
		found := paths("", file, anyFile)
		for i := range found {
			found[i].word = format + "=" + found[i].word
		}
		return found
	}
	var formats []candidate
	for _, name := range formatNames() {
		formats = append(formats, candidate{name + "=", "format of the file"})
	}
	return append(starting(formats, value), paths("", value, anyFile)...)
}

// completeOperand completes what is no flag.
func (p *cursor) completeOperand(word string) []candidate {
	var found []candidate
	if p.operands == 0 && !p.literal {
		for _, c := range p.commands {
			if !c.Hidden {
				found = append(found, candidate{c.Name, c.Usage})
			}
		}
	}
	switch p.command {
	case "":
		all := candidate{"./...", "all packages from here on"}
		return append(starting(append(found, all), word), paths(p.dir, word, isGoFile)...)
	case "explain":
		found = ruleCandidates()
	case "completion":
		found = words(shells)
	case "help":
		if p.operands > 0 {
			return nil
		}
		found = []candidate{{"flags", "all flags"}}
		for _, c := range new(session).commands() {
			if !c.Hidden {
				found = append(found, candidate{c.Name, c.Usage})
			}
		}
	case "undo":
		return paths(p.dir, word, anyFile)
	case "config verify":
		return paths("", word, anyFile)
	}
	return starting(found, word)
}

// starting returns the candidates that start with prefix.
func starting(all []candidate, prefix string) []candidate {
	return slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !strings.HasPrefix(c.word, prefix) })
}

// listed completes the last name of a list with commas by one not yet in it.
func listed(list string, all []candidate) []candidate {
	at := strings.LastIndex(list, ",") + 1
	before := strings.Split(list[:at], ",")
	var found []candidate
	for _, c := range starting(all, list[at:]) {
		if !slices.Contains(before, c.word) {
			found = append(found, candidate{list[:at] + c.word, c.about})
		}
	}
	return found
}

func ruleCandidates() []candidate {
	var all []candidate
	for _, r := range detect.All {
		all = append(all, candidate{r.Name, r.Doc})
	}
	return all
}

func words(names []string) []candidate {
	var all []candidate
	for _, name := range names {
		all = append(all, candidate{word: name})
	}
	return all
}

func anyFile(string) bool       { return true }
func noFile(string) bool        { return false } // folders alone
func isGoFile(name string) bool { return strings.HasSuffix(name, ".go") }

// paths completes the path word, seen from dir, by folders and by the files
// that wanted names.
func paths(dir, word string, wanted func(name string) bool) []candidate {
	folder, prefix := filepath.Split(word)
	from := folder
	if rest, ok := strings.CutPrefix(folder, "~/"); ok {
		home, _ := os.UserHomeDir()
		from = filepath.Join(home, rest)
	} else if !filepath.IsAbs(folder) {
		from = filepath.Join(dir, folder)
	}
	if from == "" {
		from = "."
	}
	entries, _ := os.ReadDir(from) // an unreadable folder completes to nothing
	found := make(map[string]bool)
	for _, e := range entries {
		name := e.Name()
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, ".") && !strings.HasPrefix(prefix, ".") {
			continue
		}
		// A shell shows words as they are, and takes a line for one.
		if report.Printable(name) != name {
			continue
		}
		if info, err := os.Stat(filepath.Join(from, name)); err == nil && info.IsDir() {
			found[folder+name+"/"] = true
		} else if wanted(name) {
			found[folder+name] = true
		}
	}
	return words(slices.Sorted(maps.Keys(found)))
}
