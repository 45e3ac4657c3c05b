package archtest

import (
	"os"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/policy"
)

func operators(t *testing.T) policy.Role {
	t.Helper()
	data, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := policy.ManagedPolicies(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || len(all["Operators"]) == 0 {
		t.Fatalf("the managed policies are %v", all)
	}
	return all["Operators"]
}

// TestOperatorsTakeNothingBack: with the operators' policy nobody changes or removes what the journal holds, not even who is
// granted everything beside it.
func TestOperatorsTakeNothingBack(t *testing.T) {
	role := append(policy.Role{{Sid: "Everything", Effect: "Allow", Action: policy.List{"*"}, Resource: policy.List{"*"}}}, operators(t)...)
	const entry = "Journal.Arn/journal/audit/2026-11-23/01JDB7W8R0T3E5KQ9Z2M4N6P8S.json"
	for action, resource := range map[string]string{
		"s3:DeleteObject": entry, "s3:DeleteObjectVersion": entry, "s3:BypassGovernanceRetention": entry, "s3:PutObjectRetention": entry,
		"s3:PutObjectLegalHold": entry, "s3:ReplicateDelete": entry, "s3:ReplicateObject": entry,
		"s3:PutBucketObjectLockConfiguration": "Journal.Arn", "s3:PutLifecycleConfiguration": "Journal.Arn", "s3:PutBucketPolicy": "Journal.Arn",
		"s3:DeleteBucketPolicy": "Journal.Arn", "s3:PutBucketVersioning": "Journal.Arn", "s3:DeleteBucket": "Journal.Arn",
	} {
		if role.Allows(policy.Call{Action: action, Resource: resource}) {
			t.Errorf("operators may %s on %s", action, resource)
		}
	}
	if !role.Allows(policy.Call{Action: "s3:PutObject", Resource: entry}) {
		t.Error("operators cannot write the audit log")
	}
}

// TestOperatorsMayDoWhatTheCommandDoes, and nothing beside it.
func TestOperatorsMayDoWhatTheCommandDoes(t *testing.T) {
	role := operators(t)
	for _, c := range []struct {
		actions, resource string
		may               bool
	}{
		{"GetItem BatchGetItem Query Scan PutItem UpdateItem DeleteItem ConditionCheckItem", "Records.Arn", true},
		{"GetItem BatchGetItem Query Scan PutItem UpdateItem DeleteItem ConditionCheckItem", "Sessions.Arn", true},
		{"Query Scan PutItem UpdateItem", "Ledger.Arn", true},
		{"DeleteItem BatchWriteItem DeleteTable UpdateTable UpdateTimeToLive", "Ledger.Arn", false},
		{
			"GetItem BatchGetItem Query Scan PutItem UpdateItem DeleteItem ConditionCheckItem",
			"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${AWS::StackName}-restored-records", true,
		},
		{"DeleteTable UpdateTable UpdateTimeToLive UpdateContinuousBackups DeleteBackup ExportTableToPointInTime", "Records.Arn", false},
		{"GetItem Scan", "arn:aws:dynamodb:::table/another", false},
	} {
		for action := range strings.FieldsSeq(c.actions) {
			if role.Allows(policy.Call{Action: "dynamodb:" + action, Resource: c.resource}) != c.may {
				t.Errorf("%s on %s: want %t", action, c.resource, c.may)
			}
		}
	}
	for _, c := range []struct {
		action, resource string
		may              bool
	}{
		{"s3:PutObject", "Journal.Arn/journal/audit/2026-11-23/x.json", true},
		{"s3:PutObject", "Journal.Arn/journal/erasure/2026-11-23/x.json", true},
		{"s3:PutObject", "Journal.Arn/journal/tagged/2026-11-23/x.json", true}, // jiazhu migrate
		{"s3:PutObject", "Journal.Arn/journal/renamed/2026-11-23/x.json", true},
		{"s3:PutObject", "Journal.Arn/journal/seal-stopped/2026-11-23/x.json", true}, // jiazhu seals state
		{"s3:GetBucketObjectLockConfiguration", "Journal.Arn", true},                 // jiazhu restore replay
		{"s3:PutObject", "Journal.Arn/journal/withdrawal/2026-11-23/x.json", false},
		{"s3:PutObject", "Journal.Arn/journal/password/2026-11-23/x.json", false},
		{"s3:GetObjectVersion", "Journal.Arn/journal/audit/2026-11-23/x.json", true},
		{"s3:ListBucketVersions", "Journal.Arn", true},
		{"s3:GetBucketObjectLockConfiguration", "Journal.Arn", true},
		{"s3:GetObject", "Files.Arn/endorsements/c/e/x.pdf", true},
		{"s3:ListBucket", "Files.Arn", true},
		{"s3:GetObject", "Files.Arn/drops/x", false},
		{"s3:PutObject", "Files.Arn/endorsements/c/e/x.pdf", false},
		{"s3:DeleteObject", "Files.Arn/endorsements/c/e/x.pdf", false},
		{"kms:Sign", "SigningKeyArns", false},
		{"logs:DeleteLogGroup", "EndorseLogs.Arn", false},
		{"iam:PutRolePolicy", "EndorseRole", false},
		{"lambda:UpdateFunctionCode", "Endorse", false},
	} {
		if role.Allows(policy.Call{Action: c.action, Resource: c.resource}) != c.may {
			t.Errorf("%s on %s: want %t", c.action, c.resource, c.may)
		}
	}
	if role.Allows(policy.Call{Action: "kms:Decrypt", Resource: "DataKey.Arn"}) {
		t.Error("operators may use the data's key by themselves")
	}
	for _, via := range []string{"dynamodb", "s3"} {
		at := map[string][]string{"kms:ViaService": {via + ".${AWS::Region}.amazonaws.com.cn"}}
		if !role.Allows(policy.Call{Action: "kms:Decrypt", Resource: "DataKey.Arn", Context: at}) {
			t.Errorf("operators cannot use the data's key by way of %s", via)
		}
	}
}
