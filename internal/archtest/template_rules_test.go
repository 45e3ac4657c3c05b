package archtest

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/files"
)

// deployment is template.yaml as the rules read it.
type deployment struct {
	sam
	root     yaml.Node
	sections []string // of docs/operations.md, as links name them
}

// templateRule is what template.yaml has to keep to; it returns what breaks it.
type templateRule struct {
	name  string
	check func(deployment) faults
}

func templateRules() []templateRule {
	return []templateRule{
		{"functions are of one kind", kindOfFunctions},
		{"a new version is tried on a tenth of the requests", canary},
		{"a flood on one function leaves the others theirs", concurrency},
		{"every function has a role of its own, written out", roles},
		{"a grant on a table names the kinds of its items", kinds},
		{"no function may do what is another's", tryForbiddenCalls},
		{"every function may do what it does", tryNeededCalls},
		{"a function is brought the files it is told of", layers},
		{"a function holds the keys it needs and no others", keysHeld},
		{"tables are protected", tables},
		{"buckets are protected", buckets},
		{"nobody takes an entry of the journal back", journalLock},
		{"a link that lives longer opens nothing", signatureAge},
		{"the files' versions and leftovers go", lifecycle},
		{"the key turns, and stays", key},
		{"logs are kept as long as the law asks", logs},
		{"a request has one line, whose level is a parameter", logLines},
		{"costly routes have limits of their own", throttling},
		{"pages of named origins only", origins},
		{"the pages' network passes every route on", front},
		{"the pages' network says who calls, and proves itself", edge},
		{"no machine alone stops the others, and no request goes round", webACL},
		{"an alarm says what to read", alarms},
		{"files of reports are watched", intakeWatched},
		{"any partition will do", partitions},
		{"what differs between deployments is a parameter", parameters},
	}
}

func TestTheTemplateKeepsEveryDecree(t *testing.T) {
	d := parseDeployment(t, templateText(t))
	for _, c := range templateRules() {
		t.Run(c.name, func(t *testing.T) {
			for _, fault := range c.check(d) {
				t.Error(fault)
			}
		})
	}
}

func templateText(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func parseDeployment(t *testing.T, text string) deployment {
	t.Helper()
	var d deployment
	if err := yaml.Unmarshal([]byte(text), &d.root); err != nil {
		t.Fatal(err)
	}
	if err := d.root.Decode(&d.sam); err != nil {
		t.Fatal(err)
	}
	runbook, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(runbook), "\n") {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			d.sections = append(d.sections, strings.ReplaceAll(strings.ToLower(title), " ", "-"))
		}
	}
	return d
}

// faults collects what a check finds.
type faults []string

func (f *faults) add(format string, a ...any) { *f = append(*f, fmt.Sprintf(format, a...)) }

// want checks texts of a resource's properties by their paths.
func (f *faults) want(d deployment, id string, want map[string]string) {
	for path, value := range want {
		if got := d.get(id, path); got != value {
			f.add("%s: %s is %q, want %q", id, path, got, value)
		}
	}
}

func kindOfFunctions(d deployment) (f faults) {
	g := d.Globals.Function
	if g.Runtime != "provided.al2023" || !slices.Equal(g.Architectures, []string{"arm64"}) || g.Handler != "bootstrap" {
		f.add("functions are %+v", g)
	}
	for _, id := range d.of("AWS::Serverless::Function") {
		name := strings.ToLower(id)
		f.want(d, id, map[string]string{
			"CodeUri": "build/lambda/" + name + ".zip", "Role": id + "Role.Arn", "LoggingConfig.LogGroup": id + "Logs", "Policies": "",
		})
		limit, _ := strconv.Atoi(d.get(id, "Timeout"))
		// HTTP API gives up after 30 s; a function that goes on would work for nobody. One that a queue calls, too, bounds
		// its requests itself.
		if limit = max(limit, g.Timeout); d.hasEvent(id, "HttpApi") && !d.hasEvent(id, "SQS") && (limit == 0 || limit > 29) {
			f.add("%s may take %d s", id, limit)
		}
	}
	return f
}

