package e2e

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// retainedValue is what decision 38 keeps of somebody who was erased, in places of this form: kinds of values.
type retainedValue struct{ place, kinds string }

func keptItems() []retainedValue {
	return []retainedValue{
		{"Records CERT#<id> CERT", "name hash"},
		{"Records PAST#<id> VERSION#<n>", "name hash"},
		{"Records HOLDER#<hash> CERT#<id>", "hash"},
		{"Records COPY#<id> ENDORSE#<at>", "name hash purpose recipient user"},
		{"Records COPY#<id> LATEST", "hash"},
		{"Records COPY#<id> KEY#<hash>", "hash"},
		{"Records COPY#<id> CONSENT#<id>", "hash reader"},
		{"Ledger SEEN#<id> <id>", "hash asker"},
		{"Files endorsements .pdf", "name purpose recipient"},
		{"Files endorsements .ofd", "name purpose recipient"},
		{"Journal erasure", "hash"},
		{"Journal audit", "hash"},
		{"Journal password", "hash"},
		{"Journal withdrawal", "hash"},
		{"Journal consent-revoked", "hash"},
		{"Journal tagged", "hash"},
	}
}

// TestAfterErasingNothingIsFoundButWhatTheDecisionNames has somebody with accounts on both portals do everything, erases
// them, and looks for every value of theirs in the tables, all objects of both buckets, the queue and all logs.
func TestAfterErasingNothingIsFoundButWhatTheDecisionNames(t *testing.T) {
	c, h := newCommandLine(t), seed.EndorsableHolder(760, civil.Of(time.Now()))
	h.Name, h.Username = "司马示例", "simashili-760"
	h = h.WithSerial(760)
	values := map[string]string{
		h.IDNumber(): "number", h.Phone: "phone", h.Name: "name", h.Username: "user", "示例搜索项目投标": "purpose", "示例搜索招标单位": "recipient",
		"示例搜索读者": "reader", "示例搜索询问人": "asker", holderHash(t, h): "hash",
	}
	session := createPersonalData(t, h)
	before := find(t, values)
	for _, kind := range []string{"name", "user", "hash", "purpose", "recipient", "reader", "asker"} {
		if !slices.ContainsFunc(slices.Collect(maps.Values(before)), func(found string) bool { return strings.Contains(found, kind) }) {
			t.Errorf("before it, no %s is found, so none can be missing", kind)
		}
	}
	sessions := 0
	for place := range before {
		if strings.HasPrefix(place, "Sessions ") {
			sessions++
		}
	}
	if sessions < 5 {
		t.Errorf("before it, %d kinds of items of sessions name the person: %v", sessions, before)
	}

	out, _ := c.jiazhu(t, 0, h.IDNumber()+"\n", "erase", "-yes", "-")
	t.Log(out)
	if _, _, err := session.Certificates(t.Context()); err == nil {
		t.Error("the session goes on")
	}
	allowed := map[string]string{}
	for _, s := range keptItems() {
		allowed[s.place] = s.kinds
	}
	after := find(t, values)
	for place, found := range after {
		for kind := range strings.FieldsSeq(found) {
			if !slices.Contains(strings.Fields(allowed[place]), kind) {
				t.Errorf("the %s is in %s, which the decision does not name", kind, place)
			}
		}
	}
	for _, place := range []string{"Records CERT#<id> CERT", "Records COPY#<id> ENDORSE#<at>", "Ledger SEEN#<id> <id>", "Files endorsements .pdf", "Journal erasure"} {
		if after[place] == "" {
			t.Errorf("%s holds nothing of the person: it is not looked at, or what must be kept is gone", place)
		}
	}
}

// createPersonalData has a person do what leaves something of theirs, and returns an open session.
func createPersonalData(t *testing.T, h seed.Holder) *seed.Session {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(service.target().Enter(t.Context(), []seed.Holder{h}))
	s, certificate := loginAndIdentify(t, h)
	must(s.Bind(t.Context(), certificate))
	forget(t, "LIMIT#code-")
	must(s.Do(t.Context(), "POST", "/v1/account/phone/codes", map[string]string{"phone": h.Phone}, nil))
	ask := client.EndorsementAsk{Purpose: client.Purpose{Kind: "投标", Text: "示例搜索项目投标"}, Recipient: client.Recipient{Name: "示例搜索招标单位"}}
	made, err := s.Endorse(t.Context(), certificate, ask)
	must(err)
	first, err := s.Endorse(t.Context(), certificate, ask)
	must(err)
	given, err := s.Consent(t.Context(), made, "示例搜索读者", "name", "birth", "photo", "idNumber")
	must(err)
	ended, err := s.Consent(t.Context(), made, "示例搜索读者", "idNumber")
	must(err)
	must(s.Revoke(t.Context(), made, ended.Consent))
	verification(t, "", client.VerificationAsk{Token: given.Link, Asker: &client.Asker{Name: "示例搜索询问人"}})
	_, err = s.Withdraw(t.Context(), first, "不再参加")
	must(err)
	return s
}

