package detect

import (
	"fmt"
	"strings"
)

// capturesMessage says what is wrong, the worst first.
func capturesMessage(contexts, shared []*captured, loop bool) string {
	for _, c := range contexts {
		how := c.how()
		switch {
		case how == "":
		case c.asked != nil:
			return fmt.Sprintf("the goroutine captures %s for its context alone, and %[1]s %s", c.v.Name(), how)
		default:
			return fmt.Sprintf("the goroutine captures %s, which %s", c.v.Name(), how)
		}
	}
	if len(shared) > 0 {
		return fmt.Sprintf("the goroutine captures %s and the loop variable%s %s, which all iterations share before Go 1.22",
			listed(contexts), plural(shared), listed(shared))
	}
	where, them := "the goroutine", "it"
	if loop {
		where = "the goroutine, launched in a loop,"
	}
	if len(contexts) > 1 {
		them = "them"
	} else if contexts[0].asked != nil {
		return fmt.Sprintf("%s captures %s for its context alone", where, listed(contexts))
	}
	return fmt.Sprintf("%s captures %s instead of receiving %s", where, listed(contexts), them)
}

// how says how the variable gets other values; "" if it does not.
func (c *captured) how() string {
	switch {
	case c.addressed:
		return "others may assign by its address"
	case c.elsewhere:
		return "another function literal assigns"
	case c.later != nil:
		return "is assigned again after the launch"
	case c.assigned:
		return "is assigned after its declaration"
	}
	return ""
}

func plural(vars []*captured) string {
	if len(vars) == 1 {
		return ""
	}
	return "s"
}

// listed joins the names as "a, b and c".
func listed(vars []*captured) string {
	var names []string
	for _, c := range vars {
		names = append(names, c.v.Name())
	}
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// laterReason says why passing c may change what the goroutine sees.
func (p launcher) laterReason(c *captured) string {
	const keeps = "the goroutine would keep what it is launched with: "
	name, line := c.v.Name(), p.Flow.Fset.Position(c.later.Pos()).Line
	switch {
	case c.addressed:
		return fmt.Sprintf(keeps+"whoever has the address of %s, taken at line %d, may assign it", name, line)
	case c.elsewhere:
		return fmt.Sprintf(keeps+"%s is assigned at line %d, in a function that may run later", name, line)
	}
	return fmt.Sprintf(keeps+"%s is assigned again at line %d", name, line)
}
