package main

import (
	"context"
	"os/exec"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
)

// ourModules is what the paths of this repository's modules begin with.
const ourModules = "github.com/jiazhu/jiazhu"

// dependencies are what this repository uses that others made.
type dependencies struct {
	linked  map[string]module // into functions, by path
	others  map[string]module // used by tests, tools and the local stack, by path and version
	fonts   map[string]bool   // functions whose programs contain the font
	tracked []string          // files of the repository
}

// module is a Go module.
type module struct{ path, version, dir string }

func readDependencies(ctx context.Context) (d *dependencies, err error) {
	defer must.Catch(&err)
	d = &dependencies{linked: map[string]module{}, others: map[string]module{}, fonts: map[string]bool{}}
	for _, m := range must.Get(listModules(ctx, ".", "./functions/...")) {
		d.linked[m.path] = m
	}
	for _, dir := range modules {
		for _, m := range must.Get(listModules(ctx, dir, "-test", "./...")) {
			if d.linked[m.path].version != m.version {
				d.others[m.path+" "+m.version] = m
			}
		}
	}
	for _, line := range must.Get(goList(ctx, ".", "{{.ImportPath}} {{.Deps}}", "./functions/...")) {
		path, all, _ := strings.Cut(line, " ")
		d.fonts[strings.TrimPrefix(path, ourModules+"/functions/")] = strings.Contains(all, ourModules+"/shared/document/font")
	}
	d.tracked = strings.Split(must.Get(run(ctx, ".", "git", "ls-files", "--cached", "--others", "--exclude-standard")), "\n")
	return d, nil
}

// listModules returns the modules of others that the packages need.
func listModules(ctx context.Context, dir string, packages ...string) (all []module, err error) {
	const format = "{{with .Module}}{{with or .Replace .}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}"
	lines, err := goList(ctx, dir, format, append([]string{"-deps"}, packages...)...)
	for _, line := range lines {
		if words := strings.Fields(line); len(words) == 3 && !strings.HasPrefix(words[0], ourModules) {
			all = append(all, module{words[0], words[1], words[2]})
		}
	}
	return all, err
}

// goList asks go about packages as they are built for AWS Lambda, and returns a line for each.
func goList(ctx context.Context, dir, format string, args ...string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"list", "-e", "-tags=lambda.norpc", "-f", format}, args...)...)
	cmd.Dir = dir
	output, err := cmd.Output()
	return strings.Split(string(output), "\n"), err
}
