package archtest

import (
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wordList is testdata/words.txt: words that are neither verb nor noun.
type wordList struct{ words, joining map[string]bool }

func readWords(t *testing.T) wordList {
	t.Helper()
	text, err := os.ReadFile("testdata/words.txt")
	if err != nil {
		t.Fatal(err)
	}
	l := wordList{map[string]bool{}, map[string]bool{}}
	into := l.words
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			if strings.HasPrefix(line, "# prepositions") {
				into = l.joining
			}
			continue
		}
		for _, word := range strings.Fields(line) {
			into[word] = true
		}
	}
	return l
}

// notParticiples end like participles and are none.
var notParticiples = []string{"bed", "embed", "exceed", "feed", "need", "proceed", "seed", "speed", "succeed"}

var namePart = regexp.MustCompile(`[A-Z]+(?:[a-z]+)?|[a-z]+`)

// standardNames are the standard library's for a channel that is closed at the end, a clock, and a signer's key.
var standardNames = []string{"Done", "Now", "Public"}

// lacksMeaning reports whether a name is made of adverbs, adjectives, participles and pronouns alone.
func (l wordList) lacksMeaning(name string) bool {
	listed := false
	for _, part := range namePart.FindAllString(name, -1) {
		word := strings.ToLower(part)
		switch {
		case l.words[word], strings.HasSuffix(word, "ed") && len(word) > 3 && !slices.Contains(notParticiples, word):
			listed = true
		case !l.joining[word]:
			return false
		}
	}
	return listed
}

func TestFunctionsAreNamedByWhatTheyDo(t *testing.T) {
	l := readWords(t)
	for _, file := range goFiles(t, func(goFile) bool { return true }) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && !slices.Contains(standardNames, f.Name.Name) && l.lacksMeaning(f.Name.Name) {
				t.Errorf("%s: %s is no verb and no noun", file.path, f.Name.Name)
			}
		}
	}
}

func TestNamesThatSayNothingAreFound(t *testing.T) {
	l := readWords(t)
	for name, want := range map[string]bool{
		"told": true, "again": true, "some": true, "shown": true, "Alone": true, "signedWithout": true, "validOnce": true, "escaped": true,
		"describeRun": false, "takeBlock": false, "Digest": false, "isWithdrawn": false, "hasEnded": false, "Of": false, "With": false,
		"signedPDF": false, "needFace": false, "seedAll": false,
	} {
		if got := l.lacksMeaning(name); got != want {
			t.Errorf("%s says nothing: %v, want %v", name, got, want)
		}
	}
}
