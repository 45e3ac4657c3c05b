package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	govulncheck   = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
	vulnDatabase  = "https://vuln.go.dev"
	answerTimeout = 20 * time.Second
)

// vulnerabilities has govulncheck look for known vulnerabilities whose code is
// called from a module, in a database of the Go project's form; "" is its own.
func vulnerabilities(ctx context.Context, dir, database string) (string, error) {
	database = cmp.Or(database, vulnDatabase)
	if err := checkDatabase(ctx, database); err != nil {
		return "", fmt.Errorf("%w: the database %s cannot be had (%v); GOVULNDB names a copy, such as file:///srv/vulndb",
			errNotRun, database, err)
	}
	said, err := run(ctx, dir, "go", "run", govulncheck, "-db", database, "-test", "./...")
	if err != nil {
		return "", err
	}
	return strings.Split(said, "\n")[0], nil
}

// checkDatabase asks for the part of a database that every use of it begins with.
func checkDatabase(ctx context.Context, database string) error {
	u, err := url.Parse(database)
	if err != nil {
		return err
	}
	if u.Scheme == "file" {
		_, err := os.Stat(filepath.Join(filepath.FromSlash(u.Path), "index", "db.json"))
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, database+"/index/db.json", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("it answers %s", answer.Status)
	}
	return cmp.Or(err, answer.Body.Close())
}
