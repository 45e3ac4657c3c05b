package archtest

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/internal/policy"
	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// itemKinds are what partition keys begin with, by table.
func itemKinds() map[string][]string {
	return map[string][]string{
		"Records.Arn":  {"CERT", "PAST", "COPY", "SEEN", "HOLDER", "BIND", "NUMBER", "REPORT", "REPORTER", "DISPUTE", "DISPUTES", "JOB", "JOBS", "SEALS", "KEYSETS", "STATUS"},
		"Ledger.Arn":   {"SEEN"},
		"Sessions.Arn": {"ACCOUNT", "SESSION", "CHALLENGE", "CODE", "TOKEN", "LINK", "JTI", "PHONE", "LIMIT", "HOLDER", "CLIENT", "FACE"},
	}
}

// keyRest is how a grant's partition keys go on behind the kind: with the beginning of a limit's name, or anyhow.
func keyRest() *regexp.Regexp { return regexp.MustCompile(`^([a-z]+(-[a-z]+)*[-#])?\*$`) }

// kinds demands that every grant on a table is for items of kinds that are named, and that a request
// which names no key, or no attribute where attributes are bounded, does not slip through: what is
// asked of all values holds where there are none.
func kinds(d deployment) (f faults) {
	seen := map[string]bool{}
	for _, id := range append(d.of("AWS::IAM::Role"), d.of("AWS::IAM::Policy")...) {
		for _, s := range d.statements(id) {
			if !slices.ContainsFunc(s.Action, func(a string) bool { return strings.HasPrefix(a, "dynamodb:") }) {
				continue
			}
			if len(s.Resource) != 1 || itemKinds()[s.Resource[0]] == nil {
				f.add("%s, %s is for %v and not for one table", id, s.Sid, s.Resource)
				continue
			}
			keys := s.Condition["ForAllValues:StringLike"][policy.LeadingKeys]
			for _, key := range keys {
				kind, rest, _ := strings.Cut(key, "#")
				if !keyRest().MatchString(rest) || !slices.Contains(itemKinds()[s.Resource[0]], kind) {
					f.add("%s, %s: %q is no kind of item of %s", id, s.Sid, key, s.Resource[0])
				}
				seen[s.Resource[0]+kind] = true
			}
			bounded := s.Condition["ForAllValues:StringEquals"][policy.Attributes]
			if len(keys) == 0 || s.condition("Null", policy.LeadingKeys) != "false" || len(bounded) > 0 && s.condition("Null", policy.Attributes) != "false" {
				f.add("%s, %s does not bound the items: %v", id, s.Sid, s.Condition)
			}
		}
	}
	for table, all := range itemKinds() {
		for _, kind := range all {
			if !seen[table+kind] {
				f.add("nobody is for items %s# of %s", kind, table)
			}
		}
	}
	return f
}

// roleCall is a call of a function, in one line: "PutItem Records CERT", with the attributes it names
// behind, or "s3:PutObject endorsements/x".
type roleCall struct{ function, call string }

// read reads the line.
func (c roleCall) read() policy.Call {
	words := strings.Fields(c.call)
	if strings.Contains(words[0], ":") {
		resource := words[1]
		if strings.HasPrefix(words[0], "s3:") {
			bucket := "Files.Arn/"
			if strings.HasPrefix(resource, "journal/") {
				bucket = "Journal.Arn/"
			}
			resource = bucket + resource
		}
		return policy.Call{Action: words[0], Resource: resource}
	}
	call := policy.Call{Action: "dynamodb:" + words[0], Resource: words[1] + ".Arn", Context: map[string][]string{}}
	if len(words) > 2 {
		for kind := range strings.SplitSeq(words[2], "+") {
			if !strings.Contains(kind, "#") { // else it is a key's beginning already
				kind += "#x"
			}
			call.Context[policy.LeadingKeys] = append(call.Context[policy.LeadingKeys], kind)
		}
	}
	if len(words) > 3 {
		call.Context[policy.Attributes] = words[3:]
	}
	return call
}

