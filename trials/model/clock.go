package model

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// ClockFile is the variable that names the file with the time of a function built with the tag
// testclock (shared/service/boot).
const ClockFile = "TEST_CLOCK"

// Clock is the time of functions built by Build.
type Clock struct {
	file string
	now  time.Time
}

// NewClock returns a clock that is kept in a file. It has no time before Set.
func NewClock(file string) *Clock { return &Clock{file: file} }

// Set sets the time, to the millisecond.
func (c *Clock) Set(now time.Time) error {
	c.now = now.Truncate(time.Millisecond)
	draft := c.file + ".draft"
	if err := os.WriteFile(draft, []byte(strconv.FormatInt(c.now.UnixMilli(), 10)), 0o600); err != nil {
		return err
	}
	return os.Rename(draft, c.file) // a rename, since a function may be reading
}

// functions are those that the sequences use. Intake is not one: a queue invokes it.
func functions() []string {
	return []string{"login", "identify", "certificates", "endorse", "download", "verify", "report"}
}

// Build builds functions of the repository at root into directory, which is empty, as
// <name>/bootstrap, with a clock that can be set (see ClockFile).
func Build(ctx context.Context, root, directory string, functions ...string) error {
	built := filepath.Join(directory, "built") + string(filepath.Separator)
	arguments := []string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc,testclock", "-ldflags", "-s -w", "-o", built}
	for _, name := range functions {
		arguments = append(arguments, "./functions/"+name)
	}
	cmd := exec.CommandContext(ctx, "go", arguments...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("building the functions with a clock that can be set: %w\n%s", err, output)
	}
	for _, name := range functions {
		if err := os.Mkdir(filepath.Join(directory, name), 0o700); err != nil {
			return err
		}
		if err := os.Rename(built+name, filepath.Join(directory, name, "bootstrap")); err != nil {
			return err
		}
	}
	return nil
}