// hasEvent says whether events of a kind, such as HttpApi, call the function.
func (d deployment) hasEvent(id, event string) bool {
	r := d.Resources[id]
	events := at(&r.Properties, "Events")
	for i := 1; events != nil && i < len(events.Content); i += 2 {
		if kind := at(events.Content[i], "Type"); kind != nil && kind.Value == event {
			return true
		}
	}
	return false
}

func canary(d deployment) (f faults) {
	if n := at(d.root.Content[0], "Globals.Function.AutoPublishAlias"); n == nil || n.Value != "live" {
		f.add("functions publish no version under the alias live")
	}
	for _, id := range d.of("AWS::Serverless::Function") {
		f.want(d, id, map[string]string{"AutoPublishAliasAllProperties": "true"})
		if kind := d.get(id, "DeploymentPreference.Type"); !strings.HasPrefix(kind, "Canary") {
			f.add("%s is deployed %q, not to a few first", id, kind)
		}
		alarm := d.get(id, "DeploymentPreference.Alarms.0")
		if d.Resources[alarm].Type != "AWS::CloudWatch::Alarm" || alarm != id+"Fails" {
			f.add("%s is not taken back by an alarm of its own, but by %q", id, alarm)
		}
	}
	return f
}

func concurrency(d deployment) (f faults) {
	total := 0
	for _, id := range d.of("AWS::Serverless::Function") {
		n, err := strconv.Atoi(d.get(id, "ReservedConcurrentExecutions.1"))
		if err != nil || d.get(id, "ReservedConcurrentExecutions.0") != "ReservesConcurrency" {
			f.add("%s has no share of the concurrency of its own", id)
		}
		total += n
	}
	// Lambda's quota is 1000, of which it keeps 100 for functions without a share.
	if total > 900 {
		f.add("the shares come to %d, of 900", total)
	}
	return f
}

func tables(d deployment) (f faults) {
	ids := d.of("AWS::DynamoDB::Table")
	if !slices.Equal(ids, []string{"Ledger", "Records", "Sessions"}) {
		f.add("the tables are %v", ids)
	}
	for _, id := range ids {
		f.wantRetention(d, id)
		f.want(d, id, map[string]string{
			"BillingMode":                           "PAY_PER_REQUEST",
			"DeletionProtectionEnabled":             "true",
			"SSESpecification.SSEEnabled":           "true",
			"SSESpecification.SSEType":              "KMS",
			"SSESpecification.KMSMasterKeyId":       "DataKey.Arn",
			"TimeToLiveSpecification.AttributeName": "ttl",
			"TimeToLiveSpecification.Enabled":       "true",
		})
		if id != "Ledger" { // decision 56
			f.want(d, id, map[string]string{"PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled": "true", "TableClass": ""})
		}
	}
	f.want(d, "Ledger", map[string]string{
		"TableClass": "STANDARD_INFREQUENT_ACCESS", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled.0": "RecoversLedger",
	})
	return f
}

// wantRetention demands that a resource outlives its stack.
func (f *faults) wantRetention(d deployment, id string) {
	if r := d.Resources[id]; r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
		f.add("%s goes with the stack, or when it is replaced", id)
	}
}