// tries lays out lines of calls by function.
func tries(byFunction map[string]string) (all []roleCall) {
	for _, name := range slices.Sorted(maps.Keys(byFunction)) {
		for line := range strings.Lines(byFunction[name]) {
			if line = strings.TrimSpace(line); line != "" {
				all = append(all, roleCall{name, line})
			}
		}
	}
	return all
}

// forbiddenCalls are what each function has no business with; what the first lines say was allowed once.
func forbiddenCalls() []roleCall {
	all := tries(map[string]string{
		"verify": `
			PutItem Records CERT
			PutItem Records COPY
			PutItem Records SEEN+CERT
			PutItem Records HOLDER
			UpdateItem Records CERT pk sk record
			UpdateItem Records SEEN pk sk holder
			UpdateItem Ledger SEEN pk sk holder
			DeleteItem Records SEEN
			DeleteItem Ledger SEEN
			Query Records SEEN
			Query Ledger SEEN
			BatchGetItem Records HOLDER
			BatchGetItem Records SEEN
			BatchGetItem Ledger SEEN
			BatchGetItem Records CERT+REPORT
			GetItem Sessions SESSION
			PutItem Sessions SESSION
			PutItem Sessions TOKEN
			UpdateItem Sessions SESSION pk sk identifiedUntil
			DeleteItem Sessions LIMIT
			DeleteItem Sessions LIMIT#verify-number#x
			PutItem Sessions LIMIT#login-account#x
			UpdateItem Sessions LIMIT#login-strangers#x pk sk full
			UpdateItem Sessions LIMIT#challenge#x pk sk full
			s3:GetObject endorsements/x`,
		"identify": `
			PutItem Sessions LIMIT#login-account#x
			UpdateItem Sessions LIMIT#login-strangers#x pk sk full
			UpdateItem Sessions LIMIT#verify-number#x pk sk full
			PutItem Sessions LIMIT#code-phone#x
			PutItem Sessions SESSION
			PutItem Sessions CHALLENGE+SESSION
			UpdateItem Sessions SESSION pk sk holder
			UpdateItem Sessions SESSION pk sk username portal
			UpdateItem Sessions SESSION pk sk expires identifiedUntil
			UpdateItem Sessions SESSION pk sk ttl
			UpdateItem Sessions SESSION
			DeleteItem Sessions SESSION
			GetItem Sessions PHONE
			GetItem Sessions CODE
			PutItem Sessions TOKEN
			PutItem Sessions ACCOUNT
			GetItem Sessions FACE
			UpdateItem Sessions FACE pk sk at
			DeleteItem Sessions FACE
			PutItem Sessions HOLDER
			PutItem Sessions CLIENT
			UpdateItem Sessions CODE pk sk tries
			BatchGetItem Records CERT`,
		"certificates": `
			PutItem Records CERT
			PutItem Records HOLDER
			PutItem Records COPY
			UpdateItem Records CERT pk sk record
			UpdateItem Records HOLDER pk sk former
			UpdateItem Records HOLDER pk sk v boundAt
			UpdateItem Records BIND pk sk former
			DeleteItem Records HOLDER
			BatchGetItem Records HOLDER
			DeleteItem Records CERT
			DeleteItem Records SEEN
			DeleteItem Ledger SEEN
			Query Records COPY
			Query Records REPORT
			PutItem Sessions SESSION
			GetItem Sessions TOKEN
			s3:GetObject endorsements/x`,
		"endorse": `
			PutItem Records CERT
			PutItem Records SEEN
			PutItem Ledger SEEN
			PutItem Records COPY+CERT
			UpdateItem Records CERT pk sk record
			UpdateItem Records CERT pk sk latest
			UpdateItem Records CERT pk sk ttl
			UpdateItem Records SEEN pk sk verdict
			UpdateItem Ledger SEEN pk sk verdict
			DeleteItem Records COPY
			Query Records SEEN
			Query Ledger SEEN
			Query Records HOLDER
			BatchGetItem Records HOLDER
			UpdateItem Records BIND pk sk boundAt
			UpdateItem Records STATUS pk sk next
			DeleteItem Records STATUS
			PutItem Sessions SESSION
			s3:GetObject endorsements/x
			s3:PutObject drops/x`,
		"download": `
			PutItem Records COPY
			UpdateItem Records COPY pk sk withdrawnAt
			Query Records COPY
			BatchGetItem Records CERT+REPORT
			GetItem Sessions PHONE
			GetItem Sessions TOKEN
			s3:PutObject endorsements/x
			s3:GetObject drops/x`,
		"report": `
			PutItem Records COPY
			PutItem Records SEEN
			PutItem Ledger SEEN
			PutItem Records CERT+COPY
			UpdateItem Records COPY pk sk withdrawnAt
			UpdateItem Records REPORT pk sk progress
			UpdateItem Records REPORT pk sk run
			UpdateItem Records REPORT pk sk areas
			Query Records REPORTER
			DeleteItem Records REPORTER
			UpdateItem Records DISPUTE pk sk settledAt
			DeleteItem Records DISPUTE
			DeleteItem Records DISPUTES
			DeleteItem Records NUMBER
			Query Records NUMBER
			DeleteItem Records COPY
			DeleteItem Records HOLDER
			DeleteItem Records BIND
			DeleteItem Records REPORT
			BatchGetItem Records COPY
			BatchGetItem Records SEEN
			BatchGetItem Ledger SEEN
			BatchGetItem Records HOLDER
			GetItem Sessions SESSION
			PutItem Sessions TOKEN
			s3:PutObject results/x
			s3:PutObject endorsements/x`,
		"intake": `
			PutItem Records COPY
			PutItem Records SEEN
			PutItem Ledger SEEN
			PutItem Records REPORT
			UpdateItem Records COPY pk sk withdrawnAt
			UpdateItem Records REPORT pk sk client
			UpdateItem Records REPORT pk sk areas progress
			UpdateItem Records REPORT
			UpdateItem Records CERT+REPORT pk sk run
			UpdateItem Records REPORTER pk sk files
			UpdateItem Records REPORT pk sk revokedAt
			PutItem Records REPORTER
			Query Records PAST
			DeleteItem Records COPY
			DeleteItem Records HOLDER
			BatchGetItem Records COPY
			GetItem Sessions TOKEN
			s3:PutObject endorsements/x
			s3:GetObject endorsements/x`,
		"jobs": `
			PutItem Records CERT
			PutItem Records COPY
			PutItem Records SEEN+CERT
			UpdateItem Records SEEN pk sk verdict
			UpdateItem Ledger SEEN pk sk verdict
			UpdateItem Records JOB pk sk client
			UpdateItem Records JOB pk sk question progress
			UpdateItem Records JOB
			DeleteItem Records SEEN
			DeleteItem Ledger SEEN
			DeleteItem Records JOB
			Query Records SEEN
			Query Ledger SEEN
			Query Records JOBS
			BatchGetItem Records HOLDER
			BatchGetItem Records SEEN
			BatchGetItem Ledger SEEN
			BatchGetItem Records JOB+REPORT
			GetItem Sessions SESSION
			PutItem Sessions TOKEN
			PutItem Sessions LIMIT#verify-number#x
			PutItem Sessions LIMIT#login-account#x
			sqs:ReceiveMessage Drops.Arn
			s3:PutObject endorsements/x
			s3:GetObject endorsements/x
			s3:GetObject drops/x
			s3:PutObject results/x`,
		"login": `
			DeleteItem Sessions ACCOUNT
			DeleteItem Sessions PHONE
			DeleteItem Sessions HOLDER
			DeleteItem Sessions CLIENT
			Query Sessions HOLDER
			Query Sessions CLIENT
			DeleteItem Sessions JTI
			PutItem Sessions FACE
			UpdateItem Sessions ACCOUNT pk sk password
			UpdateItem Sessions SESSION pk sk identifiedUntil
			PutItem Sessions CHALLENGE
			GetItem Sessions CHALLENGE
			BatchGetItem Records CERT
			s3:GetObject endorsements/x`,
	})
	for _, name := range functionNames() {
		for _, line := range []string{
			"Scan Records", "Scan Sessions", "Scan Ledger", "PutItem Ledger", "DeleteItem Ledger SEEN", "UpdateItem Ledger SEEN pk sk h", "BatchWriteItem Ledger SEEN", "DeleteTable Ledger", "Query Sessions ACCOUNT", "Query Records", "GetItem Records", "BatchGetItem Records", "PutItem Records",
			"GetItem Sessions", "PutItem Sessions", "UpdateItem Sessions", "DeleteItem Sessions", "BatchWriteItem Records CERT",
			"PartiQLSelect Sessions ACCOUNT", "PartiQLUpdate Records CERT", "DeleteTable Records", "kms:Decrypt DataKey.Arn", "kms:Sign DataKey.Arn",
			"s3:DeleteObject endorsements/x", "s3:GetObject journal/withdrawal/x", "s3:DeleteObject journal/withdrawal/x",
			"s3:PutObjectRetention journal/withdrawal/x", "s3:PutObject journal/erasure/x", "s3:PutObject journal/audit/x", "sqs:SendMessage Drops.Arn", "sqs:SendMessage Archives.Arn",
		} {
			all = append(all, roleCall{name, line})
		}
		if name != "login" { // passwords' hashes are for the one who checks passwords
			for _, line := range []string{"GetItem Sessions ACCOUNT", "BatchGetItem Sessions ACCOUNT", "Query Sessions ACCOUNT", "PutItem Sessions ACCOUNT", "GetItem Sessions LINK"} {
				all = append(all, roleCall{name, line})
			}
		}
		if name != "endorse" {
			all = append(all, roleCall{name, "kms:Sign SigningKeyArns"})
		}
		if name != "report" && name != "intake" { // the register is the authorities'
			for _, line := range []string{"PutItem Records CERT", "PutItem Records NUMBER", "PutItem Records HOLDER", "PutItem Records PAST"} {
				all = append(all, roleCall{name, line})
			}
		}
		for _, line := range []string{"UpdateItem Records CERT pk sk record", "UpdateItem Records HOLDER pk sk former"} {
			all = append(all, roleCall{name, line}) // a record is replaced whole, with its tag
		}
		for _, line := range []string{"UpdateItem Records PAST pk sk record", "UpdateItem Records PAST+CERT pk sk record", "DeleteItem Records PAST", "BatchWriteItem Records PAST"} {
			all = append(all, roleCall{name, line}) // what was stays as it was
		}
		for kind, writer := range journalWriters() {
			if name != writer {
				all = append(all, roleCall{name, "s3:PutObject journal/" + string(kind) + "/x"})
			}
		}
		if name != "endorse" {
			all = append(all, roleCall{name, "PutItem Records COPY"}, roleCall{name, "UpdateItem Records COPY pk sk revokedAt"}, roleCall{name, "PutItem Records KEYSETS"})
		}
		if name != "report" { // for the authority; otherwise operators change the state of a seal
			all = append(all, roleCall{name, "PutItem Records SEALS"})
		}
		for _, line := range []string{"UpdateItem Records SEALS pk sk record", "DeleteItem Records SEALS", "UpdateItem Records KEYSETS pk sk issuer", "DeleteItem Records KEYSETS"} {
			all = append(all, roleCall{name, line})
		}
		if name != "verify" && name != "jobs" {
			all = append(all, roleCall{name, "PutItem Records SEEN"}, roleCall{name, "PutItem Ledger SEEN"})
		}
	}
	return all
}

