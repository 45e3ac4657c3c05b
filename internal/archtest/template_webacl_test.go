package archtest

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// webACL demands rules before the functions: for each address, so that no machine alone has more than
// half of what the gateway lets through from everybody on any route; and those that AWS manages,
// of which none refuses a file or a long text.
func webACL(d deployment) (f faults) {
	f.want(d, "WebAcl", map[string]string{"Scope.0": "HasPages", "Scope.1": "CLOUDFRONT", "Scope.2": "REGIONAL"})
	r := d.Resources["WebAcl"]
	if at(&r.Properties, "DefaultAction.Allow") == nil {
		f.add("the web ACL does not let through what no rule is against")
	}
	visitNodes(&r.Properties, func(n *yaml.Node) {
		if sampled := step(n, "SampledRequestsEnabled"); n.Kind == yaml.MappingNode && sampled != nil && sampled.Value != "false" {
			f.add("line %d: samples of requests are kept, with what is in their headers", n.Line)
		}
	})
	var said struct{ Message string }
	if json.Unmarshal([]byte(d.get("WebAcl", "CustomResponseBodies.TooMany.Content")), &said) != nil || said.Message == "" {
		f.add("who asks too often is not answered as the gateway answers")
	}
	rates := d.rates(&f)
	api := d.Resources["Api"]
	settings := at(&api.Properties, "RouteSettings")
	for _, route := range d.routes() {
		limit, by := lowestRate(rates, route)
		gateway, _ := strconv.Atoi(d.get("Api", "DefaultRouteSettings.ThrottlingRateLimit"))
		if own := step(settings, route); own != nil {
			gateway, _ = strconv.Atoi(text(own, "ThrottlingRateLimit"))
		}
		if share := gateway * 300 / 20; limit == 0 || limit > share {
			f.add("one address may %s %d times in five minutes (%s), which is more than a twentieth of what everybody may: %d", route, limit, by, share)
		}
	}
	for route, most := range map[string]int{"POST /v1/login": 1200, "POST /v1/token": 300, "POST /v1/identity/challenges": 900, "POST /v1/verifications": 6000, "GET /v": 15000} {
		if limit, by := lowestRate(rates, route); limit == 0 || limit > most {
			f.add("%s has %d times in five minutes for an address (%s), want at most %d", route, limit, by, most)
		}
	}
	return append(append(f, managedRules(d)...), webACLPlacement(d)...)
}

// rate is a rule by address.
type rate struct {
	name  string
	limit int
	scope *yaml.Node
}

// rates are the web ACL's rules by address, in five minutes.
func (d deployment) rates(f *faults) (all []rate) {
	r := d.Resources["WebAcl"]
	for _, rule := range children(at(&r.Properties, "Rules")) {
		based := at(rule, "Statement.RateBasedStatement")
		if based == nil {
			continue
		}
		name := text(rule, "Name")
		limit, err := strconv.Atoi(text(based, "Limit"))
		if err != nil || text(based, "AggregateKeyType") != "IP" || text(based, "EvaluationWindowSec") != "300" ||
			text(rule, "Action.Block.CustomResponse.ResponseCode") != "429" || text(rule, "Action.Block.CustomResponse.CustomResponseBodyKey") != "TooMany" {
			f.add("the rule %s does not answer 429 by address and five minutes", name)
			continue
		}
		if matchesStatement(at(based, "ScopeDownStatement"), "POST", "/v1/login", true) || matchesStatement(at(based, "ScopeDownStatement"), "GET", "/v", true) {
			f.add("the rule %s holds for servers that call for many people", name)
		}
		all = append(all, rate{name, limit, at(based, "ScopeDownStatement")})
	}
	return all
}

// lowestRate is the least rate that a stranger's request falls under, 0 where there is none.
func lowestRate(rates []rate, route string) (limit int, by string) {
	method, address, _ := strings.Cut(route, " ")
	var over []rate
	for _, r := range rates {
		if matchesStatement(r.scope, method, strings.NewReplacer("{", "", "}", "").Replace(address), false) {
			over = append(over, r)
		}
	}
	if len(over) == 0 {
		return 0, "by none"
	}
	first := slices.MinFunc(over, func(a, b rate) int { return cmp.Compare(a.limit, b.limit) })
	return first.limit, first.name
}

