package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// entries returns the entries of the audit log.
func (d *fixture) entries(t *testing.T) (all []auditEntry) {
	t.Helper()
	err := d.log.Read(t.Context(), journal.Audit, d.now, func(e journal.Entry) error {
		var said auditEntry
		all = append(all, said)
		return json.Unmarshal(e.What, &all[len(all)-1])
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) })
	if err != nil {
		t.Fatal(err)
	}
	// Both entries have the same millisecond, because the clock is fixed.
	slices.SortStableFunc(all, func(a, b auditEntry) int { return strings.Compare(a.Run+a.Phase, b.Run+b.Phase) })
	return all
}

// ofTables are the commands that use the tables, with arguments for this test.
func ofTables() map[string][]string {
	return map[string][]string{
		"accounts show": {"nobody@mohurd"}, "accounts end": {"nobody@mohurd"}, "accounts list": {"-holder", "nobody@mohurd"},
		"accounts revoke": {"-yes", "-client", "mohurd-portal", "-from", "2026-11-23"}, "history": {"京1112019202000001"},
		"export": {"nobody@mohurd"}, "erase": {"-yes", "nobody@mohurd"}, "migrate": {"-yes"}, "check": nil, "audit": nil,
		"undo": {"-yes", "01M838Z2G0STJVENKEYREP0RT1"}, "reports list": {"beijing-registry"}, "reports revoke": {"beijing-registry"},
		"disputes list": {}, "disputes settle": {"京1112019202000001", "01M838Z2G0CX9YKV8EHQK9R5NT", "-to", "keeper", "-why", "x"},
		"seals list": nil, "seals report": {"-day", "2026-11-23"}, "seals state": {"11100000000013338W", "11010200000001", "suspended", "-why", "x", "-foreign", "-yes"},
		"status write": {"lists", "-keys", "nowhere"}, "status check": {"lists", "-trust", "audit_test.go"},
		"restore replay": {"-since", "2026-11-23T10:00:00+08:00", "-yes"},
	}
}

// TestEveryCommandOnTheTablesIsInTheAuditLog, before it does anything, and again with its outcome.
func TestEveryCommandOnTheTablesIsInTheAuditLog(t *testing.T) {
	others := []string{"import", "verify", "log audit", "accounts put", "trust write", "trust show", "scheme check", "keys generate", "keys rotate", "keys show", "keys split", "keys init", "keys layers"}
	for name := range commands() {
		args, works := ofTables()[name]
		if !works {
			if !slices.Contains(others, name) {
				t.Errorf("nobody says whether jiazhu %s works on the tables", name)
			}
			continue
		}
		t.Run(name, func(t *testing.T) {
			d := newFixture(t)
			code, out, errOut := d.runCommand("", append(strings.Fields(name), args...)...)
			if code == 2 {
				t.Fatal(out, errOut)
			}
			all := d.entries(t)
			if len(all) != 2 || all[0].Phase != "begin" || all[1].Phase != "end" || all[0].Run != all[1].Run {
				t.Fatalf("the audit log says %+v", all)
			}
			want := map[bool]string{true: "done", false: "failed"}[code == 0]
			for _, e := range all {
				if e.Command != name || e.Who.AccessKey != os.Getenv("AWS_ACCESS_KEY_ID") || e.Yes != slices.Contains(args, "-yes") || len(e.Targets) == 0 && name != "migrate" && name != "check" {
					t.Errorf("%+v", e)
				}
			}
			if all[0].Result != "" || all[1].Result != want && all[1].Result == "done" {
				t.Errorf("it ended with %d, and the log says %q, %q", code, all[0].Result, all[1].Result)
			}
		})
	}
}