// holderHash is the keyed hash by which the tables find a person.
func holderHash(t *testing.T, h seed.Holder) string {
	t.Helper()
	names, err := os.ReadFile(service.stack.Paths.NamesKey)
	if err != nil {
		t.Fatal(err)
	}
	v, err := fieldcrypto.New(fieldcrypto.KeyFiles{Names: names})
	if err != nil {
		t.Fatal(err)
	}
	return v.Hash("holder", "111", h.IDNumber())
}

// find is which kinds of values stand in which kinds of places, of everything that is stored.
func find(t *testing.T, values map[string]string) map[string]string {
	t.Helper()
	found := map[string]map[string]bool{}
	look := func(place, text string) {
		for value, kind := range values {
			if strings.Contains(text, value) {
				if found[place] == nil {
					found[place] = map[string]bool{}
				}
				found[place][kind] = true
			}
		}
	}
	for key, item := range items(t, "Records", "Ledger", "Sessions") {
		look(placeOf(key), key+" "+item)
		look(placeOf(key), unzipAnswer(item))
	}
	for _, bucket := range []string{"Files", "Journal"} {
		for key, data := range allObjects(t, bucket) {
			place := bucket + " " + strings.Split(key, "/")[0] + " " + filepath.Ext(key)
			if bucket == "Journal" {
				place = bucket + " " + strings.Split(key, "/")[1]
			}
			for _, text := range unpackObject(t, key, data) {
				look(place, key+" "+text)
			}
		}
	}
	queued, err := filepath.Glob(filepath.Join(service.data, "queues", "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range queued {
		data, err := os.ReadFile(file)
		if err != nil && !os.IsNotExist(err) { // taken meanwhile
			t.Fatal(err)
		}
		look("queue", string(data))
	}
	for name, log := range logs(t) {
		look("log of "+name, log)
	}
	flat := map[string]string{}
	for place, kinds := range found {
		flat[place] = strings.Join(slices.Sorted(maps.Keys(kinds)), " ")
	}
	return flat
}

var (
	aULID = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{26}`)
	aHash = regexp.MustCompile(`#[A-Za-z0-9_-]{43}(#.*)?$`)
	aTime = regexp.MustCompile(`#20\d\d-\d\d-\d\dT.*$`)
	anyOf = regexp.MustCompile(`#\d{10}$`)
)

// placeOf is the kind of an item: its key without what is its own.
func placeOf(key string) string {
	parts := strings.SplitN(key, " ", 3)
	for i, part := range parts {
		part = aTime.ReplaceAllString(part, "#<at>")
		part = anyOf.ReplaceAllString(part, "#<n>")
		part = aHash.ReplaceAllString(part, "#<hash>")
		parts[i] = aULID.ReplaceAllString(part, "<id>")
	}
	return strings.Join(parts, " ")
}

// unzipAnswer is what an item holds packed: the answer to a report.
func unzipAnswer(item string) string {
	_, packed, ok := strings.Cut(item, "\x1f\x8b")
	if !ok {
		return ""
	}
	r, err := gzip.NewReader(strings.NewReader("\x1f\x8b" + packed))
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(r)
	return string(text)
}

// allObjects are the objects of a bucket, every version of them.
func allObjects(t *testing.T, bucket string) map[string][]byte {
	t.Helper()
	c := service.stack.Storage.Config()
	client := awss3.NewFromConfig(c, func(o *awss3.Options) { o.BaseEndpoint, o.UsePathStyle = &service.stack.Storage.S3, true })
	name, all := aws.String(template.BucketName(bucket)), map[string][]byte{}
	pages := awss3.NewListObjectsV2Paginator(client, &awss3.ListObjectsV2Input{Bucket: name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Contents {
			got, err := client.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: name, Key: o.Key})
			if err != nil {
				t.Fatal(err)
			}
			var data bytes.Buffer
			_, err = data.ReadFrom(got.Body)
			_ = got.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			all[*o.Key] = data.Bytes()
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s is empty", bucket)
	}
	return all
}
