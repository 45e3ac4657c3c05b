package structure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Keys in a key service are endorse's alone, and only to sign with: a policy of
// its own, because there is none where keys are files.
func TestOnlyEndorseSignsWithKeysOfTheKeyService(t *testing.T) {
	s, functions := readTemplate(t)
	for name, f := range functions {
		for _, p := range f.Policies {
			for _, statement := range p.Statement {
				for _, action := range statement.Action {
					if strings.HasPrefix(action, "kms:") {
						t.Errorf("%s may %s", name, action)
					}
				}
			}
		}
	}
	var policies int
	for id, r := range s.Resources {
		if r.Type != "AWS::IAM::Policy" {
			continue
		}
		policies++
		var p struct {
			Roles          list `yaml:"Roles"`
			PolicyDocument struct {
				Statement []statement `yaml:"Statement"`
			} `yaml:"PolicyDocument"`
		}
		if err := r.Properties.Decode(&p); err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		want := []statement{{
			Sid: "SigningKeys", Effect: "Allow", Action: list{"kms:GetPublicKey", "kms:Sign"}, Resource: list{"SigningKeyArns"},
		}}
		if diff := cmp.Diff(want, p.PolicyDocument.Statement); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
		if diff := cmp.Diff(list{"EndorseRole"}, p.Roles); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	if policies != 1 {
		t.Errorf("%d policies of their own, want 1", policies)
	}
}
