package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// layers are the parameters that may name a file below /opt, with the layer that brings it there.
var layers = map[string]string{
	"NamesKey": "NamesKeyLayer", "LimitsKey": "LimitsKeyLayer", "FieldKey": "FieldKeyLayer", "IntegrityKey": "IntegrityKeyLayer",
	"SigningKeys": "SigningLayer", "ReceiptKey": "VerifyLayer", "Trust": "VerifyLayer",
	"Portals": "SettingsLayer", "Clients": "SettingsLayer", "Issuers": "SettingsLayer", "Schemes": "SettingsLayer",
}

// checkDeployment returns everything that is wrong with the stage's parameters and, where nothing is, with its account.
func (s stage) checkDeployment() error {
	faults := append(s.faults, s.checkValues()...)
	faults = append(faults, s.checkSettings()...)
	faults = append(faults, s.checkVariableSizes()...)
	if len(faults) == 0 {
		faults = s.checkAccount()
	}
	if len(faults) > 0 {
		return fmt.Errorf("nothing was changed:\n  - %s", strings.Join(faults, "\n  - "))
	}
	return nil
}

// value is the parameter's value, or else its default.
func (s stage) value(name string) string {
	if value, given := s.values[name]; given || s.template.Parameters[name].Default == nil {
		return value
	}
	return *s.template.Parameters[name].Default
}

func (s stage) checkValues() (faults []string) {
	for _, name := range slices.Sorted(maps.Keys(s.template.Parameters)) {
		if p := s.template.Parameters[name]; p.Default == nil && s.values[name] == "" {
			faults = append(faults, fmt.Sprintf("%s is missing: %s", name, p.Description))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(layers)) {
		if at := s.value(name); strings.HasPrefix(at, "file:///opt/") && s.value(layers[name]) == "" {
			faults = append(faults, fmt.Sprintf("%s is %s, and %s does not say which layer brings it", name, at, layers[name]))
		}
	}
	if s.value("PortalPages") == "true" {
		if strings.HasPrefix(s.region, "cn-") {
			faults = append(faults, "PortalPages is not for China: docs/operations.md, Deploying, says what is")
		} else if s.region != "us-east-1" && s.value("PagesWebAcl") == "" {
			faults = append(faults, "PortalPages outside us-east-1 needs a PagesWebAcl: make web-acl, and write the ARN that it prints into the stage's file")
		}
	}
	return faults
}

// checkSettings reads the functions' variables as they do when they start. What lies in a layer is not here to be read.
func (s stage) checkSettings() []string {
	variables := map[string]string{}
	for _, r := range s.template.Resources {
		for name, node := range r.Properties.Environment.Variables {
			if value := s.estimateVariable(node); !strings.HasPrefix(value, "file:///opt/") {
				variables[name] = value
			}
		}
	}
	settings, err := config.Load(func(name string) string { return variables[name] })
	if err != nil {
		return strings.Split(strings.TrimPrefix(err.Error(), "config: "), "\n")
	}
	var kinds *scheme.Set
	if s.value("Schemes") == "" { // otherwise they are in a layer
		set, err := settings.ReadSchemes()
		if err != nil {
			return []string{err.Error()}
		}
		kinds = &set
	}
	var faults []string
	for _, err := range config.CheckClients(settings.Clients, kinds) {
		faults = append(faults, err.Error())
	}
	return faults
}

// checkVariableSizes returns the functions whose variables Lambda would refuse: it takes 4096 bytes of them as one JSON object.
func (s stage) checkVariableSizes() (faults []string) {
	for _, id := range slices.Sorted(maps.Keys(s.template.Resources)) {
		variables := map[string]string{}
		for name, node := range s.template.Resources[id].Properties.Environment.Variables {
			variables[name] = s.estimateVariable(node)
		}
		if size := countJSONBytes(variables); size > 4096 {
			var long []string
			for _, name := range slices.Sorted(maps.Keys(variables)) {
				if n := countJSONBytes(map[string]string{name: variables[name]}); n > 400 {
					long = append(long, fmt.Sprintf("%s %d", name, n))
				}
			}
			faults = append(faults, fmt.Sprintf("the variables of %s have %d bytes, and Lambda takes 4096; %s. Put what is long into a file "+
				"(SettingsLayer): docs/operations.md, Settings that do not fit", id, size, strings.Join(long, ", ")))
		}
	}
	return faults
}

// estimateVariable is the variable's value, or for a resource a text as long as the name that CloudFormation makes for it.
func (s stage) estimateVariable(node yaml.Node) string {
	if node.Tag != "!Ref" {
		return node.Value
	}
	if _, isParameter := s.template.Parameters[node.Value]; isParameter {
		return s.value(node.Value)
	}
	return fmt.Sprintf("%s-%s-%013d", s.stack, node.Value, 0)
}

func countJSONBytes(variables map[string]string) int {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(variables) // texts only
	return text.Len() - 1         // without the end of line
}

// checkAccount asks for the account's concurrency: CloudFormation would notice only while it makes the functions.
func (s stage) checkAccount() []string {
	var who struct{ Account, Arn string }
	if err := s.aws(&who, "sts", "get-caller-identity"); err != nil {
		return []string{err.Error()}
	}
	fmt.Printf("account %s, as %s\nstack   %s in %s\n", who.Account, who.Arn, s.stack, s.region)
	if s.value("ReserveConcurrency") == "false" {
		return nil
	}
	var limits struct {
		AccountLimit struct{ ConcurrentExecutions int }
	}
	if err := s.aws(&limits, "lambda", "get-account-settings"); err != nil {
		return []string{err.Error()}
	}
	if n := limits.AccountLimit.ConcurrentExecutions; n < quota {
		return []string{fmt.Sprintf("the account allows %d executions at a time and the shares need %d: "+
			"ask AWS for more, or set ReserveConcurrency to \"false\"", n, quota)}
	}
	return nil
}

// checkUnprotected returns an error while a table of the stage is protected, or does not say whether it is.
func (s stage) checkUnprotected() error {
	var found struct {
		Stacks []struct {
			Outputs []struct{ OutputKey, OutputValue string }
		}
	}
	if err := s.aws(&found, "cloudformation", "describe-stacks", "--stack-name", s.stack); err != nil {
		return err
	}
	tables := map[string]string{"RecordsTable": "", "LedgerTable": "", "SessionsTable": ""}
	for _, stack := range found.Stacks {
		for _, o := range stack.Outputs {
			if _, wanted := tables[o.OutputKey]; wanted {
				tables[o.OutputKey] = o.OutputValue
			}
		}
	}
	var errs []error
	for output, table := range tables {
		var described struct {
			Table struct{ DeletionProtectionEnabled *bool }
		}
		if table == "" {
			errs = append(errs, fmt.Errorf("the stack does not say what its %s is", output))
		} else if err := s.aws(&described, "dynamodb", "describe-table", "--table-name", table); err != nil {
			errs = append(errs, err)
		} else if p := described.Table.DeletionProtectionEnabled; p == nil || *p {
			errs = append(errs, fmt.Errorf("%s: data are protected, and nothing was changed. Who decides to give the service up lifts that first:\n"+
				"  aws dynamodb update-table --table-name %[1]s --no-deletion-protection-enabled --region %s", table, s.region))
		}
	}
	return errors.Join(errs...)
}
