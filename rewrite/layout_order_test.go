package rewrite_test

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/ctxfix/ctxfix/rewrite"
)

// weight is how many tokens a comment may seem to pass for it to be in order
// still: of "for range time.Tick(d) {" and "for { select { case <-tick:" nothing says
// whether the comment before the loop has moved, or the ticks.
const weight = 9

// checkComments asks for each comment, in order among the tokens of its
// function that are still there. One that is there several times is counted.
func checkComments(t *testing.T, e rewrite.Edit, plain map[string]string) {
	t.Helper()
	checkText(t, e)
	for text, where := range moved(e) {
		if plain[text] == "" {
			t.Errorf("%s: a comment moved, which stood %s", e.Path, where)
		}
	}
}

func folded(w word) string { return strings.Join(strings.Fields(w.text), " ") }

// functions returns the words of each top-level function by its name, and of
// what is before the first one, with the comments that are there once before
// and after.
func functions(src []byte, times map[string]int) map[string][]word {
	out := map[string][]word{}
	name, last, depth := "", "", 0
	code := codeOf(src)
	for _, w := range tokens(src) {
		switch {
		case w.kind == token.COMMENT:
			if w.text = folded(w); times[w.text] == 2 {
				out[name] = append(out[name], w)
			}
			continue
		case len(code) == 0 || code[0].start != w.start:
			continue
		case w.kind == token.LPAREN || w.kind == token.LBRACE:
			depth++
		case w.kind == token.RPAREN || w.kind == token.RBRACE:
			depth--
		case w.kind == token.FUNC && depth == 0 && !strings.HasSuffix(last, "="):
			name = header(code)
		}
		last = w.text
		out[name], code = append(out[name], w), code[1:]
	}
	return out
}

// header returns the first words of a function but for its parameters.
func header(code []word) string {
	if code[1].kind != token.LPAREN {
		return code[1].text
	}
	text := ""
	for i, w := range code[1:] {
		text += " " + w.text
		if w.kind == token.RPAREN {
			return text + code[i+2].text
		}
	}
	return text
}

// moved returns the comments that are not in order, with what they stood near.
func moved(e rewrite.Edit) map[string]string {
	times := map[string]int{}
	for _, src := range [][]byte{e.Old, e.New} {
		for _, w := range tokens(src) {
			if w.kind == token.COMMENT {
				times[folded(w)]++
			}
		}
	}
	out := map[string]string{}
	old, new := functions(e.Old, times), functions(e.New, times)
	for name, was := range old {
		kept := common(words(was), words(new[name]), func(text string) int {
			if strings.HasPrefix(text, "/") && len(text) > 1 {
				return weight
			}
			return 1
		})
		for i, w := range was {
			if w.kind == token.COMMENT && !kept[i] {
				out[w.text] = near(was, i)
			}
		}
	}
	return out
}

// common returns the indices of old that are in the heaviest common
// subsequence of old and new.
func common(old, new []string, weigh func(string) int) map[int]bool {
	kept := map[int]bool{}
	from := 0
	for from < min(len(old), len(new)) && old[from] == new[from] {
		kept[from] = true
		from++
	}
	to := 0
	for to < min(len(old), len(new))-from && old[len(old)-1-to] == new[len(new)-1-to] {
		kept[len(old)-1-to] = true
		to++
	}
	a, b := old[from:len(old)-to], new[from:len(new)-to]
	best := make([][]int32, len(a)+1)
	best[len(a)] = make([]int32, len(b)+1)
	for i, text := range slices.Backward(a) {
		best[i] = make([]int32, len(b)+1)
		weight := int32(weigh(text))
		for j := len(b) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if text == b[j] {
				best[i][j] = max(best[i][j], best[i+1][j+1]+weight)
			}
		}
	}
	for i, j := 0, 0; i < len(a); i++ {
		for j < len(b) && best[i][j] == best[i][j+1] {
			j++
		}
		if best[i][j] != best[i+1][j] {
			kept[from+i] = true
			j++
		}
	}
	return kept
}

func near(list []word, at int) string {
	return fmt.Sprintf("near %.80q", "… "+strings.Join(words(list[max(0, at-4):min(len(list), at+5)]), " ")+" …")
}
