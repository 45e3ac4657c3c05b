package verdict

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readSources returns the product's and the offline checker's files with texts, without tests and
// comments. Package problem has texts of its own, some of them about the same things.
func readSources(t *testing.T) string {
	t.Helper()
	var sources strings.Builder
	comment := regexp.MustCompile(`(?m)^\s*//.*$|\s// .*$`)
	for _, root := range []string{"functions", "shared", "conformance/verify", "portal"} {
		if err := filepath.WalkDir("../../../"+root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".go", ".js", ".html"}, filepath.Ext(path)) {
				return err
			}
			if strings.Contains(path, "functions/verify/docs/") || strings.Contains(path, "functions/verify/bundle/") || strings.Contains(path, "shared/domain/problem/") {
				return nil
			}
			data, err := os.ReadFile(path)
			sources.Write(comment.ReplaceAll(data, nil))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return sources.String()
}

func TestATextOfAVerdictStandsInTheCatalogueAlone(t *testing.T) {
	const shortest = 12 // characters; shorter ones are words that anybody may use
	sources := readSources(t)
	for key, both := range readCatalogue() {
		for _, text := range both {
			parts := regexp.MustCompile(`\{\w+\}`).Split(text, -1) // between the values
			longest := slices.MaxFunc(parts, func(a, b string) int { return len(a) - len(b) })
			if longest == "" || len([]rune(longest)) >= shortest && strings.Contains(sources, longest) {
				t.Errorf("%q stands elsewhere too: %q", key, longest)
			}
		}
	}
}

// A key is named as it is, or it is a prefix that is named and a value, or a check and a reason of
// which a finding is made.
func TestTheCatalogueHasNoTextThatNobodySays(t *testing.T) {
	sources := readSources(t)
	constants := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t(\w+) +(?:Check|Reason) += "([\w-]+)"`).FindAllStringSubmatch(sources, -1) {
		constants[m[2]] = m[1]
	}
	for key := range readCatalogue() {
		first, rest, _ := strings.Cut(key, " ")
		finding := `newFinding\(` + constants[first] + `, \w+, ` + constants[rest] + `,`
		switch {
		case strings.Contains(sources, `"`+key+`"`):
		case strings.Contains(sources, `"`+first+` "`) && (strings.Contains(sources, `"`+rest+`"`) || first == "rule"):
		case first == "integrity" && slices.Contains(BrokenReasons(), Reason(rest)):
		case regexp.MustCompile(`row\("` + first + `", "\w+", "` + rest + `"\)`).MatchString(sources): // the page's own judge
		case constants[rest] != "" && regexp.MustCompile(finding).MatchString(sources):
		default:
			t.Errorf("nobody says %q", key)
		}
	}
}

func TestACheckOfALaterVersionIsShownByItsIdentifier(t *testing.T) {
	for _, c := range Checks() {
		if name := c.Name(); name.ZH == "" || name.ZH == string(c) {
			t.Errorf("%s is shown as %q", c, name.ZH)
		}
	}
	if name := Check("a later check").Name(); name.ZH != "a later check" || name.EN != name.ZH {
		t.Errorf("shown as %+v", name)
	}
}
