package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/ctxfix/ctxfix/cmd/ctxfix/config"
	"github.com/ctxfix/ctxfix/cmd/ctxfix/report"
	"github.com/ctxfix/ctxfix/detect/spell"
)

const configHelp = `ctxfix config verify [FILE]   says what is wrong with a config file
ctxfix config print [FILE]    prints the settings that a config file gives
ctxfix config schema          prints the JSON Schema of a config file
`

const configFileHelp = `
FILE is a config file; without it, the one that a run in the current directory
takes: the nearest .ctxfix.yaml, up to the top of the git work tree.

  -C DIR   work in DIR instead of the current directory
`

const configVerifyHelp = `ctxfix config verify [FILE] says whether a config file is valid, or what is
wrong with it: the exit code is 2 then, and where there is none.
` + configFileHelp

const configPrintHelp = `ctxfix config print [FILE] prints the settings that a config file gives,
defaults included, as a config file that says where each of them comes from.
` + configFileHelp

const configSchemaHelp = `ctxfix config schema prints the JSON Schema (2020-12) of a config file, with
which editors check and complete it.
`

// configCommand is about the config file.
func (s *session) configCommand() *cli.Command {
	verify := configPart("verify", "[FILE]", configVerifyHelp, s.verifyConfig)
	print := configPart("print", "[FILE]", configPrintHelp, s.printConfig)
	for _, c := range []*cli.Command{verify, print} {
		c.Flags = []cli.Flag{&cli.StringFlag{Name: "C"}}
	}
	config := configPart("config", "verify|print|schema", configHelp, s.noConfigPart)
	config.Usage = "check and show the config file"
	config.Subcommands = []*cli.Command{verify, print, configPart("schema", "", configSchemaHelp, s.printSchema)}
	return config
}

func configPart(name, args, help string, action cli.ActionFunc) *cli.Command {
	return &cli.Command{
		Name:               name,
		ArgsUsage:          args,
		HideHelpCommand:    true,
		CustomHelpTemplate: help,
		OnUsageError:       onUsageError,
		Action:             action,
	}
}

// noConfigPart is the action without one of the subcommands.
func (s *session) noConfigPart(c *cli.Context) error {
	parts := []string{"verify", "print", "schema"}
	if c.NArg() == 0 {
		return wrongConfigUse("config needs one of %s", strings.Join(parts, ", "))
	}
	word := c.Args().First()
	return wrongConfigUse("config has no %q%s; there are %s", word, spell.DidYouMean(word, parts), strings.Join(parts, ", "))
}

func wrongConfigUse(format string, args ...any) error {
	return usageErrorOf("ctxfix config", wrongArgument(format, args...))
}

// chosenConfig reads the config file that is the operand, or the one for the
// working directory, and says that another is not read.
func (s *session) chosenConfig(c *cli.Context) (conf *config.Config, dir string, err error) {
	if c.NArg() > 1 {
		return nil, "", wrongConfigUse("config %s takes one file, got %q, too", c.Command.Name, c.Args().Get(1))
	}
	dir, err = workingDir(c.String("C"))
	if err != nil {
		return nil, "", err
	}
	if c.NArg() == 1 {
		conf, err = readConfig(dir, c.Args().First())
		return conf, dir, err
	}
	conf, warnings, err := nearestConfig(dir)
	for _, w := range warnings {
		s.fail("warning: %s", w)
	}
	return conf, dir, err
}

// verifyConfig says which file is valid.
func (s *session) verifyConfig(c *cli.Context) error {
	conf, dir, err := s.chosenConfig(c)
	if err != nil {
		return err
	}
	if conf.Path == "" {
		return fmt.Errorf("there is no %s here or above; without one the defaults apply", config.Name)
	}
	fmt.Fprintf(s.stdout, "%s is valid\n", report.Printable(shortened(dir, conf.Path)))
	return nil
}

// printConfig prints the settings with where they come from.
func (s *session) printConfig(c *cli.Context) error {
	conf, dir, err := s.chosenConfig(c)
	if err != nil {
		return err
	}
	from := "There is no " + config.Name + " here or above: the defaults."
	if conf.Path != "" {
		from = "The settings of " + report.Printable(shortened(dir, conf.Path)) + " and the defaults."
	}
	_, err = fmt.Fprintf(s.stdout, "# %s\n%s", from, conf.Effective())
	return err
}

// printSchema prints what editors check and complete a config file with.
func (s *session) printSchema(c *cli.Context) error {
	if c.NArg() > 0 {
		return wrongConfigUse("config schema takes no argument, got %q", c.Args().First())
	}
	_, err := s.stdout.Write(config.Schema)
	return err
}
