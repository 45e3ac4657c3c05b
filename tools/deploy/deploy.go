package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// deploy checks, asks, and deploys.
func (d deployment) deploy(ctx context.Context) error {
	p, err := d.preflight(ctx)
	if err != nil {
		return err
	}
	return d.applyPlan(ctx, p)
}

// applyPlan carries out what passed the preflight.
func (d deployment) applyPlan(ctx context.Context, p plan) error {
	fmt.Fprintf(d.out, "account %s, as %s\nregion  %s\nstack   %s\nbuilt   from %s\n", p.account, p.caller, p.settings.Region, d.stack(), p.revision)
	if d.check {
		fmt.Fprintln(d.out, "the checks passed; nothing was changed")
		return nil
	}
	if err := d.confirm("Deploy"); err != nil {
		return err
	}
	if err := d.deployWebACL(ctx, &p); err != nil {
		return err
	}
	if err := d.deployStack(ctx, p); err != nil {
		return err
	}
	outputs, err := d.outputs(ctx, d.stack(), p.settings.Region)
	if err != nil {
		return err
	}
	if bucket := outputs["PagesBucket"]; bucket != "" {
		if _, err := d.aws(ctx, "s3", "sync", filepath.Join(d.root, "portal"), "s3://"+bucket, "--delete", "--region", p.settings.Region); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		fmt.Fprintf(d.out, "%-14s %s\n", name, outputs[name])
	}
	return nil
}

// deployStack packages and deploys. The parameters go by a file of their own, since other
// processes may read a command line.
func (d deployment) deployStack(ctx context.Context, p plan) error {
	folder, err := os.MkdirTemp("", "jiazhu-deploy-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	packed, given := filepath.Join(folder, "template.yaml"), filepath.Join(folder, "parameters.json")
	if err := os.WriteFile(given, overrides(p.values), 0o600); err != nil {
		return err
	}
	place := []string{"--s3-bucket", p.settings.Artifacts, "--s3-prefix", d.stack(), "--region", p.settings.Region}
	if _, err := d.aws(ctx, append([]string{
		"cloudformation", "package", "--template-file", filepath.Join(d.root, "template.yaml"), "--output-template-file", packed,
	}, place...)...); err != nil {
		return err
	}
	fmt.Fprintln(d.out, "the programs are in", p.settings.Artifacts+"; the stack follows, with five minutes for each canary")
	_, err = d.aws(ctx, append([]string{
		"cloudformation", "deploy", "--template-file", packed, "--stack-name", d.stack(), "--no-fail-on-empty-changeset",
		"--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--parameter-overrides", "file://" + given,
	}, place...)...)
	if err != nil {
		return fmt.Errorf("%w\nwhy: aws cloudformation describe-stack-events --stack-name %s --region %s", err, d.stack(), p.settings.Region)
	}
	return nil
}

// overrides are parameters as both versions of the AWS CLI read them from a file.
func overrides(values map[string]string) []byte {
	pairs := []string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, name+"="+values[name])
	}
	data, _ := json.Marshal(pairs) // texts only
	return data
}

// outputs are a stack's, by name.
func (d deployment) outputs(ctx context.Context, stack, region string) (map[string]string, error) {
	var found struct {
		Stacks []struct {
			Outputs []struct{ OutputKey, OutputValue string }
		}
	}
	if err := d.query(ctx, &found, "cloudformation", "describe-stacks", "--stack-name", stack, "--region", region); err != nil {
		return nil, err
	}
	if len(found.Stacks) != 1 {
		return nil, fmt.Errorf("there is no stack %s in %s", stack, region)
	}
	outputs := map[string]string{}
	for _, o := range found.Stacks[0].Outputs {
		outputs[o.OutputKey] = o.OutputValue
	}
	return outputs, nil
}

// destroy takes the stack away, unless a table of it is protected. Tables, files, key
// and logs stay in the account either way.
func (d deployment) destroy(ctx context.Context) error {
	if !stageName.MatchString(d.stage) {
		return errors.New("which stage? make destroy STAGE=test")
	}
	if _, err := os.Stat(d.settingsFile()); err != nil {
		return fmt.Errorf("no stage %s was deployed from here: %w", d.stage, err)
	}
	s, err := readSettings(d.settingsFile(), nil)
	if err != nil {
		return err
	}
	outputs, err := d.outputs(ctx, d.stack(), s.Region)
	if err != nil {
		return err
	}
	if err := d.checkUnprotected(ctx, s.Region, outputs); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "stack   %s in %s\nstays   its tables, files, key and logs; delete those by hand\n", d.stack(), s.Region)
	if err := d.confirm("Destroy"); err != nil {
		return err
	}
	if err := d.remove(ctx, d.stack(), s.Region); err != nil || !hasWebACLStack(s.Region, s.values()) {
		return err
	}
	return d.remove(ctx, d.webACLStack(), webACLRegion)
}

func (d deployment) remove(ctx context.Context, stack, region string) error {
	if _, err := d.aws(ctx, "cloudformation", "delete-stack", "--stack-name", stack, "--region", region); err != nil {
		return err
	}
	_, err := d.aws(ctx, "cloudformation", "wait", "stack-delete-complete", "--stack-name", stack, "--region", region)
	return err
}

// checkUnprotected refuses while a table is protected, or cannot be asked.
func (d deployment) checkUnprotected(ctx context.Context, region string, outputs map[string]string) error {
	var protected []string
	for _, name := range []string{"RecordsTable", "SessionsTable"} {
		table := outputs[name]
		if table == "" {
			return fmt.Errorf("the stack does not say what its %s is: nothing was changed", name)
		}
		var found struct {
			Table struct{ DeletionProtectionEnabled *bool }
		}
		if err := d.query(ctx, &found, "dynamodb", "describe-table", "--table-name", table, "--region", region); err != nil {
			return err
		}
		if p := found.Table.DeletionProtectionEnabled; p == nil || *p {
			protected = append(protected, table)
		}
	}
	if len(protected) == 0 {
		return nil
	}
	return fmt.Errorf("%s: data are protected, and nothing was changed.\nWho decides to give the service up lifts that first, table by table:\n"+
		"  aws dynamodb update-table --table-name %s --no-deletion-protection-enabled --region %s",
		strings.Join(protected, ", "), protected[0], region)
}
