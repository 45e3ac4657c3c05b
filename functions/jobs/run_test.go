package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// verdicts lists a manifest's entries: path, verdict and, of one that was not read, why.
func verdicts(m credential.Manifest) (all []string) {
	for _, e := range m.Entries {
		all = append(all, strings.TrimSpace(e.Path+" "+e.Verdict+" "+e.Refused))
	}
	return all
}

func TestEveryEntryIsListedWithItsVerdict(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	archive := pack(
		t,
		file{"甲/证书.pdf", made.PDF},
		file{"甲/证书.ofd", made.OFD},
		file{"甲/", nil},
		file{"乙/二维码.txt", []byte(made.Endorsement.QR)},
		file{"乙/改过.pdf", issuetest.FlipBit(made.PDF, len(made.PDF)/2)},
		file{"乙/说明.txt", []byte("说明")},
		file{"=cmd.pdf", made.PDF},
		file{"../out.pdf", made.PDF},
		file{"A.pdf", made.PDF},
		file{"a.PDF", made.PDF},
		file{"inner.zip", pack(t, file{"x.pdf", made.PDF})},
		file{".hidden.pdf", made.PDF},
		file{`..\w.pdf`, made.PDF},
		file{"...", made.PDF},
		file{"__MACOSX/._a.pdf", made.PDF},
		file{"甲/.DS_Store", nil},
	)
	job := w.upload(t, archive, fields{"asOf": "", "specialty": "建筑工程"})
	if p := w.progress(t, job); p.State != "waiting" {
		t.Errorf("%+v", p)
	}
	w.judge(t, job)
	m := w.manifest(t, job)
	want := []string{
		"甲/证书.pdf valid", "甲/证书.ofd valid", "乙/二维码.txt valid", "乙/改过.pdf invalid", "乙/说明.txt unknown", "=cmd.pdf valid",
		"../out.pdf unknown path-leads", "A.pdf unknown path-twice", "a.PDF unknown path-twice", "inner.zip unknown", ".hidden.pdf valid", `..\w.pdf unknown path-leads`, "... valid",
	}
	if diff := cmp.Diff(want, verdicts(m)); diff != "" || m.PassedOver != 2 {
		t.Errorf("%d passed over: %s", m.PassedOver, diff)
	}
	if m.Archive.SHA256 != digest(archive) || m.Asker.ClientName != "某招标代理" || m.Question.Specialty != "建筑工程" || !m.Question.AsOf.IsZero() || m.Entries[0].AsOf.IsZero() || !m.Test {
		t.Errorf("%+v", m)
	}
	if e := m.Entries[0]; e.SHA256 != digest(made.PDF) || e.Claim.Endorsement != made.Endorsement.ID || e.Claim.Name != "张*" || e.Size != int64(len(made.PDF)) {
		t.Errorf("%+v", e)
	}
	p := w.progress(t, job)
	if p.State != "done" || p.Entries != 13 || p.Judged != 13 || p.Valid != 6 || p.Invalid != 1 || p.Unknown != 6 {
		t.Errorf("%+v", p)
	}
	rows := w.table(t, job)
	if len(rows) != 13 || rows[0][2] != "张*" || rows[0][4] != "有效" || rows[5][0] != "'=cmd.pdf" || !strings.Contains(rows[3][5], "内容与签名不符") {
		t.Errorf("%q", rows)
	}
	if !bytes.HasPrefix(fetch(t, p.Results.PDF), []byte("%PDF-")) {
		t.Error("the pages are no PDF")
	}
	ledger := w.ledger(t)
	if len(ledger) != 1 || ledger[0].Organisation != "某招标代理" || ledger[0].Purpose != "资格审查" || ledger[0].Endorsement != made.Endorsement.ID {
		t.Errorf("the ledger: %+v", ledger)
	}
	for _, key := range w.Keys(t, w.Bucket) {
		if !strings.HasPrefix(key, "verdicts/"+job+"/") || strings.HasSuffix(key, ".json") {
			t.Errorf("the bucket still has %s", key)
		}
	}
}

// killedStore is a register before which the function is killed at a save of the progress.
type killedStore struct {
	*records.Store
	saves *int
}

var errKilled = errors.New("killed")

func (k killedStore) SaveJobProgress(ctx context.Context, id string, run int64, p records.JobProgress) error {
	if *k.saves--; *k.saves < 0 {
		return errKilled
	}
	return k.Store.SaveJobProgress(ctx, id, run, p)
}