// matchesStatement evaluates a statement for a request, of a server that is known or of a stranger.
func matchesStatement(n *yaml.Node, method, address string, server bool) bool {
	switch {
	case n == nil:
		return true
	case at(n, "NotStatement") != nil:
		return !matchesStatement(at(n, "NotStatement.Statement"), method, address, server)
	case at(n, "AndStatement") != nil:
		return !slices.ContainsFunc(children(at(n, "AndStatement.Statements")), func(part *yaml.Node) bool { return !matchesStatement(part, method, address, server) })
	case at(n, "OrStatement") != nil:
		return slices.ContainsFunc(children(at(n, "OrStatement.Statements")), func(part *yaml.Node) bool { return matchesStatement(part, method, address, server) })
	case at(n, "IPSetReferenceStatement") != nil:
		return server && text(n, "IPSetReferenceStatement.Arn") == "Servers.Arn"
	}
	match := at(n, "ByteMatchStatement")
	if match == nil {
		return false
	}
	wanted, given := text(match, "SearchString"), method
	if at(match, "FieldToMatch.UriPath") != nil {
		given = address
		if text(match, "TextTransformations.0.Type") != "URL_DECODE" || text(match, "TextTransformations.1.Type") != "NORMALIZE_PATH" {
			return false // another spelling of the path would go round it
		}
	}
	if text(match, "PositionalConstraint") == "STARTS_WITH" {
		return strings.HasPrefix(given, wanted)
	}
	return given == wanted
}

// managedRules demands the groups of rules that AWS keeps, in force, and that those which look at what files
// and texts are like only count.
func managedRules(d deployment) (f faults) {
	counted := map[string][]string{
		"AWSManagedRulesAmazonIpReputationList": nil,
		"AWSManagedRulesKnownBadInputsRuleSet":  nil,
		"AWSManagedRulesCommonRuleSet": {
			"SizeRestrictions_BODY", "SizeRestrictions_QUERYSTRING", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY", "CrossSiteScripting_BODY",
		},
	}
	r := d.Resources["WebAcl"]
	for _, rule := range children(at(&r.Properties, "Rules")) {
		group := at(rule, "Statement.ManagedRuleGroupStatement")
		if group == nil {
			continue
		}
		name := text(group, "Name")
		only, known := counted[name]
		if !known || at(rule, "OverrideAction.None") == nil {
			f.add("the rules %s are not known here, or not in force", name)
		}
		for _, counts := range only {
			if !slices.ContainsFunc(children(at(group, "RuleActionOverrides")), func(o *yaml.Node) bool {
				return text(o, "Name") == counts && at(o, "ActionToUse.Count") != nil
			}) {
				f.add("%s may refuse a request for %s", name, counts)
			}
		}
		delete(counted, name)
	}
	for name := range counted {
		f.add("the rules %s are missing", name)
	}
	return f
}

// webACLPlacement demands that the web ACL stands before whatever stands before the API, in each partition, and
// that there is no way round it.
func webACLPlacement(d deployment) (f faults) {
	f.want(d, "Front", map[string]string{
		"DistributionConfig.WebACLId.0": "GuardsPages", "DistributionConfig.WebACLId.1": "WebAcl.Arn",
		"DistributionConfig.WebACLId.2.0": "HasPagesWebAcl", "DistributionConfig.WebACLId.2.1": "PagesWebAcl",
	})
	if without := d.get("Front", "DistributionConfig.WebACLId.2.2"); without == "" || strings.HasPrefix(without, "arn:") || without == "AWS::NoValue" {
		f.add("there may be a distribution without a web ACL: %q", without)
	}
	f.want(d, "BalancersWebAcl", map[string]string{"ResourceArn": "Balancer", "WebACLArn": "WebAcl.Arn"})
	for id, condition := range map[string]string{"WebAcl": "HasWebAcl", "Servers": "HasWebAcl", "BalancersWebAcl": "HasBalancer"} {
		if d.Resources[id].Condition != condition {
			f.add("%s is there when %s", id, d.Resources[id].Condition)
		}
	}
	f.want(d, "Api", map[string]string{
		"DisableExecuteApiEndpoint.0": "HasDomain", "DisableExecuteApiEndpoint.1": "true", "DisableExecuteApiEndpoint.2": "false",
	})
	r := d.Resources["Front"]
	for _, origin := range children(at(&r.Properties, "DistributionConfig.Origins")) {
		if text(origin, "Id") == "api" && (text(origin, "DomainName.0") != "HasDomain" || text(origin, "DomainName.1") != "DomainName") {
			f.add("CloudFront looks for the API at an address that is off where it has a domain")
		}
	}
	rule := at(d.root.Content[0], "Rules.BalancersProveThemselves")
	if rule == nil || !isRequired(at(rule, "Assertions.0.Assert"), "EdgeSecret") {
		f.add("a balancer need not prove itself")
	}
	return f
}

// isRequired reports whether the assertion is that a parameter is not empty.
func isRequired(not *yaml.Node, parameter string) bool {
	return not != nil && not.Tag == "!Not" && len(not.Content) == 1 && not.Content[0].Tag == "!Equals" &&
		text(not, "0.0") == parameter && text(not, "0.1") == ""
}