// TestTheAuditLogNamesNobody: the log names people by keyed hashes.
func TestTheAuditLogNamesNobody(t *testing.T) {
	d := newFixture(t)
	d.runCommand("110101198001010010\n", "export", "-")
	d.runCommand("", "export", "zhangsan@mohurd")
	d.runCommand("", "history", "京1112019202000001")
	said := ""
	for _, key := range d.cloud.Keys(t, d.settings[config.JournalBucket]) {
		said += d.cloud.Object(t, d.settings[config.JournalBucket], key)
	}
	for _, personal := range []string{"110101198001010010", "zhangsan", "1112019202000001"} {
		if strings.Contains(said, personal) {
			t.Errorf("the log shows %s", personal)
		}
	}
	for _, hashed := range []string{
		"holder:" + d.certificates.HolderKey("111", "110101198001010010"), "account:mohurd:" + d.sealer.Hash("audit/account", "mohurd", "zhangsan"),
	} {
		if !strings.Contains(said, hashed) {
			t.Errorf("the log does not name %s: %s", hashed, said)
		}
	}
}

// TestWithoutTheAuditLogNothingIsDone: nothing is changed or shown.
func TestWithoutTheAuditLogNothingIsDone(t *testing.T) {
	d := newFixture(t)
	r := d.put(t, records.Change{After: recordstest.Sample(d.now, nil, nil), By: records.Author{Client: "registry"}})
	if err := d.certificates.Bind(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: "mohurd"}, d.now); err != nil {
		t.Fatal(err)
	}
	bucket := d.settings[config.JournalBucket]
	d.settings[config.JournalBucket] = "jiazhu-no-such-bucket"
	for name, args := range map[string][]string{"erase": {"erase", "-yes", "-"}, "export": {"export", "-"}} {
		out, errOut := d.want(t, 1, "110101198001010010", args...)
		if out != "" || !strings.Contains(errOut, "nothing was done: the audit log cannot be written") {
			t.Errorf("%s: %s%s", name, out, errOut)
		}
	}
	if left, err := d.certificates.Bindings(t.Context(), r.Holder); err != nil || len(left) != 1 {
		t.Errorf("the bindings are %v, %v", left, err)
	}
	delete(d.settings, config.JournalBucket)
	d.settings[config.JournalBucket] = ""
	if _, errOut := d.want(t, 2, "", "history", "x"); !strings.Contains(errOut, "JOURNAL_BUCKET is not set") {
		t.Error(errOut)
	}
	d.settings[config.JournalBucket] = bucket
	if out, _ := d.want(t, 0, "110101198001010010", "export", "-"); !strings.Contains(out, "张三") {
		t.Error(out)
	}
}

// TestABucketThatTakesNoEntryLetsNothingBeDone, even if it can be read and has its lock.
func TestABucketThatTakesNoEntryLetsNothingBeDone(t *testing.T) {
	d := newFixture(t)
	r := d.put(t, records.Change{After: recordstest.Sample(d.now, nil, nil), By: records.Author{Client: "registry"}})
	if err := d.certificates.Bind(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: "mohurd"}, d.now); err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(os.Getenv("AWS_ENDPOINT_URL_S3"))
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }}
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			http.Error(w, "<Error><Code>AccessDenied</Code></Error>", http.StatusForbidden)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(refuses.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", refuses.URL)
	out, errOut := d.want(t, 1, "110101198001010010", "erase", "-yes", "-")
	if out != "" || !strings.Contains(errOut, "nothing was done: the audit log cannot be written") {
		t.Error(out, errOut)
	}
	if left, err := d.certificates.Bindings(t.Context(), r.Holder); err != nil || len(left) != 1 {
		t.Errorf("the bindings are %v, %v", left, err)
	}
}

