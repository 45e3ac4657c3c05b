package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// checker is the offline checker, conformance/verify.
type checker struct {
	program string
	keys    string // what the service publishes, a file
	dir     string // for what is judged
}

// mode is a way to call it.
type mode struct {
	judge string
	flags []string
}

// modes are: plain, for a day, with the registry.
func (c checker) modes(f forgery.Forgery, registry, today string) []*mode {
	day := today
	if !f.AsOf.IsZero() {
		day = f.AsOf.String()
	}
	asked := &mode{byRegistry, []string{"-registry", registry}}
	if !f.AsOf.IsZero() {
		asked.flags = append(asked.flags, "-as-of", day)
	}
	return []*mode{{offline, nil}, {offlineDay, []string{"-as-of", day}}, asked}
}

// registry sets the address that a mode with a registry asks.
func (m *mode) registry(url string) {
	if m.judge == byRegistry {
		m.flags[1] = url
	}
}

// The checker's exit codes.
const (
	exitValid   = 0
	exitReceipt = 3
)

// judge runs the checker on a forgery.
func (c checker) judge(ctx context.Context, f forgery.Forgery, m mode) (finding, error) {
	at := filepath.Join(c.dir, "given")
	if err := os.WriteFile(at, f.Data, 0o600); err != nil {
		return finding{}, err
	}
	cmd := exec.CommandContext(ctx, c.program, append(append([]string{"-json", "-keys", c.keys}, m.flags...), at)...)
	var said, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complained
	err := cmd.Run()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		return finding{}, err
	}
	code := cmd.ProcessState.ExitCode()
	var a struct {
		answer
		File string // whose verdict it is
		Note string
	}
	if complained.Len() > 0 || json.Unmarshal(said.Bytes(), &a) != nil {
		return finding{}, fmt.Errorf("the checker exits with %d and says %.300s", code, complained.String()+said.String())
	}
	if strings.Contains(a.Note, " 429") || strings.Contains(a.Note, " 50") || strings.Contains(a.Note, "connection refused") {
		return finding{}, busyError{a.Note}
	}
	accepted := code == exitValid || code == exitReceipt && !f.Signed || isFalseAccept(f, a.Verdict)
	return finding{
		valid:   accepted && (a.File == "" || a.File == at), // the checker opens an archive, and names the file in it
		message: fmt.Sprintf("exit %d, %s %s", code, a.answer, a.Note),
	}, nil
}