func buckets(d deployment) (f faults) {
	for _, id := range d.of("AWS::S3::Bucket") {
		f.wantRetention(d, id)
		f.want(d, id, map[string]string{
			"PublicAccessBlockConfiguration.BlockPublicAcls":       "true",
			"PublicAccessBlockConfiguration.BlockPublicPolicy":     "true",
			"PublicAccessBlockConfiguration.IgnorePublicAcls":      "true",
			"PublicAccessBlockConfiguration.RestrictPublicBuckets": "true",
			"OwnershipControls.Rules.0.ObjectOwnership":            "BucketOwnerEnforced",
			"VersioningConfiguration.Status":                       "Enabled",
		})
		f.want(d, id+"Policy", map[string]string{"Bucket": id})
		tls := d.statement(id+"Policy", "OnlyByTLS")
		if tls.Effect != "Deny" || !slices.Equal(tls.Action, list{"s3:*"}) || !slices.Equal(tls.Resource, list{id + ".Arn", "${" + id + ".Arn}/*"}) ||
			tls.condition("Bool", "aws:SecureTransport") != "false" {
			f.add("%s may be read without TLS", id)
		}
	}
	rule := "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault."
	for _, id := range []string{"Files", "Journal"} {
		f.want(d, id, map[string]string{rule + "SSEAlgorithm": "aws:kms", rule + "KMSMasterKeyID": "DataKey.Arn"})
	}
	return f
}

// journalLock: an entry is written once, and nobody can remove it before its time, which is longer than a table
// can be restored over (35 days) and not shorter than logs are kept.
func journalLock(d deployment) (f faults) {
	f.want(d, "Journal", map[string]string{
		"ObjectLockEnabled":                                                         "true",
		"ObjectLockConfiguration.ObjectLockEnabled":                                 "Enabled",
		"ObjectLockConfiguration.Rule.DefaultRetention.Mode":                        "COMPLIANCE",
		"ObjectLockConfiguration.Rule.DefaultRetention.Days":                        "JournalDays",
		"LifecycleConfiguration.Rules.0.Status":                                     "Enabled",
		"LifecycleConfiguration.Rules.0.ExpirationInDays":                           "JournalDays",
		"LifecycleConfiguration.Rules.0.NoncurrentVersionExpiration.NoncurrentDays": "1",
	})
	if n := at(d.root.Content[0], "Parameters.JournalDays.MinValue"); n == nil || n.Value != "180" {
		f.add("the journal may be kept for less than six months")
	}
	s := d.statement("JournalPolicy", "OnlyNewEntries")
	if s.Effect != "Deny" || s.Principal != "*" || !slices.Equal(s.Action, list{"s3:PutObject"}) ||
		!slices.Equal(s.Resource, list{"${Journal.Arn}/*"}) || s.condition("Null", "s3:if-none-match") != "true" {
		f.add("an entry of the journal may be written over: %+v", s)
	}
	return f
}

// signatureAge allows links their life and half a minute, since clocks differ a little.
func signatureAge(d deployment) (f faults) {
	for sid, want := range map[string]struct {
		action    string
		resources list
		life      time.Duration
	}{
		"OnlyFreshLinks": {"s3:GetObject", list{"${Files.Arn}/endorsements/*", "${Files.Arn}/results/*", "${Files.Arn}/verdicts/*"}, files.LinkLife},
		"OnlyFreshDrops": {"s3:PutObject", list{"${Files.Arn}/drops/*", "${Files.Arn}/archives/*"}, files.UploadLife},
	} {
		s := d.statement("FilesPolicy", sid)
		ms, err := strconv.Atoi(s.condition("NumericGreaterThan", "s3:signatureAge"))
		spare := time.Duration(ms)*time.Millisecond - want.life
		if err != nil || spare < 0 || spare > time.Minute || s.Effect != "Deny" || s.Principal != "*" ||
			!slices.Equal(s.Action, list{want.action}) || !slices.Equal(s.Resource, want.resources) {
			f.add("%s: links that live %s work until %d ms: %+v", sid, want.life, ms, s)
		}
	}
	return f
}

