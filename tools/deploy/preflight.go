package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// quota is the account's concurrency that the template's shares need, with the 100
// that Lambda keeps for functions without one.
const functionQuota = 1000

// plan is what passed the preflight.
type plan struct {
	settings settings
	values   map[string]string
	account  string
	caller   string
	revision string
}

// preflight makes every check it can, and its error lists all that failed.
func (d deployment) preflight(ctx context.Context) (plan, error) {
	revision, stale := d.describeBuild(ctx)
	return d.planRevision(ctx, revision, stale...)
}

// planRevision is the preflight of programs of a revision, with what is wrong about them.
func (d deployment) planRevision(ctx context.Context, revision string, stale ...string) (p plan, err error) {
	if !stageName.MatchString(d.stage) {
		return p, errors.New("which stage? make deploy STAGE=prod (lower case, digits and -)")
	}
	parameters, err := readParameters(filepath.Join(d.root, "template.yaml"))
	if err != nil {
		return p, err
	}
	if p.settings, err = readSettings(d.settingsFile(), parameters); err != nil {
		return p, err
	}
	p.values = p.settings.values()
	faults := judge(p.values, parameters)
	crowds, err := checkVariableSizes(filepath.Join(d.root, "template.yaml"), d.stack(), p.values)
	if err != nil {
		return p, err
	}
	faults = append(faults, crowds...)
	if p.settings.Region == "" || p.settings.Artifacts == "" {
		faults = append(faults, "region and artifacts (a bucket for the programs) are missing")
	}
	if strings.HasPrefix(p.settings.Region, "cn-") && p.values["PortalPages"] == "true" {
		faults = append(faults, "PortalPages is not for China: docs/operations.md, Deploying, says what is")
	}
	if p.values["PortalPages"] == "true" && p.values["EdgeSecret"] == "" {
		faults = append(faults, "PortalPages needs an EdgeSecret, such as of `openssl rand -hex 32`: docs/operations.md, The edge's secret")
	}
	if p.values["Balancer"] != "" && p.values["EdgeSecret"] == "" {
		faults = append(faults, "Balancer needs an EdgeSecret, such as of `openssl rand -hex 32`: docs/operations.md, The edge's secret")
	}
	if p.values["Balancer"] != "" && p.values["PortalPages"] == "true" {
		faults = append(faults, "a Balancer stands before the API instead of the distribution of PortalPages: docs/operations.md, Before the functions")
	}
	p.revision, faults = revision, append(faults, stale...)
	if len(faults) == 0 { // the account is asked only about what could be deployed
		faults = d.checkAccount(ctx, &p)
	}
	if len(faults) > 0 {
		return p, fmt.Errorf("nothing was changed:\n  - %s", strings.Join(faults, "\n  - "))
	}
	return p, nil
}

func (d deployment) settingsFile() string {
	return filepath.Join(d.root, "deploy", d.stage+".json")
}

// describeBuild says which revision this is, and which programs are older than what they are
// made of.
func (d deployment) describeBuild(ctx context.Context) (revision string, faults []string) {
	head, err := exec.CommandContext(ctx, "git", "-C", d.root, "rev-parse", "HEAD").Output()
	if err != nil {
		return "", []string{"git does not say which revision this is"}
	}
	revision = strings.TrimSpace(string(head))
	changed, err := exec.CommandContext(ctx, "git", "-C", d.root, "status", "--porcelain").Output()
	if err != nil || len(changed) > 0 {
		revision += ", with changes that are not committed"
	}
	return revision, staleFunctions(d.root, d.functions)
}

// staleFunctions names the functions whose zip file is missing or older than a source file.
func staleFunctions(root string, functions []string) (faults []string) {
	newest, when, err := latestFile(root, "functions", "shared", "go.mod", "go.sum")
	if err != nil {
		return []string{err.Error()}
	}
	for _, name := range functions {
		info, err := os.Stat(filepath.Join(root, "build", "lambda", name+".zip"))
		switch {
		case err != nil:
			faults = append(faults, name+" is not packaged: make package")
		case info.ModTime().Before(when):
			faults = append(faults, fmt.Sprintf("%s is older than %s: make package", name, newest))
		}
	}
	return faults
}

// latestFile is the file changed last at or below the paths, tests aside.
func latestFile(root string, paths ...string) (file string, when time.Time, err error) {
	for _, path := range paths {
		err = errors.Join(err, filepath.WalkDir(filepath.Join(root, path), func(at string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || strings.HasSuffix(at, "_test.go") {
				return err
			}
			info, err := e.Info()
			if err == nil && info.ModTime().After(when) {
				file, when = at, info.ModTime()
			}
			return err
		}))
	}
	return file, when, err
}

// checkAccount asks AWS what the stage's account is and allows.
func (d deployment) checkAccount(ctx context.Context, p *plan) (faults []string) {
	var who struct{ Account, Arn string }
	if err := d.query(ctx, &who, "sts", "get-caller-identity", "--region", p.settings.Region); err != nil {
		return []string{err.Error()}
	}
	p.account, p.caller = who.Account, who.Arn
	if _, err := d.aws(ctx, "s3api", "head-bucket", "--bucket", p.settings.Artifacts, "--region", p.settings.Region); err != nil {
		faults = append(faults, err.Error())
	}
	if p.values["ReserveConcurrency"] == "false" {
		return faults
	}
	var limits struct {
		AccountLimit struct{ ConcurrentExecutions int }
	}
	if err := d.query(ctx, &limits, "lambda", "get-account-settings", "--region", p.settings.Region); err != nil {
		faults = append(faults, err.Error())
	} else if n := limits.AccountLimit.ConcurrentExecutions; n < functionQuota {
		faults = append(faults, fmt.Sprintf(
			"the account allows %d executions at a time and the shares need %d: ask AWS for more, or set ReserveConcurrency to false", n, functionQuota))
	}
	return faults
}

func (d deployment) query(ctx context.Context, v any, args ...string) error {
	answer, err := d.aws(ctx, append(args, "--output", "json")...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer, v); err != nil {
		return fmt.Errorf("aws %s: %w", strings.Join(args[:2], " "), err)
	}
	return nil
}
