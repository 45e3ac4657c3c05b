package main

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// pin is a download of a fixed version.
type pin struct {
	name    string // "npm wawoff2", or "" for a version without a package
	licence string // as stated beside the pin, or ""
	wrong   string // why the pin does not determine the bytes, or ""
}

// pinKind is a kind of files with pins.
type pinKind struct {
	rule, file, unit string
	read             func(data []byte) ([]pin, error)
}

func pinKinds() []pinKind {
	return []pinKind{
		{"requirements of Python have versions and hashes", "requirements.txt", "packages", pythonPins},
		{"locks of npm have versions and digests", "package-lock.json", "packages", npmPins},
		{"Maven's versions are fixed", "pom.xml", "versions", mavenPins},
	}
}

// readPins returns the pins in all tracked files of a kind, and how many files these are.
func (d *dependencies) readPins(kind pinKind) (files int, all []pin, err error) {
	for _, file := range d.tracked {
		if path.Base(file) != kind.file {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return 0, nil, err
		}
		pins, err := kind.read(data)
		if err != nil {
			return 0, nil, fmt.Errorf("%s: %w", file, err)
		}
		files, all = files+1, append(all, pins...)
	}
	return files, all, nil
}

func (d *dependencies) checkPins(kind pinKind) (string, error) {
	files, pins, err := d.readPins(kind)
	if err == nil && len(pins) == 0 {
		err = fmt.Errorf("there is no %s", kind.file)
	}
	errs := []error{err}
	for _, p := range pins {
		if p.wrong != "" {
			errs = append(errs, errors.New(p.wrong))
		}
	}
	return fmt.Sprintf("%d %s in %d files", len(pins), kind.unit, files), errors.Join(errs...)
}

var (
	pythonVersion   = regexp.MustCompile(`^([A-Za-z0-9._-]+)==[0-9][A-Za-z0-9.+!]*( ;.*)?$`)
	pythonSeparator = regexp.MustCompile(`[-_.]+`)
	fixedVersion    = regexp.MustCompile(`^[0-9][0-9A-Za-z.\-]*$|^\$\{[a-z0-9.]+\}$`)
)

// pythonPins requires one version and at least one hash of every requirement.
func pythonPins(data []byte) (pins []pin, err error) {
	text := strings.ReplaceAll(string(data), "\\\n", "")
	for line := range strings.Lines(text) {
		requirement, hashes, _ := strings.Cut(strings.TrimSpace(line), " --hash=sha256:")
		if requirement == "" || strings.HasPrefix(requirement, "#") {
			continue
		}
		p := pin{}
		if m := pythonVersion.FindStringSubmatch(strings.TrimSpace(requirement)); m != nil {
			p.name = "pypi " + pythonSeparator.ReplaceAllString(strings.ToLower(m[1]), "-")
		}
		if p.name == "" || hashes == "" {
			p.wrong = fmt.Sprintf("%q has no version or no hash", requirement)
		}
		pins = append(pins, p)
	}
	return pins, nil
}

// npmPins requires a version and a digest of every package in a lock of version 2 or 3.
func npmPins(data []byte) (pins []pin, err error) {
	var lock struct {
		Packages map[string]struct{ Version, Integrity, License string }
	}
	err = json.Unmarshal(data, &lock)
	for place, p := range lock.Packages {
		at := strings.LastIndex(place, "node_modules/")
		if at < 0 {
			continue // the package that is locked
		}
		pinned := pin{name: "npm " + place[at+len("node_modules/"):], licence: p.License}
		if p.Version == "" || !strings.HasPrefix(p.Integrity, "sha512-") {
			pinned.wrong = place + " has no digest"
		}
		pins = append(pins, pinned)
	}
	return pins, err
}

// element is an element of a pom.xml.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

func (e element) child(name string) string {
	for _, c := range e.Children {
		if c.XMLName.Local == name {
			return strings.TrimSpace(c.Text)
		}
	}
	return ""
}

// mavenPins requires that no version is a range, a snapshot or the latest. It names the dependencies and plugins of a
// project, without what these need themselves. Maven compares downloads with the repository's checksums only.
func mavenPins(data []byte) (pins []pin, err error) {
	var project element
	if err := xml.Unmarshal(data, &project); err != nil {
		return nil, err
	}
	var visit func(e element)
	visit = func(e element) {
		name := e.XMLName.Local
		group := e.child("groupId")
		switch version := strings.TrimSpace(e.Text); {
		case (name == "dependency" || name == "plugin") && !strings.HasPrefix(group, "jiazhu."):
			pins = append(pins, pin{name: "maven " + group + ":" + e.child("artifactId")})
		case name == "version" || strings.HasSuffix(name, ".version"):
			p := pin{}
			if !fixedVersion.MatchString(version) || strings.Contains(version, "SNAPSHOT") {
				p.wrong = fmt.Sprintf("version %q", version)
			}
			pins = append(pins, p)
		}
		for _, c := range e.Children {
			visit(c)
		}
	}
	visit(project)
	return pins, nil
}

// commands that bring a program in, and what makes them acceptable.
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

// isRunnable reports whether a file's text is executed.
func isRunnable(file string) bool {
	base := path.Base(file)
	if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "tools/audit/") || strings.Contains(file, "/node_modules/") {
		return false
	}
	return slices.Contains([]string{"Makefile", "Dockerfile", "run", "lint", "python"}, base) ||
		slices.Contains([]string{".sh", ".go", ".yml", ".yaml", ".py", ".js"}, path.Ext(base))
}

func (d *dependencies) checkCommands() (string, error) {
	var errs []error
	read := 0
	for _, file := range d.tracked {
		if !isRunnable(file) {
			continue
		}
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed, and still in the index
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
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "//") || strings.HasPrefix(line, "#") {
			continue
		}
		for _, c := range commands {
			if c.what.MatchString(line) && (c.unless == nil || !c.unless.MatchString(line)) {
				errs = append(errs, fmt.Errorf("%s:%d: %s: %s", file, i+1, c.why, line))
			}
		}
	}
	return errs
}
