package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// row is a valid row with this state.
func row(state string) string {
	return `{"scheme":"constructor-1","number":"京1112019202000001","holder":{"name":"张三","sex":"男","birth":"1980-01-01",` +
		`"idType":"111","idNo":"110101198001010010"},"employer":{"name":"示例建设集团有限公司","uscc":"91110000MA00000152"},` +
		`"specialties":[{"name":"建筑工程","from":"2025-07-01","to":"2028-06-30"}],"issuedOn":"2020-12-11","areaCode":"110000","state":"` + state + `"}`
}

type fixture struct {
	*recordstest.Fixture
	app *app
	log *bytes.Buffer
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	h, log := recordstest.NewFixture(t), &bytes.Buffer{}
	return fixture{h, &app{certificates: h.Records, journal: h.Journal, uploads: h.Records, files: h.Files, schemes: h.Schemes, clients: clients("110000"), now: h.Clock.Now, log: log}, log}
}

// clients returns the clients that may report: one, for these areas.
func clients(areas ...string) []identity.Client {
	return []identity.Client{{ID: "beijing-registry", Kind: "authority", Areas: areas, Schemes: []string{"*"}, Scopes: []string{identity.ScopeReport}}}
}

// announce announces a file of this many bytes.
func (d fixture) announce(t *testing.T, size int64) records.Upload {
	t.Helper()
	upload := records.Upload{
		ID: records.NewID(d.Clock.Now()), Client: "beijing-registry", Areas: []string{"110000"}, Schemes: []string{"*"}, Lang: "zh-CN",
		Bytes: size, At: d.Clock.Now(),
	}
	if err := d.Records.AnnounceUpload(t.Context(), upload); err != nil {
		t.Fatal(err)
	}
	return upload
}

// uploadFile announces a file and uploads it.
func (d fixture) uploadFile(t *testing.T, file string) records.Upload {
	t.Helper()
	upload := d.announce(t, int64(len(file)))
	if err := d.Files.Write(t.Context(), reporting.UploadKey(upload.ID), reporting.MediaType, []byte(file)); err != nil {
		t.Fatal(err)
	}
	return upload
}

// progressLosingStore is a register that loses the progress: the run dies after its rows are
// imported.
type progressLosingStore struct{ *records.Store }

func (progressLosingStore) SaveUploadProgress(context.Context, string, int64, records.Progress) (bool, error) {
	return false, errors.New("killed")
}

func TestRowsThatLandedBeforeTheNoteWasLostLandOnce(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, row("01")+"\n"+row("02")+"\n"+row("01")+"\n")
	d.app.uploads = progressLosingStore{d.Records}
	if _, err := d.app.run(t.Context(), upload.ID); err == nil {
		t.Fatal("the run was not killed")
	}
	d.app.uploads = d.Records
	done, err := d.app.run(t.Context(), upload.ID)
	if err != nil || !done.IsDone() || done.Rows != 3 || done.Accepted != 3 {
		t.Fatalf("%+v, %v", done, err)
	}
	r, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil || r.Revision != 3 || r.Certificate.State != "01" {
		t.Errorf("revision %d, state %s, %v; three rows make three revisions", r.Revision, r.Certificate.State, err)
	}
	if keys := d.Keys(t, d.Bucket); len(keys) != 0 {
		t.Errorf("the bucket still holds %v", keys)
	}
}

func TestRefusedRowsAreWrittenDownWithTheirNumbers(t *testing.T) {
	d := newFixture(t)
	elsewhere := strings.Replace(row("01"), `"areaCode":"110000"`, `"areaCode":"310000"`, 1)
	upload := d.uploadFile(t, elsewhere+"\n\n{\n"+row("01")+"\n"+strings.Repeat("x", blockSize+1)+"\n"+row("09"))
	done, err := d.app.run(t.Context(), upload.ID)
	if err != nil || done.Accepted != 1 || done.Refused != 4 {
		t.Fatalf("%+v, %v", done, err)
	}
	var got []string
	lines := json.NewDecoder(strings.NewReader(d.Object(t, d.Bucket, reporting.ResultKey(upload.ID))))
	for lines.More() {
		var o reporting.Outcome
		if err := lines.Decode(&o); err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join([]string{string(rune('0' + o.Row)), o.Errors[0].Rule}, " "))
	}
	if len(got) != 4 || got[0] != "1 area.foreign" || got[1] != "2 malformed-json" || got[2] != "4 row.length" || !strings.HasPrefix(got[3], "5 ") {
		t.Errorf("%q", got)
	}
}

func TestARunWhoseTimeIsUpLeavesTheRestToTheNext(t *testing.T) {
	d := newFixture(t)
	upload := d.uploadFile(t, row("01"))
	short, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	late := func() time.Time { deadline, _ := short.Deadline(); return deadline.Add(-timeReserve / 2) }
	d.app.now = late
	if _, err := d.app.run(short, upload.ID); !errors.Is(err, errTimeUp) {
		t.Errorf("got %v", err)
	}
	body := `{"Records":[{"s3":{"object":{"key":"drops%2F` + upload.ID + `.ndjson"}}}]}`
	if d.app.handleMessage(short, body) {
		t.Error("the message was given up")
	}
	d.app.now = d.Clock.Now
	for range 2 { // S3 may notify twice
		if !d.app.handleMessage(t.Context(), body) {
			t.Errorf("the message is not done with: %s", d.log)
		}
	}
}

func TestNoticesOfOtherThingsAreDoneWith(t *testing.T) {
	a := &app{now: time.Now, log: &bytes.Buffer{}}
	for body, want := range map[string]bool{
		`{"Service":"Amazon S3","Event":"s3:TestEvent"}`:                               true,
		`{"Records":[{"s3":{"object":{"key":"results/01M84D7QDBC4MYB78VQ.ndjson"}}}]}`: true,
		`no JSON`: false,
	} {
		if got := a.handleMessage(t.Context(), body); got != want {
			t.Errorf("%s: %t", body, got)
		}
	}
}

// TestAFilePutAgainAfterItIsDoneIsRemoved: the upload link works for a quarter of an hour.
func TestAFilePutAgainAfterItIsDoneIsRemoved(t *testing.T) {
	for how, clients := range map[string][]identity.Client{"done": nil, "refused": {}} {
		t.Run(how, func(t *testing.T) {
			d := newFixture(t)
			if clients != nil {
				d.app.clients = clients
			}
			upload := d.uploadFile(t, row("01"))
			body := `{"Records":[{"s3":{"object":{"key":"drops%2F` + upload.ID + `.ndjson"}}}]}`
			for again := range 2 {
				if err := d.Files.Write(t.Context(), reporting.UploadKey(upload.ID), reporting.MediaType, []byte(row("04"))); err != nil {
					t.Fatal(err)
				}
				if !d.app.handleMessage(t.Context(), body) {
					t.Fatalf("put for time %d, the message is not done with: %s", again, d.log)
				}
				if keys := d.Keys(t, d.Bucket); len(keys) != 0 {
					t.Errorf("put for time %d, the bucket still holds %v", again, keys)
				}
			}
			r, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
			if landed := err == nil && r.Revision == 1; landed != (clients == nil) {
				t.Errorf("revision %d, %v", r.Revision, err)
			}
		})
	}
}
