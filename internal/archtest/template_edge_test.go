package archtest

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/shared/service/api"
)

// edge demands that the pages' network proves itself to the API, and to nobody else, with a secret that
// cannot be forgotten, guessed or read from the stack; and that every function that serves requests demands it.
func edge(d deployment) (f faults) {
	r := d.Resources["Front"]
	for _, origin := range children(at(&r.Properties, "DistributionConfig.Origins")) {
		headers := children(at(origin, "OriginCustomHeaders"))
		if text(origin, "Id") != "api" {
			if len(headers) > 0 {
				f.add("the origin %s is told the edge's secret", text(origin, "Id"))
			}
			continue
		}
		if len(headers) != 1 || text(headers[0], "HeaderName") != api.EdgeHeader || !firstSecret(at(headers[0], "HeaderValue")) {
			f.add("CloudFront does not send the API the first EdgeSecret as %s", api.EdgeHeader)
		}
	}
	for _, id := range d.of("AWS::Serverless::Function") {
		given := d.get(id, "Environment.Variables.EDGE_SECRET")
		if want := map[bool]string{false: "EdgeSecret"}[id == "Intake"]; given != want { // a queue calls Intake
			f.add("the EDGE_SECRET of %s is %q, want %q", id, given, want)
		}
	}
	secret := d.Parameters["EdgeSecret"]
	form, err := regexp.Compile(text(&secret, "AllowedPattern"))
	short, long := strings.Repeat("s", 31), strings.Repeat("s", 32)
	if err != nil || form.MatchString(short) || form.MatchString(long+" "+short) || !form.MatchString(long) || !form.MatchString(long+" "+long) || !form.MatchString("") {
		f.add("EdgeSecret may have another form than shared/service/config reads")
	}
	return append(f, edgeSecretRule(d)...)
}

// edgeSecretRule demands the rule that there is a secret wherever there is a distribution.
func edgeSecretRule(d deployment) (f faults) {
	rule := at(d.root.Content[0], "Rules.PagesProveThemselves")
	if rule == nil {
		f.add("PortalPages can be on without an EdgeSecret")
		return f
	}
	if when := at(rule, "RuleCondition"); when == nil || when.Tag != "!Equals" || text(when, "0") != "PortalPages" || text(when, "1") != "true" {
		f.add("the rule of EdgeSecret is not for PortalPages")
	}
	if !isRequired(at(rule, "Assertions.0.Assert"), "EdgeSecret") {
		f.add("the rule of EdgeSecret does not demand one")
	}
	return f
}

// firstSecret reports whether the value is what stands before the first space of EdgeSecret.
func firstSecret(n *yaml.Node) bool {
	if n == nil || n.Tag != "!Select" || text(n, "0") != "0" {
		return false
	}
	split := at(n, "1")
	return split != nil && split.Tag == "!Split" && text(split, "0") == " " && text(split, "1") == "EdgeSecret"
}

func children(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	return n.Content
}