// journalWriters are the functions that write entries of a kind; the other kinds are operators'.
func journalWriters() map[journal.Kind]string {
	return map[journal.Kind]string{journal.Withdrawal: "endorse", journal.ConsentRevoked: "endorse", journal.Password: "login"}
}

// neededCalls are those by which each function does its work. Those of the local stack's end-to-end tests
// are judged by the same roles as they are made.
func neededCalls() []roleCall {
	return tries(map[string]string{
		"login": `
			GetItem Sessions ACCOUNT
			GetItem Sessions PHONE
			GetItem Sessions LINK
			GetItem Sessions SESSION
			GetItem Sessions TOKEN
			GetItem Sessions FACE
			BatchGetItem Sessions ACCOUNT+PHONE
			PutItem Sessions ACCOUNT+HOLDER+CLIENT+PHONE+LINK
			PutItem Sessions ACCOUNT+SESSION
			PutItem Sessions TOKEN+JTI
			s3:PutObject journal/password/2026-11-23/id.json
			PutItem Sessions CODE
			PutItem Sessions LIMIT
			UpdateItem Sessions CODE pk sk tries
			UpdateItem Sessions LIMIT pk sk full ttl by
			DeleteItem Sessions SESSION+LIMIT
			DeleteItem Sessions CODE`,
		"identify": `
			GetItem Sessions SESSION
			GetItem Sessions CHALLENGE
			PutItem Sessions CHALLENGE
			PutItem Sessions JTI
			PutItem Sessions LIMIT#challenge#x
			UpdateItem Sessions LIMIT#challenge#x pk sk full ttl by
			UpdateItem Sessions CHALLENGE pk sk state device finished tagState
			UpdateItem Sessions CHALLENGE+SESSION pk sk state device reason finished tagState identifiedUntil identifiedBy vouchedBy tagIdentified`,
		"certificates": `
			GetItem Sessions SESSION
			GetItem Sessions PHONE
			BatchGetItem Records CERT+COPY+BIND
			Query Records HOLDER
			Query Records SEEN
			Query Ledger SEEN
			ConditionCheckItem Records HOLDER pk sk former
			Query Records BIND
			UpdateItem Records BIND pk sk v boundAt tag
			DeleteItem Records BIND`,
		"endorse": `
			GetItem Sessions SESSION
			GetItem Sessions PHONE
			BatchGetItem Records CERT+COPY+BIND+SEALS
			BatchGetItem Records STATUS
			Query Records COPY
			Query Records KEYSETS
			PutItem Records KEYSETS
			PutItem Records COPY
			PutItem Records STATUS
			UpdateItem Records COPY pk sk withdrawnAt withdrawnWhy tagWithdrawn holder
			ConditionCheckItem Records CERT pk sk revision holder
			ConditionCheckItem Records CERT+COPY pk sk revision holder latest
			s3:PutObject endorsements/c/e/digest.pdf
			s3:PutObject journal/withdrawal/2026-11-23/id.json
			s3:PutObject journal/consent-revoked/2026-11-23/id.json
			kms:Sign SigningKeyArns`,
		"download": `
			GetItem Sessions SESSION
			BatchGetItem Records CERT+COPY+BIND
			s3:GetObject endorsements/c/e/digest.pdf`,
		"verify": `
			GetItem Sessions TOKEN
			PutItem Sessions LIMIT#verify-number#x
			UpdateItem Sessions LIMIT#verify-number-own-site#x pk sk full ttl by
			BatchGetItem Records CERT+COPY+SEALS
			BatchGetItem Records NUMBER
			PutItem Ledger SEEN
			PutItem Records SEEN`,
		"report": `
			GetItem Sessions TOKEN
			BatchGetItem Records NUMBER
			BatchGetItem Records CERT
			BatchGetItem Records REPORT
			BatchGetItem Records DISPUTE
			Query Records DISPUTE
			Query Records DISPUTES
			BatchGetItem Records SEALS
			PutItem Records SEALS
			Query Records KEYSETS
			ConditionCheckItem Records KEYSETS
			s3:PutObject journal/seal-stopped/x
			PutItem Records DISPUTE+DISPUTES
			PutItem Records CERT+PAST+NUMBER+HOLDER
			PutItem Records REPORT
			PutItem Records REPORTER
			PutItem Records REPORT+REPORTER
			UpdateItem Records REPORTER pk sk v ttl files bytes openFiles openBytes
			UpdateItem Records REPORT pk sk client revokedAt tagRevoked ended
			Query Records PAST
			DeleteItem Records CERT
			s3:PutObject drops/x
			s3:GetObject results/x`,
		"intake": `
			BatchGetItem Records NUMBER
			BatchGetItem Records CERT
			PutItem Records CERT+PAST+NUMBER+HOLDER
			UpdateItem Records REPORT pk sk run
			UpdateItem Records REPORT pk sk progress run
			UpdateItem Records REPORT pk sk progress run ended
			UpdateItem Records REPORTER pk sk openFiles openBytes
			DeleteItem Records CERT
			s3:GetObject drops/x
			s3:DeleteObject drops/x
			s3:PutObject results/x
			sqs:ReceiveMessage Drops.Arn`,
		"jobs": `
			GetItem Sessions TOKEN
			PutItem Sessions LIMIT#verify-jobs#x
			BatchGetItem Records JOB
			BatchGetItem Records JOBS
			BatchGetItem Records CERT+COPY
			PutItem Records JOB+JOBS
			UpdateItem Records JOB pk sk run
			UpdateItem Records JOB pk sk progress tagProgress run
			PutItem Ledger SEEN
			PutItem Records SEEN
			s3:PutObject archives/x
			s3:GetObject archives/x
			s3:DeleteObject archives/x
			s3:PutObject verdicts/x
			s3:GetObject verdicts/x
			s3:DeleteObject verdicts/x
			sqs:ReceiveMessage Archives.Arn`,
	})
}