func TestAJobThatIsKilledAnywhereLosesAndDoublesNothing(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	var files []file
	for i := range 2*groupEntries + 5 {
		files = append(files, file{fmt.Sprintf("%02d.pdf", i), made.PDF})
	}
	archive := pack(t, files...)
	for kill := range 4 {
		job := w.upload(t, archive, nil)
		before := len(w.ledger(t))
		w.app.jobs = killedStore{w.Records, &kill}
		if w.app.handleMessage(t.Context(), notice(job)) {
			t.Fatal("the run was not killed")
		}
		w.app.jobs = w.Records
		w.Clock.Advance(time.Minute)
		w.judge(t, job)
		if got := verdicts(w.manifest(t, job)); len(got) != len(files) || got[0] != "00.pdf valid" || got[len(got)-1] != files[len(files)-1].name+" valid" {
			t.Errorf("%q", got)
		}
		if p := w.progress(t, job); p.Valid != len(files) || p.Judged != len(files) {
			t.Errorf("%+v", p)
		}
		if got := w.ledger(t); len(got) != before+1 {
			t.Errorf("%d entries of the ledger", len(got)-before)
		}
	}
}

func TestAnArchiveThatIsNotWhatWasAnnouncedIsRefused(t *testing.T) {
	w := newFixture(t)
	for want, archive := range map[string][]byte{
		"archive.form":  []byte("no archive, whatever it is called"),
		"archive.empty": pack(t, file{"dir/", nil}),
	} {
		job := w.upload(t, archive, nil)
		w.judge(t, job)
		if p := w.progress(t, job); p.State != "refused" || p.Refused.Rule != want || p.Refused.Detail == "" || p.Results != nil {
			t.Errorf("want %s: %+v", want, p)
		}
	}
	archive := pack(t, file{"a", []byte("x")})
	var at place
	w.post(t, "key-of-another", fields{"bytes": len(archive), "sha256": strings.Repeat("0", 64)}).Into(t, 201, &at)
	w.put(t, at, archive, 200)
	w.judge(t, at.Job)
	if p := w.progress(t, at.Job); p.State != "refused" || p.Refused.Rule != "archive.sha256" {
		t.Errorf("%+v", p)
	}
	if keys := w.Keys(t, w.Bucket); len(keys) != 0 {
		t.Errorf("the bucket still has %v", keys)
	}
}

func TestARunWhoseTimeIsUpLeavesTheRestToTheNext(t *testing.T) {
	w := newFixture(t)
	job := w.upload(t, pack(t, file{"a", []byte("x")}), nil)
	short, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	w.app.now = func() time.Time { deadline, _ := short.Deadline(); return deadline.Add(-timeReserve / 2) }
	if _, err := w.app.run(short, job); !errors.Is(err, errTimeUp) {
		t.Errorf("got %v", err)
	}
	w.app.now = w.Clock.Now
	w.judge(t, job)
	w.judge(t, job) // S3 may notify twice
}

func TestAnEntryAtWhichRunsEndIsPassedOver(t *testing.T) {
	w := newFixture(t)
	job := w.upload(t, pack(t, file{"a.txt", []byte("x")}, file{"b.txt", []byte("y")}), nil)
	for range runsToPassOver { // each of these runs is killed before the results of its first group are saved
		saves := 1
		w.app.jobs = killedStore{w.Records, &saves}
		if w.app.handleMessage(t.Context(), notice(job)) {
			t.Fatal("the run was not killed")
		}
	}
	w.app.jobs = w.Records
	w.judge(t, job)
	if diff := cmp.Diff([]string{"a.txt unknown unjudged", "b.txt unknown"}, verdicts(w.manifest(t, job))); diff != "" {
		t.Error(diff)
	}
}

// A run whose beginning was not answered has come to no entry, and the SDK begins it once more.
func TestARunThatOnlyBeganEndedAtNoEntry(t *testing.T) {
	w := newFixture(t)
	job := w.upload(t, pack(t, file{"a.txt", []byte("x")}), nil)
	for range 2 * runsToPassOver {
		if _, err := w.Records.BeginJobRun(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	w.judge(t, job)
	if diff := cmp.Diff([]string{"a.txt unknown"}, verdicts(w.manifest(t, job))); diff != "" {
		t.Error(diff)
	}
}

func TestARegisterThatCannotBeReadIsAskedAgain(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	job := w.upload(t, pack(t, file{"a.pdf", made.PDF}), nil)
	failures := 2
	w.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
		if call == "BatchGetItem" && failures > 0 {
			failures--
			return recordstest.NeverArrives
		}
		return recordstest.Arrives
	})
	w.judge(t, job)
	if diff := cmp.Diff([]string{"a.pdf valid"}, verdicts(w.manifest(t, job))); diff != "" {
		t.Error(diff)
	}
}

func TestNoticesOfOtherThingsAreDoneWith(t *testing.T) {
	a := &app{now: time.Now, log: &bytes.Buffer{}}
	for body, want := range map[string]bool{
		`{"Service":"Amazon S3","Event":"s3:TestEvent"}`:                             true,
		`{"Records":[{"s3":{"object":{"key":"drops/01M84D7QDBC4MYB78VQ.ndjson"}}}]}`: true,
		`no JSON`: false,
	} {
		if got := a.handleMessage(t.Context(), body); got != want {
			t.Errorf("%s: %t", body, got)
		}
	}
}

