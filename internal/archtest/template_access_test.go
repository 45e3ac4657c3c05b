package archtest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/internal/policy"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// statement is one statement of a policy, a role's or a resource's.
type statement struct {
	policy.Statement `yaml:",inline"`
	Principal        principal `yaml:"Principal"`
}

type list = policy.List

// condition is the one value of a condition's operator and key, or "".
func (s statement) condition(operator, key string) string {
	if v := s.Condition[operator][key]; len(v) == 1 {
		return v[0]
	}
	return ""
}

// principal is "*", or "" for one that is named.
type principal string

func (p *principal) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*p = principal(n.Value)
	}
	return nil
}

// statements returns those of the policies in a resource.
func (d deployment) statements(id string) (all []statement) {
	r := d.Resources[id]
	for _, path := range []string{"PolicyDocument", "KeyPolicy"} {
		all = append(all, decodeStatements(at(&r.Properties, path))...)
	}
	policies := at(&r.Properties, "Policies")
	for i := 0; policies != nil && i < len(policies.Content); i++ {
		all = append(all, decodeStatements(at(policies.Content[i], "PolicyDocument"))...)
	}
	return all
}

func decodeStatements(document *yaml.Node) (all []statement) {
	if document == nil {
		return nil
	}
	if n := at(document, "Statement"); n == nil || n.Decode(&all) != nil {
		return []statement{{Statement: policy.Statement{Sid: "unreadable", Action: list{"*"}}}}
	}
	return all
}

func (d deployment) statement(id, sid string) statement {
	for _, s := range d.statements(id) {
		if s.Sid == sid {
			return s
		}
	}
	return statement{}
}

func roles(d deployment) (f faults) {
	for _, id := range d.of("AWS::Serverless::Function") {
		role := id + "Role"
		f.want(d, role, map[string]string{
			"AssumeRolePolicyDocument.Statement.0.Principal.Service": "lambda.amazonaws.com",
			"AssumeRolePolicyDocument.Statement.0.Action":            "sts:AssumeRole",
		})
		r := d.Resources[role]
		if at(&r.Properties, "ManagedPolicyArns") != nil || at(&r.Properties, "AssumeRolePolicyDocument.Statement.1") != nil {
			f.add("%s is given more than is written in it", role)
		}
		if logs := d.statement(role, "Logs"); !slices.Equal(logs.Resource, list{id + "Logs.Arn"}) {
			f.add("%s writes logs to %v", id, logs.Resource)
		}
		key := d.statement(role, "DataKey")
		if !slices.Contains(key.Action, "kms:Decrypt") || !slices.Equal(key.Resource, list{"DataKey.Arn"}) ||
			!strings.HasPrefix(key.condition("StringLike", "kms:ViaService"), "dynamodb.") {
			f.add("%s has not the key of the tables, by way of DynamoDB only", id)
		}
		files := d.statement(role, "FilesKey")
		if uses := d.usesOfFilesKey(role); len(uses) > 0 && (!slices.Equal(files.Action, uses) || !slices.Equal(files.Resource, list{"DataKey.Arn"}) ||
			!strings.HasPrefix(files.condition("StringLike", "kms:ViaService"), "s3.")) {
			f.add("%s has not the key of the files, by way of S3 only, for %v", id, uses)
		}
	}
	for _, id := range append(d.of("AWS::IAM::Role"), d.of("AWS::IAM::Policy")...) {
		for _, s := range d.statements(id) {
			f.wantNarrowScope(d, id, s)
		}
	}
	return f
}

// usesOfFilesKey are what S3 does with the key for who reads and writes files whole.
func (d deployment) usesOfFilesKey(role string) (uses list) {
	for _, use := range []struct{ of, key string }{{"s3:GetObject", "kms:Decrypt"}, {"s3:PutObject", "kms:GenerateDataKey"}} {
		if slices.ContainsFunc(d.statements(role), func(s statement) bool { return slices.Contains(s.Action, use.of) }) {
			uses = append(uses, use.key)
		}
	}
	return uses
}

// wantNarrowScope demands written-out actions on resources of the template or its parameters.
func (f *faults) wantNarrowScope(d deployment, id string, s statement) {
	for _, a := range s.Action {
		if strings.Contains(a, "*") || a == "dynamodb:Scan" {
			f.add("%s, %s: %s is too much to allow", id, s.Sid, a)
		}
	}
	for _, r := range s.Resource {
		name, _, _ := strings.Cut(strings.TrimPrefix(r, "${"), ".")
		_, parameter := d.Parameters[r]
		if _, ours := d.Resources[name]; !ours && !parameter {
			f.add("%s, %s: %s is not a resource of this template", id, s.Sid, r)
		}
	}
}

// costlyRoutes lists the routes that check a password, send a message, sign, render or
// write in bulk.
func costlyRoutes() []string {
	return []string{
		"POST /v1/login", "POST /v1/token", "POST /v1/token/revocation", "PUT /v1/account/password", "POST /v1/account/phone/codes", "PUT /v1/account/phone",
		"PUT /v1/accounts/{username}", "POST /v1/identity/challenges", "POST /v1/identity/challenges/{challenge}/scan",
		"POST /v1/identity/challenges/{challenge}/assertion", "POST /v1/certificates/{certificate}/endorsements",
		"POST /v1/certificates/{certificate}/endorsements/{endorsement}/links", "POST /v1/verifications", "POST /v1/reports",
		"POST /v1/reports/drops",
	}
}

