package model

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// ClockFile is the variable in which a steered program finds the file with its time.
const ClockFile = "STEERED_CLOCK"

// steered is the clock of a steered program: milliseconds since 1970, in a file.
const clockSource = `package main

import (
	"os"
	"strconv"
	"time"
)

func steered() time.Time {
	text, err := os.ReadFile(os.Getenv("` + ClockFile + `"))
	if err != nil {
		panic(err)
	}
	ms, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		panic(err)
	}
	return time.UnixMilli(ms)
}

var _ time.Time
`

// Clock is the time of the steered programs.
type Clock struct {
	file string
	now  time.Time
}

// NewClock returns a clock that is kept in file, and not set.
func NewClock(file string) *Clock { return &Clock{file: file} }

// Set sets it, to the millisecond.
func (c *Clock) Set(now time.Time) error {
	c.now = now.Truncate(time.Millisecond)
	draft := c.file + ".draft"
	if err := os.WriteFile(draft, []byte(strconv.FormatInt(c.now.UnixMilli(), 10)), 0o600); err != nil {
		return err
	}
	return os.Rename(draft, c.file) // so that no program reads half of it
}

// functions are those the sequences use; intake is woken by a queue and not by them.
func functions() []string {
	return []string{"login", "identify", "certificates", "endorse", "download", "verify", "report"}
}

// Build builds functions of the repository at root into folder, which is empty, as
// <name>/bootstrap, with a clock that can be set (see ClockFile).
// Their sources stay as they are: the compiler is given other text for one file, and one file more.
func Build(ctx context.Context, root, folder string, functions ...string) error {
	replace := map[string]string{}
	clock := filepath.Join(folder, "steered.go")
	if err := os.WriteFile(clock, []byte(clockSource), 0o600); err != nil {
		return err
	}
	for _, name := range functions {
		main := filepath.Join(root, "functions", name, "main.go")
		text, err := os.ReadFile(main)
		if err != nil {
			return err
		}
		const real, ours = "newApp(d, time.Now)", "newApp(d, steered)"
		if bytes.Count(text, []byte(real)) != 1 {
			return fmt.Errorf("%s does not hand its app the clock as %s", main, real)
		}
		other := filepath.Join(folder, name+".main.go")
		text = append(bytes.Replace(text, []byte(real), []byte(ours), 1), "\nvar _ time.Time\n"...)
		if err := os.WriteFile(other, text, 0o600); err != nil {
			return err
		}
		replace[main] = other
		replace[filepath.Join(filepath.Dir(main), "steered.go")] = clock
	}
	overlay := filepath.Join(folder, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		return err
	}
	return compile(ctx, root, folder, overlay, functions)
}

// compile builds all at once and puts each where a set of functions has it.
func compile(ctx context.Context, root, folder, overlay string, functions []string) error {
	built := filepath.Join(folder, "built") + string(filepath.Separator)
	arguments := []string{
		"build", "-overlay", overlay, "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", built,
	}
	for _, name := range functions {
		arguments = append(arguments, "./functions/"+name)
	}
	cmd := exec.CommandContext(ctx, "go", arguments...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the functions with another clock: %w\n%s", err, said)
	}
	for _, name := range functions {
		at := filepath.Join(folder, name)
		if err := os.Mkdir(at, 0o700); err != nil {
			return err
		}
		if err := os.Rename(built+name, filepath.Join(at, "bootstrap")); err != nil {
			return err
		}
	}
	return nil
}
