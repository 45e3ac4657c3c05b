package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// auditEntry is the audit log's entry for a command that uses the tables. One is written before the
// command does anything, and one when it has ended. Entries have no personal data.
type auditEntry struct {
	Run     string      `json:"run"`   // a ULID; both entries of a command have the same
	Phase   string      `json:"phase"` // "begin" or "end"
	Who     awsIdentity `json:"who"`
	Command string      `json:"command"`
	Yes     bool        `json:"yes"` // without -yes, a command that has this flag changes nothing
	Targets []string    `json:"targets"`
	Result  string      `json:"result,omitempty"` // of "end": "done", "failed", or the code of the service's problem
	Counts  any         `json:"counts,omitempty"` // of "end": what the command says it did
}

// awsIdentity is the AWS identity whose credentials the command used.
type awsIdentity struct {
	ARN       string `json:"arn,omitempty"` // as the token service returns it; empty if there is none, as locally
	AccessKey string `json:"accessKey"`
}

// auditWithin is how long writing the last entry may take, even after an interruption.
const auditWithin = 10 * time.Second

// audit is the audit log of one command. It is opened when the command opens the tables.
type audit struct {
	log   *s3journal.Journal
	entry auditEntry
	now   func() time.Time
}

// target names what a command is about without personal data: a person by a keyed hash.
type target func(*fieldcrypto.Sealer, certificate.Grammars) string

func onHolder(idType, idNumber string) target {
	return func(v *fieldcrypto.Sealer, _ certificate.Grammars) string {
		return "holder:" + records.New(nil, records.Tables{}, v, nil).HolderKey(idType, idNumber)
	}
}

// onAccount is the target for USER@PORTAL.
func onAccount(name string) target {
	user, portal := atPortal(name)
	return func(v *fieldcrypto.Sealer, _ certificate.Grammars) string {
		return "account:" + portal + ":" + v.Hash("audit/account", portal, user)
	}
}

// onCertificate is the target for a certificate's id or its 注册编号.
func onCertificate(name string) target {
	return func(v *fieldcrypto.Sealer, numbers certificate.Grammars) string {
		if _, err := records.TimeOf(name); err == nil {
			return "certificate:" + name
		}
		return "number:" + v.Hash("audit/number", numbers.Canonical(name))
	}
}

// onThing is the target for a name that is not personal: a certificate's id, a client's, a
// report's, a time span.
func onThing(kind, name string) target {
	return func(*fieldcrypto.Sealer, certificate.Grammars) string { return kind + ":" + name }
}

// begin writes the first entry. If it cannot be written, the command does nothing.
func (a *audit) begin(ctx context.Context, by awsIdentity, log *s3journal.Journal, secrets *fieldcrypto.Sealer, numbers certificate.Grammars, targets []target) error {
	a.entry.Run, a.entry.Phase, a.entry.Who = records.NewID(a.now()), "begin", by
	for _, t := range targets {
		a.entry.Targets = append(a.entry.Targets, t(secrets, numbers))
	}
	if err := log.Append(ctx, journal.Audit, a.now(), a.entry); err != nil {
		return fmt.Errorf("nothing was done: the audit log cannot be written: %w", err)
	}
	a.log = log
	return nil
}

// noteCounts stores what the command did, for its last entry.
func (a *audit) noteCounts(what any) { a.entry.Counts = what }

// end writes the last entry, if the first was written.
func (a *audit) end(ctx context.Context, failed error) error {
	if a.log == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditWithin)
	defer cancel()
	a.entry.Phase, a.entry.Result = "end", "done"
	if failed != nil {
		a.entry.Result = "failed"
		if code := api.ProblemOf(failed).Code; code != problem.Internal {
			a.entry.Result = string(code)
		}
	}
	if err := a.log.Append(ctx, journal.Audit, a.now(), a.entry); err != nil {
		return fmt.Errorf("the command has ended, but its result could not be written to the audit log (run %s): %w", a.entry.Run, err)
	}
	return nil
}

// whoAmI asks the token service whose credentials these are. A local stack has no such service;
// there it returns the access key's name.
func whoAmI(ctx context.Context, cloud aws.Config, local bool) (awsIdentity, error) {
	found, err := cloud.Credentials.Retrieve(ctx)
	if err != nil {
		return awsIdentity{}, err
	}
	by := awsIdentity{AccessKey: found.AccessKeyID}
	if local {
		return by, nil
	}
	said, err := sts.NewFromConfig(cloud).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return awsIdentity{}, err
	}
	by.ARN = aws.ToString(said.Arn)
	return by, nil
}
