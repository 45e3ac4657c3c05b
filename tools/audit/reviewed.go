package main

import (
	"bufio"
	"cmp"
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// What is downloaded with the licence its publisher states, as somebody read it:
// lines "kind name licence".
//
//go:embed licences.txt
var reviewedText string

// reviewedLicences are the licences of licences.txt by "kind name".
func reviewedLicences() (map[string]string, error) {
	all := map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(reviewedText)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.SplitN(line, " ", 3)
		if len(fields) != 3 {
			return nil, fmt.Errorf("licences.txt: %q is not a kind, a name and a licence", line)
		}
		all[fields[0]+" "+fields[1]] = fields[2]
	}
	return all, nil
}

// pinnedLicences demands a stated licence of everything that is pinned outside Go,
// that it is allowed, and that nothing else is stated.
func (h *inventory) pinnedLicences() (string, error) {
	licences, err := reviewedLicences()
	if err != nil {
		return "", err
	}
	pinned, err := h.pinnedPackages()
	if err != nil {
		return "", err
	}
	count := map[string]int{}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(pinned)) {
		licence := cmp.Or(licences[name], pinned[name])
		if count[licence]++; !isPermitted(licence, usableLicences) {
			errs = append(errs, fmt.Errorf("%s: licence %q; read it, and write it into tools/audit/licences.txt", name, licence))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(licences)) {
		if _, still := pinned[name]; !still {
			errs = append(errs, fmt.Errorf("licences.txt: %s is pinned no more", name))
		}
	}
	return fmt.Sprintf("%d pins, %s", len(pinned), formatCounts(count)), errors.Join(errs...)
}

// isPermitted reads an SPDX expression without exceptions: all that AND joins, one of
// what OR joins.
func isPermitted(expression string, allowed []string) bool {
	expression = strings.Trim(expression, "()")
	for _, all := range strings.Split(expression, " AND ") {
		any := strings.Split(strings.Trim(all, "()"), " OR ")
		if !slices.ContainsFunc(any, func(one string) bool { return slices.Contains(allowed, one) }) {
			return false
		}
	}
	return true
}

// pinnedPackages is what is pinned outside Go, "kind name", with the licence that stands
// beside the pin, or "".
func (h *inventory) pinnedPackages() (map[string]string, error) {
	all := map[string]string{}
	for _, d := range h.downloads {
		all["npm "+d.Package[:strings.LastIndex(d.Package, "@")]] = ""
	}
	for _, file := range h.tracked {
		names := map[string]func([]byte) (map[string]string, error){
			"requirements.txt": pythonNames, "package-lock.json": npmNames, "pom.xml": mavenNames,
		}[path.Base(file)]
		if names == nil {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		found, err := names(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for name, licence := range found {
			if all[name] == "" {
				all[name] = licence
			}
		}
	}
	return all, nil
}

var requiredPackage = regexp.MustCompile(`(?m)^([A-Za-z0-9._-]+)==`)

func pythonNames(data []byte) (map[string]string, error) {
	all := map[string]string{}
	for _, m := range requiredPackage.FindAllSubmatch(data, -1) {
		name := regexp.MustCompile(`[-_.]+`).ReplaceAllString(strings.ToLower(string(m[1])), "-")
		all["pypi "+name] = ""
	}
	return all, nil
}

func npmNames(data []byte) (map[string]string, error) {
	var l lock
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, err
	}
	all := map[string]string{}
	for place, p := range l.Packages {
		if at := strings.LastIndex(place, "node_modules/"); at >= 0 {
			all["npm "+place[at+len("node_modules/"):]] = p.License
		}
	}
	return all, nil
}

// mavenNames are the dependencies that a project names, not what these bring along.
func mavenNames(data []byte) (map[string]string, error) {
	type artifact struct {
		Group string `xml:"groupId"`
		Name  string `xml:"artifactId"`
	}
	var project struct {
		Direct  []artifact `xml:"dependencies>dependency"`
		Managed []artifact `xml:"dependencyManagement>dependencies>dependency"`
		Plugins []artifact `xml:"build>plugins>plugin"`
	}
	if err := xml.Unmarshal(data, &project); err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, a := range slices.Concat(project.Direct, project.Managed, project.Plugins) {
		if !strings.HasPrefix(a.Group, "jiazhu.") {
			all["maven "+a.Group+":"+a.Name] = ""
		}
	}
	return all, nil
}
