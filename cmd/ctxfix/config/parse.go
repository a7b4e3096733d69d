package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/ctxfix/ctxfix/detect"
	"github.com/ctxfix/ctxfix/detect/spell"
)

// Parse reads the text of the config file at path. It takes nothing that it
// does not know; what is wrong is an *Error.
func Parse(path string, data []byte) (*Config, error) {
	data = plainLines(data)
	c := &Config{Path: path, Text: data, keys: map[string]ast.Node{}}
	if err := c.parse(data); err != nil {
		return nil, newError(path, data, err)
	}
	return c, nil
}

// plainLines removes the mark that some editors put at the start, and ends
// every line with \n alone.
func plainLines(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
}

// The bounds of a config. The parser of YAML takes memory by the square of how
// deep lists nest, and a config may come with code that nobody has looked at.
const (
	maxSize  = 64 << 10 // bytes
	maxDepth = 16
)

// bounded refuses a text that is no config by its size alone.
func bounded(data []byte) error {
	if len(data) > maxSize {
		return fmt.Errorf("this is too large for a config; keep it below %d bytes", maxSize)
	}
	depth, entries := 0, 0
	for _, t := range lexer.Tokenize(string(data)) {
		entries++
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType:
			if entries > maxDepth {
				return &fault{t, "values nest too deep", "a config is a mapping of lists and mappings"}
			}
			continue
		}
		entries = 0
		if depth > maxDepth {
			return &fault{t, "values nest too deep", "a config is a mapping of lists and mappings"}
		}
	}
	return nil
}

func (c *Config) parse(data []byte) error {
	if err := bounded(data); err != nil {
		return err
	}
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return err
	}
	var body ast.Node
	for _, doc := range tree.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.DirectiveType {
			continue
		}
		if body != nil {
			return &fault{doc.Start, "a second document", "keep one, without --- between"}
		}
		body = doc.Body
	}
	if body == nil || body.Type() == ast.NullType {
		return nil
	}
	walk := &plain{Config: c}
	ast.Walk(walk, body)
	if walk.fault != nil {
		return walk.fault
	}
	if err := yaml.UnmarshalWithOptions(data, &c.File, yaml.Strict()); err != nil {
		return c.explained(err)
	}
	return c.check()
}

// plain visits the nodes of a file. It notes the keys and refuses what a
// config has no use for.
type plain struct {
	*Config
	fault *fault
}

func (p *plain) Visit(n ast.Node) ast.Visitor {
	if p.fault != nil {
		return nil
	}
	switch n := n.(type) {
	case *ast.MappingValueNode:
		if _, ok := n.Key.(*ast.StringNode); !ok {
			p.fault = &fault{n.Key.GetToken(), "this key is not a plain word", "write it as KEY: value"}
			return nil
		}
		p.keys[n.Key.GetPath()] = n.Key
		p.order = append(p.order, n.Key)
		p.fault = missing(n)
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		p.fault = &fault{n.GetToken(), "anchors, aliases and tags are not used here", "write the value itself"}
	case *ast.SequenceNode:
		for i, item := range n.Values {
			p.keys[fmt.Sprintf("%s[%d]", n.GetPath(), i)] = start(item)
			if item.Type() == ast.NullType {
				p.fault = &fault{item.GetToken(), "an item without a value", "give it one, or delete the line"}
			}
		}
	}
	return p
}

// start returns the node that the text of n begins with.
func start(n ast.Node) ast.Node {
	if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
		return m.Values[0].Key
	}
	return n
}

var collections = []string{"$.rules", "$.overrides", "$.exclude", "$.tags", "$.closers", "$.retainers", "$.providers", "$.nildone", "$.deadctx"}

var rulesOfOverride = regexp.MustCompile(`^\$\.overrides\[\d+\]\.rules$`)

// missing refuses a key without a value, unless it may be the heading of
// lines that are commented out.
func missing(n *ast.MappingValueNode) *fault {
	path := n.Key.GetPath()
	if n.Value == nil || n.Value.Type() != ast.NullType || slices.Contains(collections, path) || rulesOfOverride.MatchString(path) {
		return nil
	}
	return &fault{n.Key.GetToken(), fmt.Sprintf("%s has no value", n.Key.String()), "give it one, or delete the line"}
}

// check looks at what the types of the keys leave open.
func (c *Config) check() error {
	if err := c.checkRules("$", c.Rules); err != nil {
		return err
	}
	for i, o := range c.Overrides {
		at := fmt.Sprintf("$.overrides[%d]", i)
		if len(o.Files) == 0 {
			return &fault{c.keys[at].GetToken(), "this override is for no files", "add files: with a list of globs"}
		}
		if err := c.checkRules(at, o.Rules); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) checkRules(at string, rules map[string]Level) error {
	var names []string
	for _, r := range detect.All {
		names = append(names, r.Name)
	}
	inOrder := func(a, b string) int {
		return c.index(at+".rules."+a) - c.index(at+".rules."+b)
	}
	for _, name := range slices.SortedFunc(maps.Keys(rules), inOrder) {
		if !slices.Contains(names, name) {
			return &fault{c.ruleKey(at+".rules.", name), fmt.Sprintf("unknown rule %q%s", name, spell.DidYouMean(name, names)), "ctxfix rules lists them"}
		}
	}
	return nil
}

// index returns the place of the key among those of the file.
func (c *Config) index(key string) int { return slices.Index(c.order, c.keys[key]) }

// ruleKey returns the token of the key with that name below a path, which quotes
// names that are not plain words; nil if there is none.
func (c *Config) ruleKey(below, name string) *token.Token {
	for _, key := range c.order {
		if word, ok := key.(*ast.StringNode); ok && word.Value == name && strings.HasPrefix(key.GetPath(), below) {
			return key.GetToken()
		}
	}
	return nil
}

// explained puts an error of the decoder into the words of a config.
func (c *Config) explained(err error) error {
	var unknown *yaml.UnknownFieldError
	var mismatch *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	switch {
	case errors.As(err, &unknown):
		return c.unknownKey(unknown.Token)
	case errors.As(err, &mismatch) && mismatch.DstType.Kind() == reflect.Bool:
		return &fault{mismatch.Token, fmt.Sprintf("%s is neither true nor false", mismatch.Token.Value), "write one of them"}
	case errors.As(err, &node):
		form := "write lines of KEY: value"
		if node.Expected == ast.SequenceType {
			form = "write one item a line, with - before it"
		}
		return &fault{node.Token, fmt.Sprintf("%s where %s is wanted", kind(node.Actual), kind(node.Expected)), form}
	}
	return err
}

func kind(t ast.NodeType) string {
	switch t {
	case ast.MappingType, ast.MappingValueType:
		return "a mapping"
	case ast.SequenceType:
		return "a list"
	case ast.StringType, ast.LiteralType:
		return "a text"
	case ast.IntegerType, ast.FloatType, ast.InfinityType, ast.NanType:
		return "a number"
	default:
		return "another value"
	}
}