// TestTheTokenServiceSaysWhoItIs: if there is one, the entry has its answer and not the machine's
// user.
func TestTheTokenServiceSaysWhoItIs(t *testing.T) {
	d := newFixture(t)
	const arn = "arn:aws-cn:sts::123456789012:assumed-role/operators/wang"
	answer := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte(`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>` + arn +
			`</Arn><UserId>AROA:wang</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`))
	}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r) }))
	defer service.Close()
	t.Setenv("AWS_ENDPOINT_URL_STS", service.URL)
	t.Setenv("USER", "somebody")
	d.runCommand("", "export", "nobody@mohurd")
	all := d.entries(t)
	if len(all) != 2 || all[0].Who.ARN != arn || all[0].Who.AccessKey != os.Getenv("AWS_ACCESS_KEY_ID") {
		t.Errorf("%+v", all)
	}
	answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }
	if _, errOut := d.want(t, 1, "", "export", "nobody@mohurd"); !strings.Contains(errOut, "nothing was done: the identity of the AWS credentials cannot be determined") {
		t.Error(errOut)
	}
	if again := d.entries(t); len(again) != 2 {
		t.Errorf("%+v", again)
	}
}

// TestAnOperatorCannotChangeTheAuditLog: with the credentials that wrote an entry, it is
// overwritten, deleted and its lock removed; what is read is what was written.
func TestAnOperatorCannotChangeTheAuditLog(t *testing.T) {
	d := newFixture(t)
	d.runCommand("", "export", "nobody@mohurd")
	before := d.entries(t)
	bucket, s := d.settings[config.JournalBucket], d.cloud.Buckets()
	for _, key := range d.cloud.Keys(t, bucket) {
		head, err := s.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("{}"), IfNoneMatch: aws.String("*")})
		wantRefused(t, "written over", err, "PreconditionFailed")
		_, err = s.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key, VersionId: head.VersionId, BypassGovernanceRetention: aws.Bool(true)})
		wantRefused(t, "removed", err, "AccessDenied")
		_, err = s.PutObjectRetention(t.Context(), &s3.PutObjectRetentionInput{
			Bucket: &bucket, Key: &key, VersionId: head.VersionId, BypassGovernanceRetention: aws.Bool(true),
			Retention: &types.ObjectLockRetention{Mode: types.ObjectLockRetentionModeGovernance, RetainUntilDate: aws.Time(d.now)},
		})
		if err == nil {
			t.Error("an entry can be let go of before its time")
		}
		// A delete marker, and a version written without the condition that the bucket's policy
		// requires, do not change what is read.
		if _, err := s.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	if after := d.entries(t); len(before) != 2 || len(after) != 2 || after[0].Run != before[0].Run {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

func wantRefused(t *testing.T, what string, err error, code string) {
	t.Helper()
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != code {
		t.Errorf("an entry can be %s: %v", what, err)
	}
}

// TestNothingHidesAnEntryOfTheAuditLog: whoever can write to the bucket adds another version or a
// delete marker to an entry. The newest versions show it; the audit command does not. Reading the
// log is logged too.
func TestNothingHidesAnEntryOfTheAuditLog(t *testing.T) {
	d := newFixture(t)
	d.want(t, 0, "", "disputes", "list")
	bucket, client := d.settings[config.JournalBucket], d.cloud.Buckets()
	for n, key := range d.cloud.Keys(t, bucket) {
		var err error
		if n == 0 {
			_, err = client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
		} else {
			_, err = client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("{}")})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out, _ := d.want(t, 0, "", "audit", "-since", d.now.Add(-time.Hour).Format(time.RFC3339))
	if strings.Count(out, `"command":"disputes list"`) != 2 || strings.Count(out, `"command":"audit"`) != 1 {
		t.Errorf("the log is\n%s", out)
	}
	d.now = d.now.Add(24 * time.Hour)
	if out, _ := d.want(t, 0, "", "audit", "-since", d.now.Format(time.RFC3339)); strings.Contains(out, "disputes list") {
		t.Errorf("since a day later:\n%s", out)
	}
	d.want(t, 2, "", "audit", "-since", "yesterday")
	forged := "journal/audit/2026-11-24/01JDB7W8R0T3E5KQ9Z2M4N6P8S.json"
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &forged, Body: strings.NewReader("{}")}); err != nil {
		t.Fatal(err)
	}
	if out, errOut := d.want(t, 1, "", "audit"); !strings.Contains(errOut, forged) || !strings.Contains(out, "disputes list") {
		t.Errorf("a forged entry: %s", errOut)
	}
}
