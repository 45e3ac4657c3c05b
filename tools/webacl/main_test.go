package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestTheWebACLStandsByItself: everything that its template refers to is in it, it has no parameter that has to be given,
// and it is told no secret.
func TestTheWebACLStandsByItself(t *testing.T) {
	whole, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	data, values, err := extractWebACL(whole, []byte("PortalPages: \"true\"\nEdgeSecret: planted\nMessagesSecret: planted\nServerNetworks: 192.0.2.0/24\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(values), "PortalPages: \"true\"\nServerNetworks: 192.0.2.0/24\n"; got != want {
		t.Errorf("the values are %q, want %q", got, want)
	}
	var part map[string]yaml.Node
	sections := map[string]section{}
	if err := yaml.Unmarshal(data, &part); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Parameters", "Conditions", "Resources", "Outputs"} {
		n := part[name]
		var s section
		if err := n.Decode(&s); err != nil {
			t.Fatal(err)
		}
		sections[name] = s
	}
	if got, want := slices.Sorted(maps.Keys(sections["Resources"])), []string{"Servers", "WebAcl"}; !slices.Equal(got, want) {
		t.Errorf("the resources are %v, want %v", got, want)
	}
	if got, want := slices.Sorted(maps.Keys(sections["Outputs"])), []string{"WebAclArn"}; !slices.Equal(got, want) {
		t.Errorf("the outputs are %v, want %v", got, want)
	}
	for _, secret := range []string{"EdgeSecret", "MessagesSecret", "Clients"} {
		if _, has := sections["Parameters"][secret]; has {
			t.Errorf("it has the parameter %s", secret)
		}
	}
	refers := regexp.MustCompile(`(?:!Ref|!GetAtt|!Condition|!If \[|(?:^|\s)Condition:) *'?([A-Za-z]+)`).FindAllSubmatch(data, -1)
	if len(refers) < 30 {
		t.Errorf("%d references", len(refers))
	}
	for _, m := range refers {
		name := string(m[1])
		if !slices.ContainsFunc([]string{"Parameters", "Conditions", "Resources"}, func(s string) bool {
			_, has := sections[s][name]
			return has
		}) && name != "AWS" {
			t.Errorf("it refers to %s, which is not there", name)
		}
	}
}
