package archtest

import (
	"strings"
	"testing"
)

// brokenTemplate is a copy of template.yaml with one thing wrong, and the decree that
// has to notice.
type brokenTemplate struct {
	name, rule  string
	old, broken string // the first such text, and what stands there instead
}

func breakages() []brokenTemplate {
	return []brokenTemplate{
		{"an older runtime", "functions are of one kind", "provided.al2023", "provided.al2"},
		{"another processor", "functions are of one kind", "[arm64]", "[x86_64]"},
		{"a policy of SAM's", "functions are of one kind", "      Role: !GetAtt DownloadRole.Arn\n", "      Policies: [S3CrudPolicy: {BucketName: !Ref Files}]\n"},
		{"two functions with one role", "functions are of one kind", "!GetAtt VerifyRole.Arn", "!GetAtt LoginRole.Arn"},
		{"one log for two functions", "functions are of one kind", "{LogGroup: !Ref VerifyLogs,", "{LogGroup: !Ref LoginLogs,"},
		{"a function slower than the gateway", "functions are of one kind", "Timeout: 29", "Timeout: 60"},
		{"no alias", "a new version is tried on a tenth of the requests", "AutoPublishAlias: live", "Tracing: PassThrough"},
		{"all requests at once", "a new version is tried on a tenth of the requests", "Canary10Percent5Minutes", "AllAtOnce"},
		{"no alarm for a canary", "a new version is tried on a tenth of the requests", "Alarms: [!Ref LoginFails]", "Alarms: []"},
		{"another function's alarm", "a new version is tried on a tenth of the requests", "Alarms: [!Ref LoginFails]", "Alarms: [!Ref VerifyFails]"},
		{"settings that make no version", "a new version is tried on a tenth of the requests", "AutoPublishAliasAllProperties: true", "AutoPublishAliasAllProperties: false"},
		{"verify without a bound", "a flood on one function leaves the others theirs", "      ReservedConcurrentExecutions: !If [ReservesConcurrency, 300, !Ref AWS::NoValue]\n", ""},
		{"more than the account has", "a flood on one function leaves the others theirs", "[ReservesConcurrency, 300,", "[ReservesConcurrency, 900,"},
		{"every action", "every function has a role of its own, written out", "Action: s3:GetObject\n                Resource: !Sub", "Action: s3:*\n                Resource: !Sub"},
		{"every table", "every function has a role of its own, written out", "Resource: !GetAtt Sessions.Arn", "Resource: \"*\""},
		{"a scan", "every function has a role of its own, written out", "Action: dynamodb:Query", "Action: dynamodb:Scan"},
		{"a grant for no kind of item", "a grant on a table names the kinds of its items", `["SEEN#*"]`, `["*"]`},
		{"a grant for a kind that is not there", "a grant on a table names the kinds of its items", `["SEEN#*"]`, `["SEE#*"]`},
		{"a grant that holds without a key", "a grant on a table names the kinds of its items", `                  "Null": {"dynamodb:LeadingKeys": "false"}` + "\n", ""},
		{"a grant that holds without an attribute", "a grant on a table names the kinds of its items", `, "dynamodb:Attributes": "false"}`, "}"},
		{"a session that identify may make another's", "no function may do what is another's", "reason, finished,", "reason, finished, holder,"},
		{"a ledger in the certificates' partition", "no function may do what is another's", "Resource: !GetAtt Ledger.Arn\n                Condition:\n                  ForAllValues:StringLike: {\"dynamodb:LeadingKeys\": [\"SEEN#*\"]}\n                  \"Null\": {\"dynamodb:LeadingKeys\": \"false\"}\n              # Of", "Resource: !GetAtt Records.Arn\n                Condition:\n                  ForAllValues:StringLike: {\"dynamodb:LeadingKeys\": [\"CERT#*\"]}\n                  \"Null\": {\"dynamodb:LeadingKeys\": \"false\"}\n              # Of"},
		{"a verify that reads sessions", "no function may do what is another's", `["TOKEN#*"]`, `["TOKEN#*", "SESSION#*"]`},
		{"an identify that cannot step up", "every function may do what it does", "tagState, identifiedUntil,", "tagState,"},
		{"a verify without its ledger", "every function may do what it does", `["SEEN#*"]}` + "\n" + `                  "Null"`, `["CERT#*"]}` + "\n" + `                  "Null"`},
		{"a managed policy", "every function has a role of its own, written out", "  LoginRole:\n    Type: AWS::IAM::Role\n    Properties:\n", "  LoginRole:\n    Type: AWS::IAM::Role\n    Properties:\n      ManagedPolicyArns: [x]\n"},
		{"a role for anybody", "every function has a role of its own, written out", "Principal: {Service: lambda.amazonaws.com}", "Principal: {AWS: \"*\"}"},
		{"the key by any way", "every function has a role of its own, written out", "Condition: {StringLike: {\"kms:ViaService\": !Sub \"dynamodb.", "Condition: {StringLike: {\"kms:Other\": !Sub \"dynamodb."},
		{"files without their key", "every function has a role of its own, written out", "Sid: FilesKey", "Sid: OtherKey"},
		{"a key to read with for who only writes", "every function has a role of its own, written out", "Action: kms:GenerateDataKey\n", "Action: [kms:Decrypt, kms:GenerateDataKey]\n"},
		{"a report that intake may make another's", "no function may do what is another's", "[pk, sk, run, progress, tagProgress, ended]", "[pk, sk, run, progress, tagProgress, ended, client]"},
		{"an intake that cannot note its progress", "every function may do what it does", "[pk, sk, run, progress, tagProgress, ended]", "[pk, sk, run, tagProgress, ended]"},
		{"a verify that fills the limits of log-ins", "no function may do what is another's", `["LIMIT#verify-*"]`, `["LIMIT#*"]`},
		{"an identify that fills the limits of log-ins", "no function may do what is another's", `["LIMIT#challenge#*"]`, `["LIMIT#*"]`},
		{"a route that a few addresses use up", "no machine alone stops the others, and no request goes round", `"POST /v1/reports/drops": {ThrottlingRateLimit: 500,`, `"POST /v1/reports/drops": {ThrottlingRateLimit: 10,`},
		{"somebody else's log", "every function has a role of its own, written out", "Resource: !GetAtt LoginLogs.Arn", "Resource: !GetAtt VerifyLogs.Arn"},
		{"clients nobody brings", "a function is brought the files it is told of", "        - !If [HasSettingsLayer, !Ref SettingsLayer, !Ref AWS::NoValue]\n", ""},
		{"signing keys for verify", "a function is brought the files it is told of", "[HasVerifyLayer, !Ref VerifyLayer,", "[HasVerifyLayer, !Ref SigningLayer,"},
		{"no field key", "a function is brought the files it is told of", "        - !If [HasFieldKeyLayer, !Ref FieldKeyLayer, !Ref AWS::NoValue]\n", ""},
		{"a field key for everybody", "a function is brought the files it is told of", "    AutoPublishAlias: live\n", "    AutoPublishAlias: live\n    Layers: [!If [HasFieldKeyLayer, !Ref FieldKeyLayer, !Ref AWS::NoValue]]\n"},
		{"the field key for verify", "a function holds the keys it needs and no others", "          RECEIPT_KEY: ", "          FIELD_KEY: !Ref FieldKey\n          RECEIPT_KEY: "},
		{"the key of names for verify", "a function holds the keys it needs and no others", "          RECEIPT_KEY: ", "          NAMES_KEY: !Ref NamesKey\n          RECEIPT_KEY: "},
		{"the field key for download", "a function holds the keys it needs and no others", "      Events:\n        Preview:", "          FIELD_KEY: !Ref FieldKey\n      Events:\n        Preview:"},
		{"signing keys told to verify", "a function holds the keys it needs and no others", "          RECEIPT_KEY: ", "          SIGNING_KEYS: !Ref SigningKeys\n          RECEIPT_KEY: "},
		{"a table that can be deleted", "tables are protected", "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false"},
		{"a table without its past", "tables are protected", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"},
		{"a ledger that costs three times as much", "tables are protected", "      TableClass: STANDARD_INFREQUENT_ACCESS # written", "      TableClass: STANDARD # written"},
		{"a table with AWS's key", "tables are protected", "SSEType: KMS, KMSMasterKeyId: !GetAtt DataKey.Arn", "SSEType: KMS"},
		{"a misspelt billing", "tables are protected", "BillingMode: PAY_PER_REQUEST", "BillingMode: PAY_PER_REQ"},
		{"another attribute of time", "tables are protected", "AttributeName: ttl", "AttributeName: expires"},
		{"a table that goes with the stack", "tables are protected", "  Records:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: Retain", "  Records:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: Delete"},
		{"a bucket open to the public", "buckets are protected", "RestrictPublicBuckets: true", "RestrictPublicBuckets: false"},
		{"a bucket without versions", "buckets are protected", "VersioningConfiguration: {Status: Enabled}", "VersioningConfiguration: {Status: Suspended}"},
		{"files with S3's key", "buckets are protected", "SSEAlgorithm: aws:kms", "SSEAlgorithm: AES256"},
		{"files without TLS", "buckets are protected", `"aws:SecureTransport": "false"`, `"aws:SecureTransport": "true"`},
		{"passwords that endorse writes", "no function may do what is another's", "journal/consent-revoked/*", "journal/*"},
		{"a journal that login reads", "no function may do what is another's", "Resource: !Sub \"${Journal.Arn}/journal/password/*\"", "Resource: !Sub \"${Journal.Arn}/journal/*\""},
		{"a journal that endorse reads", "no function may do what is another's", "Action: s3:PutObject\n                Resource: [!Sub \"${Journal.Arn}/journal/withdrawal/*\"", "Action: [s3:GetObject, s3:PutObject]\n                Resource: [!Sub \"${Journal.Arn}/journal/withdrawal/*\""},
		{"withdrawals that nobody writes", "every function may do what it does", "${Journal.Arn}/journal/withdrawal/*", "${Journal.Arn}/journal/audit/*"},
		{"a journal that its keeper may shorten", "nobody takes an entry of the journal back", "Mode: COMPLIANCE", "Mode: GOVERNANCE"},
		{"a journal without a lock", "nobody takes an entry of the journal back", "      ObjectLockEnabled: true\n", ""},
		{"a journal of a month", "nobody takes an entry of the journal back", "    Default: 400\n    MinValue: 180", "    Default: 30\n    MinValue: 30"},
		{"a journal for ever", "nobody takes an entry of the journal back", "Id: old-entries, Status: Enabled", "Id: old-entries, Status: Disabled"},
		{"entries written over", "nobody takes an entry of the journal back", `{"Null": {"s3:if-none-match": "true"}}`, `{"Null": {"s3:if-none-match": "false"}}`},
		{"links of a day", "a link that lives longer opens nothing", `"90000"`, `"86400000"`},
		{"links of no limit", "a link that lives longer opens nothing", "s3:signatureAge", "s3:signatureversion"},
		{"results at any age", "a link that lives longer opens nothing", `, !Sub "${Files.Arn}/results/*"`, ""},
		{"places that stay open", "a link that lives longer opens nothing", `"930000"`, `"86400000"`},
		{"links that others may use", "a link that lives longer opens nothing", "Sid: OnlyFreshLinks\n            Effect: Deny\n            Principal: \"*\"", "Sid: OnlyFreshLinks\n            Effect: Deny\n            Principal: {AWS: x}"},
		{"files given up in silence", "files of reports are watched", "Value: !GetAtt StuckDrops.QueueName", "Value: !GetAtt Drops.QueueName"},
		{"files that wait in silence", "files of reports are watched", "MetricName: ApproximateAgeOfOldestMessage", "MetricName: NumberOfMessagesSent"},
		{"refusals that nobody sees", "files of reports are watched", `[".", "rowsRefused"`, `[".", "rowsRefuse"`},
		{"removed files of rows for a month", "the files' versions and leftovers go", "Id: replaced-files, Status: Enabled, Prefix: endorsements/,", "Id: replaced-files, Status: Enabled,"},
		{"files of a long window removed before its end", "the files' versions and leftovers go", "Prefix: endorsements/0,", "Prefix: endorsements/,"},
		{"files of a long window for ever", "the files' versions and leftovers go", "Id: files-4681, Status: Enabled", "Id: files-4681, Status: Disabled"},
		{"versions for ever", "the files' versions and leftovers go", "Id: replaced-files, Status: Enabled", "Id: replaced-files, Status: Disabled"},
		{"leftovers for ever", "the files' versions and leftovers go", "Id: broken-uploads, Status: Enabled", "Id: broken-uploads, Status: Disabled"},
		{"a key that never turns", "the key turns, and stays", "EnableKeyRotation: true", "EnableKeyRotation: false"},
		{"a log for a week", "logs are kept as long as the law asks", "RetentionInDays: !Ref LogDays", "RetentionInDays: 7"},
		{"a log for a month by choice", "logs are kept as long as the law asks", "AllowedValues: [180,", "AllowedValues: [30, 180,"},
		{"lines of plain text", "a request has one line, whose level is a parameter", "LogFormat: JSON", "LogFormat: Text"},
		{"Lambda's own lines", "a request has one line, whose level is a parameter", "    AllowedValues: [DEBUG, INFO, WARN]\n    Default: WARN", "    AllowedValues: [DEBUG, INFO, WARN]\n    Default: INFO"},
		{"the gateway's lines", "a request has one line, whose level is a parameter", "      AccessLogSettings: !If\n        - LogsAccess", "      AccessLogSettings: !If\n        - HasAlarmAddress"},
		{"errors only", "a request has one line, whose level is a parameter", "AllowedValues: [INFO, WARN]", "AllowedValues: [INFO, ERROR]"},
		{"login without a limit", "costly routes have limits of their own", `        "POST /v1/login": {`, `        "GET /v1/account": {`},
		{"a limit for no route", "costly routes have limits of their own", `"POST /v1/login": {`, `"POST /v1/logon": {`},
		{"a limit above all others", "costly routes have limits of their own", "{ThrottlingRateLimit: 600,", "{ThrottlingRateLimit: 6000,"},
		{"pages of any origin", "pages of named origins only", "AllowOrigins: !Ref PortalOrigins", `AllowOrigins: ["*"]`},
		{"a route among the pages", "the pages' network passes every route on", "- PathPattern: /docs/*", "- PathPattern: /doc/*"},
		{"a worker without its policy", "the pages' network passes every route on", "- PathPattern: /v/*worker-????????.js", "- PathPattern: /v/*workers-????????.js"},
		{"a worker that may do more than draw", "the pages' network passes every route on", "ResponseHeadersPolicyId: !Ref PagesDrawing", "ResponseHeadersPolicyId: !Ref PagesWorkers"},
		{"files of one version only", "the pages' network passes every route on", "            TargetOriginId: pages\n            ViewerProtocolPolicy: redirect-to-https\n            Compress: true\n            CachePolicyId", "            TargetOriginId: api\n            ViewerProtocolPolicy: redirect-to-https\n            Compress: true\n            CachePolicyId"},
		{"reports that may only be read", "the pages' network passes every route on", "[GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE]", "[GET, HEAD]"},
		{"an edge without its proof", "the pages' network says who calls, and proves itself", "              - {HeaderName: x-jiazhu-edge", "              - {HeaderName: x-jiazhu-edges"},
		{"an edge that sends both secrets", "the pages' network says who calls, and proves itself", `!Select [0, !Split [" ", !Ref EdgeSecret]]`, "!Ref EdgeSecret"},
		{"an edge that sends the old secret", "the pages' network says who calls, and proves itself", "!Select [0, !Split", "!Select [1, !Split"},
		{"a proof sent to the pages", "the pages' network says who calls, and proves itself", "            OriginAccessControlId: !GetAtt PagesReader.Id\n", "            OriginAccessControlId: !GetAtt PagesReader.Id\n            OriginCustomHeaders: [{HeaderName: x-jiazhu-edge, HeaderValue: !Ref EdgeSecret}]\n"},
		{"a login that does not know the edge", "the pages' network says who calls, and proves itself", "          EDGE_SECRET: !Ref EdgeSecret\n", ""},
		{"certificates for who goes round the edge", "the pages' network says who calls, and proves itself", "          EDGE_SECRET: !Ref EdgeSecret\n      Events:\n        List:", "      Events:\n        List:"},
		{"a secret for whom it does not concern", "the pages' network says who calls, and proves itself", "      Events:\n        # At most four files", "          EDGE_SECRET: !Ref EdgeSecret\n      Events:\n        # At most four files"},
		{"a secret of eight letters", "the pages' network says who calls, and proves itself", "{32,128}( ", "{8,128}( "},
		{"pages without a secret", "the pages' network says who calls, and proves itself", `- Assert: !Not [!Equals [!Ref EdgeSecret, ""]]`, `- Assert: !Equals [!Ref PortalPages, "true"]`},
		{"a secret asked for where there are no pages", "the pages' network says who calls, and proves itself", `RuleCondition: !Equals [!Ref PortalPages, "true"]`, `RuleCondition: !Equals [!Ref TestSeal, "true"]`},
		{"a secret of the edge that is shown", "what differs between deployments is a parameter", "  EdgeSecret:\n    Type: String\n    NoEcho: true\n", "  EdgeSecret:\n    Type: String\n"},
		{"a distribution without a web ACL", "no machine alone stops the others, and no request goes round", "!Ref PagesWebAcl, PagesWebAcl is missing]", "!Ref PagesWebAcl, !Ref AWS::NoValue]"},
		{"a web ACL before nothing", "no machine alone stops the others, and no request goes round", "        WebACLId: !If [GuardsPages, !GetAtt WebAcl.Arn,", "        WebACLId: !If [GuardsPages, !Ref PagesWebAcl,"},
		{"a balancer without a web ACL", "no machine alone stops the others, and no request goes round", "{ResourceArn: !Ref Balancer, WebACLArn: !GetAtt WebAcl.Arn}", "{ResourceArn: !Ref Balancer, WebACLArn: !Ref PagesWebAcl}"},
		{"a web ACL only where there are pages", "no machine alone stops the others, and no request goes round", "Type: AWS::WAFv2::WebACL\n    Condition: HasWebAcl", "Type: AWS::WAFv2::WebACL\n    Condition: HasPages"},
		{"a balancer that need not prove itself", "no machine alone stops the others, and no request goes round", `RuleCondition: !Not [!Equals [!Ref Balancer, ""]]` + "\n    Assertions:\n" + `      - Assert: !Not [!Equals [!Ref EdgeSecret, ""]]`, `RuleCondition: !Not [!Equals [!Ref Balancer, ""]]` + "\n    Assertions:\n" + `      - Assert: !Not [!Equals [!Ref PublicUrl, ""]]`},
		{"a second address of the API", "no machine alone stops the others, and no request goes round", "!If [HasDomain, true, false]", "!If [HasDomain, false, false]"},
		{"a distribution that asks the address that is off", "no machine alone stops the others, and no request goes round", "DomainName: !If [HasDomain, !Ref DomainName, !Sub", "DomainName: !If [HasPages, !Ref DomainName, !Sub"},
		{"no rate of log-ins by address", "no machine alone stops the others, and no request goes round", "SearchString: /v1/login", "SearchString: /v1/logins"},
		{"a rate that another spelling goes round", "no machine alone stops the others, and no request goes round", "SearchString: /v1/token\n                        TextTransformations: [{Priority: 0, Type: URL_DECODE}", "SearchString: /v1/token\n                        TextTransformations: [{Priority: 0, Type: NONE}"},
		{"a rate that counts and does not stop", "no machine alone stops the others, and no request goes round", "Action: {Block: {CustomResponse: {ResponseCode: 429,", "Action: {Count: {CustomRequestHandling: {ResponseCode: 429,"},
		{"a rate of everybody together", "no machine alone stops the others, and no request goes round", "AggregateKeyType: IP", "AggregateKeyType: CONSTANT"},
		{"one machine that has all changes", "no machine alone stops the others, and no request goes round", "Limit: 1500", "Limit: 8000"},
		{"a rate for the portals' servers", "no machine alone stops the others, and no request goes round", "                    - NotStatement: {Statement: {IPSetReferenceStatement: {Arn: !GetAtt Servers.Arn}}}\n", ""},
		{"files of 8 kB at most", "no machine alone stops the others, and no request goes round", "                - {Name: SizeRestrictions_BODY, ActionToUse: {Count: {}}}\n", ""},
		{"files that are looked through for scripts", "no machine alone stops the others, and no request goes round", "{Name: CrossSiteScripting_BODY, ActionToUse: {Count: {}}}", "{Name: CrossSiteScripting_BODY, ActionToUse: {Block: {}}}"},
		{"no rules against known attacks", "no machine alone stops the others, and no request goes round", "Name: AWSManagedRulesKnownBadInputsRuleSet", "Name: AWSManagedRulesLinuxRuleSet"},
		{"rules that only count", "no machine alone stops the others, and no request goes round", "OverrideAction: {None: {}}", "OverrideAction: {Count: {}}"},
		{"samples of requests, tokens included", "no machine alone stops the others, and no request goes round", "SampledRequestsEnabled: false", "SampledRequestsEnabled: true"},
		{"a rate answered by a page", "no machine alone stops the others, and no request goes round", `'{"message":"Too Many Requests"}'`, "'<p>Too Many Requests</p>'"},
		{"an alarm nobody explained", "an alarm says what to read", "docs/operations.md#a-flood", "docs/operations.md#a-drought"},
		{"an alarm nobody hears", "an alarm says what to read", "AlarmActions: [!Ref Alarms]", "AlarmActions: []"},
		{"an alarm that is not shown", "an alarm says what to read", `"${ApiSlow.Arn}", `, ""},
		{"a count of what is never answered", "an alarm says what to read", `$.code = "not-reported"`, `$.code = "not-there"`},
		{"an ARN of one partition", "any partition will do", "arn:${AWS::Partition}:iam", "arn:aws:iam"},
		{"an address of one partition", "any partition will do", "${AWS::URLSuffix}", "${AWS::Region}.amazonaws.com"},
		{"a secret that is shown", "what differs between deployments is a parameter", "NoEcho: true", "NoEcho: false"},
		{"origins written in", "what differs between deployments is a parameter", "  AlarmAddress:\n    Type", "  Address:\n    Type"},
	}
}

func TestEveryBrokenCopyIsNoticed(t *testing.T) {
	text := templateText(t)
	checks := map[string]func(deployment) faults{}
	for _, d := range templateRules() {
		checks[d.name] = d.check
	}
	broken := map[string]bool{}
	for _, b := range breakages() {
		t.Run(b.name, func(t *testing.T) {
			copied := strings.Replace(text, b.old, b.broken, 1)
			if copied == text {
				t.Fatalf("template.yaml has no %q to break", b.old)
			}
			found := checks[b.rule](parseDeployment(t, copied))
			if len(found) == 0 {
				t.Errorf("%q was not noticed", b.rule)
			}
		})
		broken[b.rule] = true
	}
	for name := range checks {
		if !broken[name] {
			t.Errorf("no copy breaks %q", name)
		}
	}
}
