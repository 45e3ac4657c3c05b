package browser

import (
	"os"
	"strings"
	"sync"
	"testing"
)

// axe is axe-core, which checks accessibility.
var axe = sync.OnceValues(func() (string, error) {
	place, err := npmFile{"axe-core@4.14.1", "package/axe.min.js", "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"}.fetch()
	if err != nil {
		return "", err
	}
	script, err := os.ReadFile(place)
	return string(script), err
})

// checkAccessibility checks what is shown against WCAG 2.2 AA, as far as a program can: no
// violation that axe-core calls serious or critical, and nothing that a screen reader cannot name.
func (p *tab) checkAccessibility(where string) {
	p.Helper()
	script, err := axe()
	if err != nil {
		p.Fatal(err)
	}
	if !js[bool](p, `"axe" in window`) {
		js[bool](p, script+"\n;true")
	}
	found := js[[]string](p, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}).then(r => r.violations
		.filter(v => v.impact === "serious" || v.impact === "critical")
		.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary).join("; ")))`)
	if len(found) > 0 {
		p.Errorf("%s: %s", where, strings.Join(found, "\n"))
	}
	p.checkReading(where)
}

func TestTheJudgeOfAccessibilityFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	script, err := axe()
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, desktopSize)
	p.visit("/")
	js[bool](p, script+"\n;true")
	js[bool](p, `document.querySelector("main").append(document.createElement("input")), true`)
	if found := js[[]string](p, `axe.run(document).then(r => r.violations.map(v => v.id))`); !strings.Contains(strings.Join(found, " "), "label") {
		t.Errorf("an input without a label passes: %v", found)
	}
}