func functionNames() []string {
	return []string{"login", "identify", "certificates", "endorse", "download", "verify", "report", "intake", "jobs"}
}

// rolesOf reads the roles of a copy of the template.
func (d deployment) rolesOf() (map[string]policy.Role, error) {
	text, err := yaml.Marshal(&d.root)
	if err != nil {
		return nil, err
	}
	return policy.Roles(text)
}

// tryForbiddenCalls tries what no function may do.
func tryForbiddenCalls(d deployment) (f faults) {
	roles, err := d.rolesOf()
	if err != nil {
		f.add("%v", err)
		return f
	}
	for _, c := range forbiddenCalls() {
		if by := roles[c.function].GrantingStatement(c.read()); by >= 0 {
			f.add("%s may %s, by %s", c.function, c.call, roles[c.function][by].Sid)
		}
	}
	return f
}

// tryNeededCalls tries what every function does.
func tryNeededCalls(d deployment) (f faults) {
	roles, err := d.rolesOf()
	if err != nil {
		f.add("%v", err)
		return f
	}
	if got := slices.Sorted(maps.Keys(roles)); len(got) != len(functionNames()) {
		f.add("the roles are those of %v", got)
	}
	for _, c := range neededCalls() {
		if !roles[c.function].Allows(c.read()) {
			f.add("%s may not %s", c.function, c.call)
		}
	}
	return f
}

