package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

const (
	govulncheck   = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
	vulnDatabase  = "https://vuln.go.dev"
	answerTimeout = 20 * time.Second
)

// vulnerabilities has govulncheck look for known vulnerabilities whose code a module calls, in a database in the format
// of the Go project; "" is the Go project's own.
func vulnerabilities(ctx context.Context, dir, database string) (string, error) {
	database = cmp.Or(database, vulnDatabase)
	if err := checkDatabase(ctx, database); err != nil {
		return "", fmt.Errorf("%w: the database %s is not available (%v); GOVULNDB names a copy, such as file:///srv/vulndb",
			errNotRun, database, err)
	}
	output, err := run(ctx, dir, "go", "run", govulncheck, "-db", database, "-test", "./...")
	if err != nil {
		return "", err
	}
	return strings.Split(output, "\n")[0], nil
}

// npmAdvisories has npm ask its registry for advisories on the packages of a lock. Not every registry answers.
func npmAdvisories(ctx context.Context, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, "npm", "audit", "--json", "--package-lock-only")
	cmd.Dir = dir
	output, err := cmd.Output()
	var report struct {
		Vulnerabilities map[string]struct{ Severity string }
	}
	if bad := json.Unmarshal(output, &report); bad != nil || report.Vulnerabilities == nil {
		return "", fmt.Errorf("%w: the registry of npm does not answer about advisories", errNotRun)
	}
	if len(report.Vulnerabilities) > 0 {
		return "", fmt.Errorf("known vulnerabilities: %v", report.Vulnerabilities)
	}
	return "none is known", err
}

// checkDatabase requests the part of a database that every use of it begins with.
func checkDatabase(ctx context.Context, database string) error {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.RegisterProtocol("file", http.NewFileTransport(http.Dir("/")))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, database+"/index/db.json", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Transport: transport, Timeout: answerTimeout}).Do(request)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("it answers %s", answer.Status)
	}
	return cmp.Or(err, answer.Body.Close())
}
