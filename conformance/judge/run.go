package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
)

// output runs a program and returns both of its output streams. A failing exit code is
// no error, because the output decides.
func output(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	checkRun(name, err)
	return string(out)
}

// lines runs a program and returns the lines of its standard output.
func lines(ctx context.Context, name string, args ...string) []string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if len(out) == 0 {
		var ended *exec.ExitError
		if errors.As(err, &ended) {
			must.Do(fmt.Errorf("%s said nothing but: %.2000s", name, ended.Stderr))
		}
	}
	checkRun(name, err)
	return strings.Split(strings.TrimRight(string(out), "\n"), "\n")
}

func checkRun(name string, err error) {
	var ended *exec.ExitError
	if err != nil && !(errors.As(err, &ended) && ended.Exited()) {
		must.Do(fmt.Errorf("run %s: %w", name, err))
	}
}

// java returns the arguments for running a harness.
func (j *judge) java(module string, args ...string) []string {
	jar := filepath.Join(j.harnesses, module, "target", module+"-harness.jar")
	return append([]string{"-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-jar", jar}, args...)
}

// filesFor returns the files with an ending that a tool judges: all specimens, and the
// controls it has to refuse.
func (j *judge) filesFor(tool manifest.Tool, ending string) []string {
	var files []string
	for _, s := range j.set.Specimens {
		files = append(files, s.Path(j.directory, ending))
	}
	for _, c := range j.set.Controls {
		if c.Refuses(tool) && strings.HasSuffix(c.Name, "."+ending) {
			files = append(files, filepath.Join(j.directory, c.Name))
		}
	}
	return files
}

// control returns the description of a control, or nil for a specimen's file.
func (j *judge) control(file string) *manifest.Control {
	name := filepath.Base(file)
	if i := slices.IndexFunc(j.set.Controls, func(c manifest.Control) bool { return c.Name == name }); i >= 0 {
		return &j.set.Controls[i]
	}
	return nil
}

// specimen returns the specimen that a file is, or was made from.
func (j *judge) specimen(file string) *manifest.Specimen {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	if c := j.control(file); c != nil {
		name = c.Of
	}
	i := slices.IndexFunc(j.set.Specimens, func(s manifest.Specimen) bool { return s.Name == name })
	return &j.set.Specimens[i]
}

// outcomeOf compares a tool's result for a file, "" for no defect, with the expected
// one.
func (j *judge) outcomeOf(tool manifest.Tool, check, file, wrong string) outcome {
	o := outcome{tool: tool, check: check, file: filepath.Base(file), problem: wrong}
	if j.control(file) != nil {
		o.check, o.problem = refused, ""
		if wrong == "" {
			o.problem = "accepted"
		}
	}
	return o
}

// judgeEach judges each file in its own process.
func (j *judge) judgeEach(ctx context.Context, tool manifest.Tool, check, ending string, wrong func(ctx context.Context, file string) string) (all []outcome) {
	for _, file := range j.filesFor(tool, ending) {
		all = append(all, j.outcomeOf(tool, check, file, wrong(ctx, file)))
	}
	return all
}
