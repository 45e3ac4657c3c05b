package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

type namedCheck struct {
	name string
	do   func() (string, error)
}

func (h *inventory) pinChecks() []namedCheck {
	return []namedCheck{
		{"downloads of tools/fetch have a version and a SHA-256", h.checkDownloads},
		{"requirements of Python have versions and hashes", h.checkFiles("requirements.txt", "packages", countPythonPins)},
		{"locks of npm have versions and digests", h.checkFiles("package-lock.json", "packages", countNPMPins)},
		{"Maven's versions are fixed", h.checkFiles("pom.xml", "versions", countMavenPins)},
		{"nothing else is installed, run or downloaded without a pin", h.checkCommands},
	}
}

var (
	sha256Text   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	npmVersioned = regexp.MustCompile(`^(@[^@/]+/)?[^@/]+@\d+\.\d+\.\d+$`)
	pyVersioned  = regexp.MustCompile(`^[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*( ;.*)? ?\\?$`)
	fixedVersion = regexp.MustCompile(`^[0-9][0-9A-Za-z.\-]*$|^\$\{[a-z0-9.]+\}$`)
)

func (h *inventory) checkDownloads() (string, error) {
	var errs []error
	for _, d := range h.downloads {
		if !npmVersioned.MatchString(d.Package) || !sha256Text.MatchString(d.SHA256) || d.Made != "" && !sha256Text.MatchString(d.Made) {
			errs = append(errs, fmt.Errorf("%q is not pinned", d.Package))
		}
	}
	if len(h.downloads) < 2 {
		errs = append(errs, errors.New("the downloads of tools/fetch were not found in its source"))
	}
	return fmt.Sprintf("%d downloads", len(h.downloads)), errors.Join(errs...)
}

// checkFiles applies a check to all tracked files of a name. The check returns how many
// pins it saw.
func (h *inventory) checkFiles(name, of string, check func(data []byte) (int, error)) func() (string, error) {
	return func() (string, error) {
		var errs []error
		files, pins := 0, 0
		for _, file := range h.tracked {
			if path.Base(file) != name {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			n, err := check(data)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", file, err))
			}
			files, pins = files+1, pins+n
		}
		if pins == 0 {
			errs = append(errs, fmt.Errorf("there is no %s", name))
		}
		return fmt.Sprintf("%d %s in %d files", pins, of, files), errors.Join(errs...)
	}
}

// countPythonPins demands of every requirement one version and at least one hash.
func countPythonPins(data []byte) (pins int, err error) {
	var errs []error
	open := "" // the requirement that has no hash yet
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "--hash=sha256:"):
			open = ""
		case open != "" || !pyVersioned.MatchString(line):
			errs = append(errs, fmt.Errorf("%q has no version or no hash", line))
		default:
			pins, open = pins+1, line
		}
	}
	if open != "" {
		errs = append(errs, fmt.Errorf("%q has no hash", open))
	}
	return pins, errors.Join(errs...)
}

// lock is an npm lock of version 2 or 3.
type lock struct {
	Packages map[string]struct {
		Version, Resolved, Integrity, License string
		Link                                  bool
	}
}

func countNPMPins(data []byte) (pins int, err error) {
	var l lock
	if err := json.Unmarshal(data, &l); err != nil {
		return 0, err
	}
	var errs []error
	for name, p := range l.Packages {
		if name == "" {
			continue
		}
		if pins++; p.Version == "" || !strings.HasPrefix(p.Integrity, "sha512-") {
			errs = append(errs, fmt.Errorf("%s has no digest", name))
		}
	}
	return pins, errors.Join(errs...)
}

// countMavenPins demands that no version is a range, a snapshot or the latest. Maven itself
// compares what it downloads with the repository's checksums only.
func countMavenPins(data []byte) (pins int, err error) {
	var errs []error
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return pins, errors.Join(errs...)
		}
		if err != nil {
			return pins, err
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "version" && !strings.HasSuffix(start.Name.Local, ".version") {
			continue
		}
		var version string
		if err := d.DecodeElement(&version, &start); err != nil {
			return pins, err
		}
		if pins++; !fixedVersion.MatchString(version) || strings.Contains(version, "SNAPSHOT") {
			errs = append(errs, fmt.Errorf("version %q", version))
		}
	}
}

// Commands that bring a program in, and what makes them good.
var commands = []struct {
	what, unless *regexp.Regexp
	why          string
}{
	{regexp.MustCompile(`@latest\b`), nil, "whatever is latest"},
	{regexp.MustCompile(`\bpip3? install\b|"pip", "install"`), regexp.MustCompile(`--require-hashes`), "pip without hashes"},
	{regexp.MustCompile(`\bnpm (install|i)\b|\bnpx\b|"npm", "install"`), nil, "npm without its lock"},
	{regexp.MustCompile(`\b(curl|wget)\b.*https?://|\bgit clone\b`), nil, "a download nobody checks"},
	{regexp.MustCompile(`(?m)^\s*FROM |^\s*-? ?uses: `), regexp.MustCompile(`@(sha256:)?[0-9a-f]{40,64}`), "an image or action without a digest"},
}

// isRunnable are the files whose text is carried out.
func isRunnable(file string) bool {
	base := path.Base(file)
	if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "tools/audit/") || strings.Contains(file, "/node_modules/") {
		return false
	}
	return slices.Contains([]string{"Makefile", "Dockerfile", "run", "lint", "python"}, base) ||
		slices.Contains([]string{".sh", ".go", ".yml", ".yaml", ".py", ".js"}, path.Ext(base))
}

func (h *inventory) checkCommands() (string, error) {
	var errs []error
	read := 0
	for _, file := range h.tracked {
		if !isRunnable(file) {
			continue
		}
		data, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			continue // taken away, and not yet from the index
		}
		if err != nil {
			return "", err
		}
		read++
		errs = append(errs, findUnpinned(file, string(data))...)
	}
	return fmt.Sprintf("%d files read", read), errors.Join(errs...)
}

func findUnpinned(file, text string) (errs []error) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "//") || strings.HasPrefix(trimmed, "#") {
			continue
		}
		for _, c := range commands {
			if c.what.MatchString(line) && (c.unless == nil || !c.unless.MatchString(line)) {
				errs = append(errs, fmt.Errorf("%s:%d: %s: %s", file, n, c.why, strings.TrimSpace(line)))
			}
		}
	}
	return errs
}