func lifecycle(d deployment) (f faults) {
	r := d.Resources["Files"]
	var found []string
	visitNodes(&r.Properties, func(n *yaml.Node) {
		if status := step(n, "Status"); status == nil || status.Value != "Enabled" {
			return
		}
		prefix := ""
		if p := step(n, "Prefix"); p != nil {
			prefix = p.Value
		}
		for _, path := range []string{
			"ExpirationInDays", "NoncurrentVersionExpiration.NoncurrentDays", "ExpiredObjectDeleteMarker",
			"AbortIncompleteMultipartUpload.DaysAfterInitiation",
		} {
			if v := at(n, path); v != nil {
				found = append(found, strings.TrimSpace(prefix+" "+path+" "+v.Value))
			}
		}
	})
	rules := []string{
		"endorsements/0 ExpirationInDays 1200", "endorsements/ NoncurrentVersionExpiration.NoncurrentDays ReplacedFileDays",
		"drops/ ExpirationInDays 14", "drops/ NoncurrentVersionExpiration.NoncurrentDays 1",
		"archives/ ExpirationInDays 7", "archives/ NoncurrentVersionExpiration.NoncurrentDays 1",
		"verdicts/ ExpirationInDays 30", "verdicts/ NoncurrentVersionExpiration.NoncurrentDays 1",
		"results/ ExpirationInDays 90", "results/ NoncurrentVersionExpiration.NoncurrentDays 1",
		"ExpiredObjectDeleteMarker true", "AbortIncompleteMultipartUpload.DaysAfterInitiation 1",
	}
	for _, days := range endorsement.FileLives() {
		rules = append(rules, fmt.Sprintf("endorsements/d%d/ ExpirationInDays %d", days, days))
	}
	for _, rule := range rules {
		if !slices.Contains(found, rule) {
			f.add("the lifecycle of the files has no %s: %q", rule, found)
		}
	}
	for _, rule := range found { // one of the whole bucket would keep files of rows, too
		if strings.HasPrefix(rule, "endorsements/ ExpirationInDays") {
			f.add("files are removed before the days in their prefix: %s", rule)
		}
		if strings.HasPrefix(rule, "NoncurrentVersionExpiration") {
			f.add("what is removed anywhere in the files is kept: %s", rule)
		}
	}
	return f
}

func key(d deployment) (f faults) {
	f.wantRetention(d, "DataKey")
	f.want(d, "DataKey", map[string]string{"EnableKeyRotation": "true"})
	return f
}

// logLines: Lambda adds no line of its own to a request that goes well, nor does the gateway.
func logLines(d deployment) (f faults) {
	for _, id := range d.of("AWS::Serverless::Function") {
		f.want(d, id, map[string]string{
			"LoggingConfig.LogFormat": "JSON", "LoggingConfig.ApplicationLogLevel": "LogLevel", "LoggingConfig.SystemLogLevel": "SystemLogLevel",
		})
	}
	for name, want := range map[string]string{"LogLevel": "INFO", "SystemLogLevel": "WARN", "AccessLog": "off"} {
		parameter := d.Parameters[name]
		if n := at(&parameter, "Default"); n == nil || n.Value != want {
			f.add("%s is not %s by default", name, want)
		}
	}
	parameter := d.Parameters["LogLevel"]
	if levels := at(&parameter, "AllowedValues"); levels == nil || len(levels.Content) != 2 || levels.Content[1].Value != "WARN" {
		f.add("a LogLevel above WARN takes their lines from the alarms")
	}
	f.want(d, "Api", map[string]string{"AccessLogSettings.0": "LogsAccess", "AccessLogSettings.2": "AWS::NoValue"})
	return f
}

func logs(d deployment) (f faults) {
	for _, id := range append(d.of("AWS::Serverless::Function"), "Api") {
		if d.Resources[id+"Logs"].Type != "AWS::Logs::LogGroup" {
			f.add("%s has no log group", id)
		}
	}
	for _, id := range d.of("AWS::Logs::LogGroup") {
		f.wantRetention(d, id)
		f.want(d, id, map[string]string{"RetentionInDays": "LogDays"})
	}
	if n := at(d.root.Content[0], "Parameters.LogDays.AllowedValues.0"); n == nil || n.Value != "180" {
		f.add("logs may be kept for less than six months")
	}
	return f
}