func throttling(d deployment) (f faults) {
	api := d.Resources["Api"]
	settings := at(&api.Properties, "RouteSettings")
	if settings == nil {
		return append(f, "no route has limits of its own")
	}
	routes := d.routes()
	for i := 0; i < len(settings.Content); i += 2 {
		if !slices.Contains(routes, settings.Content[i].Value) {
			f.add("%s has limits, and is no route", settings.Content[i].Value)
		}
	}
	for _, limit := range []string{"ThrottlingRateLimit", "ThrottlingBurstLimit"} {
		most, _ := strconv.Atoi(d.get("Api", "DefaultRouteSettings."+limit))
		for _, route := range costlyRoutes() {
			n := 0
			if own := step(settings, route); own != nil && step(own, limit) != nil {
				n, _ = strconv.Atoi(step(own, limit).Value)
			}
			if n <= 0 || n >= most {
				f.add("%s: %s is %d, the API's %d", route, limit, n, most)
			}
		}
	}
	return f
}

// routes returns the route keys of every function.
func (d deployment) routes() (all []string) {
	for _, id := range d.of("AWS::Serverless::Function") {
		r := d.Resources[id]
		events := at(&r.Properties, "Events")
		for i := 1; events != nil && i < len(events.Content); i += 2 {
			method, path := at(events.Content[i], "Properties.Method"), at(events.Content[i], "Properties.Path")
			if method != nil && path != nil {
				all = append(all, method.Value+" "+path.Value)
			}
		}
	}
	return all
}

func origins(d deployment) (f faults) {
	f.want(d, "Api", map[string]string{"CorsConfiguration.AllowOrigins": "PortalOrigins", "CorsConfiguration.AllowCredentials": ""})
	f.want(d, "Files", map[string]string{"CorsConfiguration.CorsRules.0.AllowedOrigins": "PortalOrigins"})
	if n := at(d.root.Content[0], "Parameters.PortalOrigins.Default"); n == nil || strings.Contains(n.Value, "*") {
		f.add("pages of any origin may call")
	}
	return f
}

func alarms(d deployment) (f faults) {
	all := d.of("AWS::CloudWatch::Alarm")
	if len(all) < 10 {
		f.add("there are %d alarms", len(all))
	}
	board := d.get("Dashboard", "DashboardBody")
	for _, id := range all {
		f.want(d, id, map[string]string{"AlarmActions.0": "Alarms", "TreatMissingData": "notBreaching"})
		_, section, found := strings.Cut(d.get(id, "AlarmDescription"), "docs/operations.md#")
		if !found || !slices.Contains(d.sections, section) {
			f.add("%s: docs/operations.md has no section %q", id, section)
		}
		if !strings.Contains(board, "${"+id+".Arn}") {
			f.add("%s is not on the dashboard", id)
		}
	}
	for _, id := range d.of("AWS::Logs::MetricFilter") {
		for _, m := range regexp.MustCompile(`\$\.code = "([^"]*)"`).FindAllStringSubmatch(d.get(id, "FilterPattern"), -1) {
			if !slices.ContainsFunc(problem.Catalogue(), func(p problem.Problem) bool { return string(p.Code) == m[1] }) {
				f.add("%s counts %s, which no answer has", id, m[1])
			}
		}
	}
	f.want(d, "AlarmMail", map[string]string{"TopicArn": "Alarms", "Endpoint": "AlarmAddress"})
	return f
}

func partitions(d deployment) (f faults) {
	visitNodes(&d.root, func(n *yaml.Node) {
		if n.Kind != yaml.ScalarNode {
			return
		}
		if strings.Contains(n.Value, "arn:aws:") {
			f.add("line %d: %s is of one partition", n.Line, n.Value)
		}
		// The names of services, such as lambda.amazonaws.com, are the same everywhere; addresses are not.
		if strings.Contains(n.Value, ".amazonaws.com") && strings.Contains(n.Value, "${") && !strings.HasSuffix(n.Value, ".amazonaws.com*") {
			f.add("line %d: %s has an ending of one partition: ${AWS::URLSuffix}", n.Line, n.Value)
		}
	})
	return f
}

func parameters(d deployment) (f faults) {
	for _, name := range []string{
		"PublicUrl", "DomainName", "DomainCertificate", "PortalOrigins", "Issuers", "Clients", "AlarmAddress", "LogDays", "LogLevel", "SystemLogLevel", "AccessLog", "FileDaysAfterUse",
		"NamesKeyLayer", "LimitsKeyLayer", "FieldKeyLayer", "SigningLayer", "VerifyLayer", "SettingsLayer", "SigningKeyArns", "PortalPages",
		"EdgeSecret", "PagesWebAcl", "Balancer", "ServerNetworks",
	} {
		if _, ok := d.Parameters[name]; !ok {
			f.add("there is no parameter %s", name)
		}
	}
	for _, name := range []string{"MessagesSecret", "EdgeSecret"} {
		secret := d.Parameters[name]
		if n := at(&secret, "NoEcho"); n == nil || n.Value != "true" {
			f.add("%s is shown to whoever may read the stack", name)
		}
	}
	return f
}