// oldGrants are statements as they stood once: too wide, and not to come back.
func oldGrants() map[string]string {
	grant := func(table string, actions ...string) string {
		return "- {Sid: Old, Effect: Allow, Action: [" + strings.Join(actions, ", ") + "], Resource: !GetAtt " + table + ".Arn}"
	}
	bounded := func(table, beginning string, actions ...string) string {
		if !strings.Contains(beginning, "#") {
			beginning += "#"
		}
		return strings.TrimSuffix(grant(table, actions...), "}") + `, Condition: {ForAllValues:StringLike: {"dynamodb:LeadingKeys": ["` + beginning + `*"]}}}`
	}
	reads := []string{"dynamodb:GetItem", "dynamodb:BatchGetItem"}
	return map[string]string{
		"Login: all of the sessions":                            grant("Sessions", append(reads, "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem")...),
		"Identify: all of the sessions":                         grant("Sessions", append(reads, "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem")...),
		"Certificates: every session and account":               grant("Sessions", "dynamodb:GetItem"),
		"Certificates: every record":                            grant("Records", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"),
		"Endorse: every session and account":                    grant("Sessions", "dynamodb:GetItem"),
		"Endorse: every record":                                 grant("Records", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"),
		"Download: every session and account":                   grant("Sessions", "dynamodb:GetItem"),
		"Download: every record":                                grant("Records", "dynamodb:BatchGetItem"),
		"Verify: every record to read":                          grant("Records", "dynamodb:BatchGetItem"),
		"Verify: certificates to write":                         bounded("Records", "CERT", "dynamodb:PutItem"),
		"Verify: every limit":                                   bounded("Sessions", "LIMIT", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		"Verify: limits, and what names no limit":               bounded("Sessions", "LIMIT#verify-", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		"Identify: every limit":                                 bounded("Sessions", "LIMIT", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		"Intake: all of a report":                               bounded("Records", "REPORT", "dynamodb:UpdateItem"),
		"Verify: tokens, and what names no token":               bounded("Sessions", "TOKEN", "dynamodb:GetItem"),
		"Report: every session and account":                     grant("Sessions", "dynamodb:GetItem"),
		"Report: every record":                                  grant("Records", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"),
		"Intake: every record":                                  grant("Records", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"),
		"Endorse: the record, to note the newest copy":          bounded("Records", "CERT", "dynamodb:UpdateItem"),
		"Identify: sessions to change":                          bounded("Sessions", "SESSION", "dynamodb:UpdateItem"),
		"Identify: accounts to read":                            bounded("Sessions", "ACCOUNT", "dynamodb:GetItem"),
		"Jobs: every record":                                    grant("Records", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
		"Jobs: all of a job":                                    bounded("Records", "JOB", "dynamodb:UpdateItem"),
		"Report: disputes to settle":                            bounded("Records", "DISPUTE", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
		"Report: versions to write again":                       bounded("Records", "PAST", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
		"Intake: versions to write again":                       bounded("Records", "PAST", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
		"Report: what was made from certificates":               bounded("Records", "COPY", "dynamodb:PutItem"),
		"Certificates: what was made from certificates":         bounded("Records", "COPY", "dynamodb:PutItem"),
		"Verify: what was made from certificates":               bounded("Records", "COPY", "dynamodb:PutItem"),
		"Certificates: by what a certificate is found":          bounded("Records", "HOLDER", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
		"Certificates: whose a certificate is, to write freely": bounded("Records", "HOLDER", "dynamodb:PutItem"),
	}
}

// TestEveryOldGrantIsRefused puts them back, one at a time: the form of each is wrong, and what it
// allows beyond what the function does is found by trying.
func TestEveryOldGrantIsRefused(t *testing.T) {
	template := templateText(t)
	for name, grant := range oldGrants() {
		t.Run(name, func(t *testing.T) {
			function, _, _ := strings.Cut(name, ":")
			logs := regexp.MustCompile(`(?m)^ +- \{Sid: Logs, .*!GetAtt ` + function + `Logs\.Arn\}\n`).FindString(template)
			if logs == "" {
				t.Fatalf("%s has no statement of logs to put the grant behind", function)
			}
			indent := logs[:strings.IndexByte(logs, '-')]
			put := func(statement string) deployment {
				return parseDeployment(t, strings.Replace(template, logs, logs+indent+statement+"\n", 1))
			}
			if found := kinds(put(grant)); len(found) == 0 {
				t.Error("its form was not noticed")
			}
			if found := tryForbiddenCalls(put(grant)); len(found) == 0 {
				t.Error("what it allows was not noticed")
			}
			// In the form that is asked for it allows too much still, but for those whose form alone was wrong.
			formed := strings.Replace(grant, `*"]}}}`, `*"]}, "Null": {"dynamodb:LeadingKeys": "false"}}}`, 1)
			if found := tryForbiddenCalls(put(formed)); len(found) == 0 && !strings.Contains(name, "and what names no") {
				t.Error("what it allows was not noticed once its form was right")
			}
			if found := tryNeededCalls(put(grant)); len(found) > 0 {
				t.Errorf("it was not understood: %v", found)
			}
		})
	}
}
