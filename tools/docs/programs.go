package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// program is a program of docs/portals.md in one language.
type program struct{ Language, Text string }

// programs is a section of programs that do the same in several languages.
type programs struct {
	Name     string
	Programs []program
}

// programParts matches a heading of docs/portals.md, or a program below it.
var programParts = regexp.MustCompile("(?s)\n### ([^\n]+)\n|<details><summary>([^<]+)</summary>\n\n```[a-z]+\n(.*?)\n```\n")

// readPrograms returns the programs of docs/portals.md.
func readPrograms(root string) ([]programs, error) {
	text, err := os.ReadFile(filepath.Join(root, "docs", "portals.md"))
	if err != nil {
		return nil, err
	}
	var all []programs
	for _, part := range programParts.FindAllSubmatch(text, -1) {
		if len(part[1]) > 0 {
			all = append(all, programs{Name: string(part[1])})
			continue
		}
		if len(all) == 0 {
			return nil, fmt.Errorf("docs/portals.md: the %s program stands below no heading", part[2])
		}
		last := &all[len(all)-1]
		last.Programs = append(last.Programs, program{string(part[2]), string(part[3])})
	}
	return slices.DeleteFunc(all, func(p programs) bool { return len(p.Programs) == 0 }), nil
}
