package archtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/policy"
)

// Keys in a key service are endorse's alone, and only to sign with: a policy of
// its own, because there is none where keys are files.
func TestOnlyEndorseSignsWithKeysOfTheKeyService(t *testing.T) {
	d := parseDeployment(t, templateText(t))
	for _, role := range d.of("AWS::IAM::Role") {
		for _, s := range d.statements(role) {
			for _, action := range s.Action {
				if strings.HasPrefix(action, "kms:") && !slices.Equal(s.Resource, list{"DataKey.Arn"}) {
					t.Errorf("%s may %s with %v", role, action, s.Resource)
				}
			}
		}
	}
	var policies int
	for _, id := range d.of("AWS::IAM::Policy") {
		policies++
		want := []statement{{Statement: policy.Statement{
			Sid: "SigningKeys", Effect: "Allow", Action: list{"kms:GetPublicKey", "kms:Sign"}, Resource: list{"SigningKeyArns"},
		}}}
		if diff := cmp.Diff(want, d.statements(id)); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
		if d.get(id, "Roles.0") != "EndorseRole" || d.get(id, "Roles.1") != "" {
			t.Errorf("%s is not endorse's alone", id)
		}
	}
	if policies != 1 {
		t.Errorf("%d policies of their own, want 1", policies)
	}
}
