package browser

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// axe-core checks accessibility. Only tests use it; it is fetched once and its checksum verified.
const (
	axePackage = "axe-core@4.14.1"
	axePath    = "package/axe.min.js"
	axeSHA256  = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
)

var axe = sync.OnceValues(func() (string, error) {
	place := filepath.Join(service.Root, ".cache", "axe", "axe.min.js")
	script, err := os.ReadFile(place)
	if err != nil || sum(script) != axeSHA256 {
		if script, err = fetchAxe(); err != nil {
			return "", err
		}
		if err := errors.Join(os.MkdirAll(filepath.Dir(place), 0o755), os.WriteFile(place, script, 0o644)); err != nil {
			return "", err
		}
	}
	return string(script), nil
})

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:])
}

func fetchAxe() ([]byte, error) {
	folder, err := os.MkdirTemp("", "axe-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if out, err := exec.Command("npm", "pack", axePackage, "--pack-destination", folder).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("download %s: %w\n%s", axePackage, err, out)
	}
	archives, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return nil, fmt.Errorf("download %s: %d archives, %w", axePackage, len(archives), err)
	}
	packed, err := os.ReadFile(archives[0])
	if err != nil {
		return nil, err
	}
	script, err := unpack(packed, axePath)
	if err == nil && sum(script) != axeSHA256 {
		err = fmt.Errorf("SHA-256 of %s in %s is %s, pinned is %s", axePath, axePackage, sum(script), axeSHA256)
	}
	return script, err
}

func unpack(archive []byte, inside string) ([]byte, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	for entries := tar.NewReader(unzipped); ; {
		entry, err := entries.Next()
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", inside, err)
		}
		if entry.Name == inside {
			return io.ReadAll(entries)
		}
	}
}

// checkAccessibility checks what is shown against WCAG 2.2 AA, as far as a program can: no
// violation that axe-core calls serious or critical.
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