func TestReceiptsAreReceipts(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	receipt := func(text string, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return []byte(text)
	}
	proof := evidence.ExamineToken(made.Token, w.trust)
	v := verdict.Judge(proof, verdict.Records{Access: verdict.NotReached}, verdict.Question{}, w.Clock.Now())
	one := evidence.Statement(proof, verdict.Records{}, v)
	one.ID, one.At, one.Service = records.NewID(w.Clock.Now()), w.Clock.Now(), issuetest.Origin
	one.Given.SHA256 = digest([]byte(made.Token))
	batch := credential.BatchReceipt{
		ID: one.ID, At: one.At, Service: one.Service, AsOf: v.AsOf,
		Items: []credential.BatchReceiptItem{{Given: one.Given, Problem: "unavailable"}},
	}
	manifest := credential.Manifest{
		Job: one.ID, At: one.At, Service: one.Service, Asker: credential.Asker{Client: "agency", ClientName: "某某公共资源交易中心"},
		Archive: credential.ManifestArchive{SHA256: one.Given.SHA256, Size: 7},
		Entries: []credential.ManifestEntry{{Path: "x", Refused: "link", Text: "未予读取", CheckedAt: one.At, Verdict: "unknown", Name: "无法确认"}},
	}
	files := []file{
		{"回执.jws", receipt(credential.IssueReceipt(t.Context(), w.issuer.Receipts, one))},
		{"批量.jws", receipt(credential.IssueBatchReceipt(t.Context(), w.issuer.Receipts, batch))},
		{"清单.jws", receipt(credential.IssueManifest(t.Context(), w.issuer.Receipts, manifest))},
	}
	var want []string
	for _, f := range files {
		broken, beside := slices.Concat(f.data[:90], []byte("\r\n"), f.data[90:]), append(slices.Clone(f.data), " 谢谢"...)
		files = append(files, file{"断行" + f.name, broken}, file{"附言" + f.name, beside})
		want = append(want, f.name+" receipt", "断行"+f.name+" receipt", "附言"+f.name+" unknown")
	}
	job := w.upload(t, pack(t, files...), nil)
	w.judge(t, job)
	got := verdicts(w.manifest(t, job))
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheCodesOfAScanAreListedWithTheirPages(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	page, empty := scantest.ScanPage(t, made.Endorsement.QR), scantest.NewPage(400, 400)
	job := w.upload(t, pack(
		t,
		file{"投标文件.pdf", scantest.ScanPDF(t, empty, page, page)},
		file{"照片.jpg", scantest.JPEG(t, page, 80)},
		file{"空白.png", scantest.PNG(t, empty)},
	), nil)
	w.judge(t, job)
	m := w.manifest(t, job)
	if diff := cmp.Diff([]string{"投标文件.pdf unknown", "照片.jpg unknown", "空白.png unknown"}, verdicts(m)); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, e := range m.Entries {
		got = append(got, fmt.Sprintf("%d pages", e.Scan.Pages))
		for _, c := range e.Scan.Codes {
			got = append(got, fmt.Sprintf("%d %s %s %s", c.Page, c.Verdict, c.Claim.Name, c.Ends))
		}
	}
	until := made.Endorsement.UseUntil.String()
	want := []string{"3 pages", "2 valid 张* " + until, "3 valid 张* " + until, "1 pages", "1 valid 张* " + until, "1 pages"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	rows := w.table(t, job)
	if len(rows) != 6 || rows[1][1] != "2" || rows[1][4] != "有效" || !strings.Contains(rows[5][5], "未找到本平台的二维码") {
		t.Errorf("%q", rows)
	}
	if ledger := w.ledger(t); len(ledger) != 1 || ledger[0].Verdict != "valid" {
		t.Errorf("the ledger: %+v", ledger)
	}
}

// A run that another has superseded, and that is slow, overwrites nothing of it.
func TestASupersededRunOverwritesNoResults(t *testing.T) {
	w := newFixture(t)
	job := w.upload(t, pack(t, file{"a.txt", []byte("a")}, file{"b.txt", []byte("b")}), nil)
	begin := func() records.Job {
		begun, err := w.app.jobs.BeginJobRun(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		begun.Entries, begun.StartedAt = 2, w.Clock.Now()
		return begun
	}
	entry := func(path string) credential.ManifestEntry {
		return credential.ManifestEntry{Path: path, Refused: "link", Text: "未予读取", CheckedAt: w.Clock.Now(), Verdict: "unknown", Name: "无法确认"}
	}
	slow, quick := begin(), begin()
	if err := w.app.storeGroup(t.Context(), &quick, []credential.ManifestEntry{entry("a.txt")}); err != nil {
		t.Fatal(err)
	}
	if err := w.app.storeGroup(t.Context(), &slow, []credential.ManifestEntry{entry("x"), entry("y")}); !errors.Is(err, records.ErrSuperseded) {
		t.Fatalf("got %v, want %v", err, records.ErrSuperseded)
	}
	w.judge(t, job)
	if diff := cmp.Diff([]string{"a.txt unknown link", "b.txt unknown"}, verdicts(w.manifest(t, job))); diff != "" {
		t.Error(diff)
	}
}
