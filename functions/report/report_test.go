package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestARowLandsAndTheSameRowAgainIsUnchanged(t *testing.T) {
	d := newFixture(t)
	first := d.report(t, validRow(t))
	if first.Accepted != 1 || first.Rows[0].Result != reporting.Accepted || first.Rows[0].Version != "001" || first.Rows[0].Row != 1 {
		t.Fatalf("%+v", first)
	}
	second := d.report(t, validRow(t))
	want := reporting.Outcome{
		Row: 1, Number: "京1112019202000001", Result: reporting.Unchanged,
		Certificate: first.Rows[0].Certificate, Version: "001",
	}
	if diff := cmp.Diff([]reporting.Outcome{want}, second.Rows); diff != "" || second.Unchanged != 1 {
		t.Error(diff)
	}
	r, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil || r.Revision != 2 || r.Certificate.Edition() != "001" || r.Certificate.TypeName != "一级建造师注册证书" || r.Certificate.Specialties[0].Code != "10401001" {
		t.Errorf("%+v, %v", r, err)
	}
	if !strings.HasPrefix(r.Certificate.Identifier, "1.2.156.3005.2.11100000000013338W999.11100000000013338W."+r.Certificate.ID+".001.") {
		t.Errorf("identifier %s", r.Certificate.Identifier)
	}
}

func TestAChangeMakesTheNextVersionWithItsOwnIdentifier(t *testing.T) {
	d := newFixture(t)
	first := d.report(t, validRow(t)).Rows[0]
	d.Clock.Advance(time.Minute)
	second := d.report(t, validRow(t).with(fields{"qualificationNo": "2019000001"})).Rows[0]
	if second.Result != reporting.Accepted || second.Version != "002" || second.Certificate != first.Certificate {
		t.Fatalf("%+v", second)
	}
	r, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil || !strings.Contains(r.Certificate.Identifier, ".002.") || r.Certificate.QualificationNo != "2019000001" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestArrivingAtTheMinistryIsNoNewVersion(t *testing.T) {
	d := newFixture(t)
	first := d.report(t, validRow(t).with(fields{"reportedToMinistry": false})).Rows[0]
	before, err := d.Records.ByNumber(t.Context(), first.Number)
	if err != nil || before.Certificate.Sync.ReportedToMinistry {
		t.Fatalf("%+v, %v", before, err)
	}
	d.Clock.Advance(time.Minute)
	second := d.report(t, validRow(t)).Rows[0]
	after, err := d.Records.ByNumber(t.Context(), first.Number)
	if err != nil || second.Result != reporting.Accepted || second.Version != "001" {
		t.Fatalf("%+v, %v", second, err)
	}
	if s := after.Certificate.Sync; !s.ReportedToMinistry || !s.At.Equal(d.Clock.Now()) || after.Revision != before.Revision+1 {
		t.Errorf("%+v", after)
	}
}

func TestARowWithoutPicturesKeepsThem(t *testing.T) {
	d := newFixture(t)
	d.report(t, validRow(t))
	bare := validRow(t).with(fields{"photo": nil, "signatureImage": nil})
	if o := d.report(t, bare).Rows[0]; o.Result != reporting.Unchanged {
		t.Errorf("%+v", o)
	}
	if o := d.report(t, bare.with(fields{"issuedOn": "2020-12-12"})).Rows[0]; o.Version != "002" {
		t.Errorf("%+v", o)
	}
	r, err := d.Records.ByNumber(t.Context(), "京1112019202000001")
	if err != nil {
		t.Fatal(err)
	}
	f, err := d.Records.ReadCertificate(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: "mohurd"}, records.ReadOptions{Images: true})
	if err != nil || len(f.Photo) == 0 || len(f.Signature) == 0 {
		t.Errorf("%d and %d bytes, %v", len(f.Photo), len(f.Signature), err)
	}
}

func TestAMissingPictureCanBeSupplemented(t *testing.T) {
	d := newFixture(t)
	d.report(t, validRow(t).with(fields{"photo": nil}))
	if o := d.report(t, validRow(t)).Rows[0]; o.Result != reporting.Accepted || o.Version != "002" {
		t.Errorf("%+v", o)
	}
}

func TestAWrongRowIsRefusedByRuleAndTheOthersLand(t *testing.T) {
	d := newFixture(t)
	g := validRow(t)
	for name, test := range map[string]struct {
		row  fields
		want string
	}{
		"an unknown member":           {g.with(fields{"colour": "red"}), "/colour unknown"},
		"an unknown member inside":    {g.within("holder", map[string]any{"phone": "1"}), "/holder/phone unknown"},
		"a wrong type":                {g.with(fields{"issuedOn": 5}), "/issuedOn type"},
		"a scheme nobody has":         {g.with(fields{"scheme": "architect"}), "/scheme scheme.unknown"},
		"a wrong check digit":         {g.within("holder", map[string]any{"idNo": "110101198001010011"}), "/holder/idNo id.checksum"},
		"a number of another level":   {g.with(fields{"number": "京2112019202000001"}), "/number number.level"},
		"no specialty":                {g.with(fields{"specialties": []any{}}), "/specialties specialty.required"},
		"a picture that is none":      {g.with(fields{"photo": "bm90IGEgcGljdHVyZQ=="}), "/photo image.format"},
		"an empty picture":            {g.with(fields{"photo": ""}), "/photo image.format"},
		"base64 that is none":         {g.with(fields{"signatureImage": "***"}), "/signatureImage type"},
		"a note longer than any":      {g.with(fields{"stateNote": strings.Repeat("长", 201)}), "/stateNote text.length"},
		"a state that does not exist": {g.with(fields{"state": "42"}), "/state state.value"},
	} {
		t.Run(name, func(t *testing.T) {
			a := d.report(t, test.row, g)
			if a.Refused != 1 || a.Rows[0].Result != reporting.Refused || rules(a.Rows[0]) != test.want {
				t.Errorf("%+v", a.Rows[0])
			}
			if a.Rows[1].Result == reporting.Refused || a.Rows[1].Row != 2 {
				t.Errorf("the good row: %+v", a.Rows[1])
			}
			if a.Rows[0].Errors[0].Detail == "" {
				t.Error("no reason is given")
			}
		})
	}
}

func TestARowMissingEverythingNamesEverything(t *testing.T) {
	d := newFixture(t)
	a := d.report(t, fields{"scheme": "constructor-1"})
	if got := a.Rows[0]; got.Result != reporting.Refused || len(got.Errors) < 8 {
		t.Errorf("%s", rules(got))
	}
}

func TestLookAlikesAreSuggested(t *testing.T) {
	d := newFixture(t)
	a := d.report(t, validRow(t).with(fields{"number": "京lll2OI9202000001"}))
	if got := a.Rows[0].Errors; len(got) != 1 || got[0].Suggestion != "京1112019202000001" {
		t.Errorf("%+v", got)
	}
}

func TestAWarningDoesNotRefuse(t *testing.T) {
	d := newFixture(t)
	a := d.report(t, validRow(t).within("holder", map[string]any{"sex": "女"}))
	if got := a.Rows[0]; got.Result != reporting.Accepted || len(got.Errors) != 0 || len(got.Warnings) != 1 || got.Warnings[0].Rule != "sex.mismatch" {
		t.Errorf("%+v", got)
	}
}

func TestAPrivateUseCharacterLandsAsItsStandardOneAndIsTold(t *testing.T) {
	d := newFixture(t)
	a := d.report(t, validRow(t).within("holder", map[string]any{"name": "王\uE863"}), validRow(t).within("holder", map[string]any{"name": "王\uE000"}))
	warnings := a.Rows[0].Warnings
	if len(warnings) != 1 || warnings[0].Field != "/holder/name" || !strings.Contains(warnings[0].Detail, "U+E863") || !strings.Contains(warnings[0].Detail, "䶮") {
		t.Errorf("%+v", a.Rows[0])
	}
	r, err := d.Records.ByNumber(t.Context(), a.Rows[0].Number)
	if err != nil || r.Certificate.Holder.Name != "王䶮" {
		t.Errorf("%q, %v", r.Certificate.Holder.Name, err)
	}
	if got := rules(a.Rows[1]); got != "/holder/name name.pua" {
		t.Errorf("one that nobody knows: %s", got)
	}
}

func TestOneNumberTwiceInAReportLandsInOrder(t *testing.T) {
	d := newFixture(t)
	g := validRow(t)
	a := d.report(t, g, g, g.with(fields{"issuedOn": "2020-12-12"}), g.with(fields{"number": "京111192000001", "issuedOn": "2020-12-12"}))
	var got []string
	for _, o := range a.Rows {
		got = append(got, o.Result+" "+o.Version)
	}
	want := []string{"accepted 001", "unchanged 001", "accepted 002", "accepted 003"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	held, err := d.Records.ByHolder(t.Context(), records.Person{Holder: d.Records.HolderKey("111", "110101198001010010"), Portal: "mohurd"})
	if err != nil || len(held) != 1 {
		t.Errorf("%d certificates, %v", len(held), err)
	}
}

func TestTheSameReportsAtOnceMakeOneCertificate(t *testing.T) {
	d := newFixture(t)
	var wait sync.WaitGroup
	answers := make([]reporting.Response, 6)
	for i := range answers {
		wait.Go(func() { answers[i] = d.report(t, validRow(t)) })
	}
	wait.Wait()
	landed := 0
	for _, a := range answers {
		landed += a.Accepted
		if a.Refused != 0 || a.Rows[0].Certificate != answers[0].Rows[0].Certificate {
			t.Errorf("%+v", a.Rows[0])
		}
	}
	if landed != 1 {
		t.Errorf("%d landed", landed)
	}
}

func TestNDJSONIsReadLineByLine(t *testing.T) {
	d := newFixture(t)
	row, err := json.Marshal(validRow(t))
	if err != nil {
		t.Fatal(err)
	}
	body := string(row) + "\n\n{not json\r\n" + strings.Replace(string(row), "0001\"", "0002\"", 2)
	var a reporting.Response
	recordstest.Send(t, d.app, recordstest.Request{
		Route: "POST /v1/reports", Token: d.token, Body: body,
		Header: map[string]string{"content-type": "application/x-ndjson"},
	}).Into(t, 200, &a)
	if a.Accepted != 2 || a.Refused != 1 || rules(a.Rows[1]) != " malformed-json" {
		t.Errorf("%+v", a)
	}
}

func TestWhatIsNoReportIsRefusedWhole(t *testing.T) {
	d := newFixture(t)
	for name, test := range map[string]struct {
		body, media string
		status      int
		code        string
	}{
		"no rows":          {"[]", "application/json", 422, "invalid-field"},
		"no array":         {"{}", "application/json", 422, "invalid-field"},
		"no JSON":          {"[{]", "application/json", 400, "malformed-json"},
		"two values":       {"[] []", "application/json", 400, "malformed-json"},
		"no lines":         {"\n \n", "application/x-ndjson", 422, "invalid-field"},
		"another medium":   {"a,b", "text/csv", 415, "unsupported-media-type"},
		"no medium at all": {"[]", "", 415, "unsupported-media-type"},
		"too many rows":    {"[" + strings.Repeat("{},", 1000) + "{}]", "application/json", 413, "body-too-large"},
		"too many bytes":   {"[" + strings.Repeat(" ", 4<<20) + "]", "application/json", 413, "body-too-large"},
	} {
		t.Run(name, func(t *testing.T) {
			recordstest.Send(t, d.app, recordstest.Request{
				Route: "POST /v1/reports", Token: d.token, Body: test.body,
				Header: map[string]string{"content-type": test.media},
			}).WantProblem(t, test.status, test.code)
		})
	}
}

func TestAThousandRowsAreOneReport(t *testing.T) {
	d := newFixture(t)
	g := validRow(t).with(fields{"photo": nil, "signatureImage": nil})
	var rows []fields
	for i := range maxRows {
		rows = append(rows, g.with(fields{"number": fmt.Sprintf("京11120192020%05d", i)}))
	}
	if a := d.report(t, rows...); a.Accepted != maxRows {
		t.Fatalf("%d accepted", a.Accepted)
	}
	again := d.report(t, rows...)
	if again.Unchanged != maxRows {
		t.Fatalf("%d unchanged", again.Unchanged)
	}
}

func TestAnAnswerIsReadAgainByItsClientOnly(t *testing.T) {
	d := newFixture(t)
	want := d.report(t, validRow(t))
	ask := recordstest.Request{Route: "GET /v1/reports/{report}", Path: map[string]string{"report": want.Report}, Token: d.token}
	var got reporting.Response
	recordstest.Send(t, d.app, ask).Into(t, 200, &got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	ask.Token = d.as(t, "another-registry").token
	recordstest.Send(t, d.app, ask).WantProblem(t, 404, "report-not-found")
}

func TestAnAuthorityReportsForItsAreas(t *testing.T) {
	beijing := newFixture(t, "110000")
	shanghai := beijing.as(t, "shanghai", "31")
	g := validRow(t)
	inShanghai := g.with(fields{"areaCode": "310115"})
	if o := beijing.report(t, inShanghai).Rows[0]; rules(o) != "/areaCode area.foreign" {
		t.Errorf("another's area: %+v", o)
	}
	if o := beijing.report(t, g).Rows[0]; o.Result != reporting.Accepted {
		t.Fatalf("its own area: %+v", o)
	}
	if o := shanghai.report(t, inShanghai).Rows[0]; rules(o) != "/areaCode area.kept" {
		t.Errorf("taking another's certificate: %+v", o)
	}
	beijing.report(t, g.with(fields{"state": "06"}))
	taken := inShanghai.with(fields{"operation": "08"})
	if o := shanghai.report(t, taken).Rows[0]; o.Result != reporting.Accepted || o.Version != "002" {
		t.Errorf("taking over what was let go: %+v", o)
	}
	if o := beijing.report(t, g).Rows[0]; rules(o) != "/areaCode area.kept" {
		t.Errorf("taking it back: %+v", o)
	}
}

func TestAClientWithoutTheScopeMayNotReport(t *testing.T) {
	d := newFixture(t)
	recordstest.Send(t, d.app, recordstest.Request{Route: "POST /v1/reports", Body: "[]"}).WantProblem(t, 401, "session-required")
}

func TestABrokenWireLeavesRowsThatLandAgain(t *testing.T) {
	d := newFixture(t)
	d.Transport.On(func(c recordstest.Call) recordstest.CallOutcome {
		if c == "TransactWriteItems" {
			return recordstest.AnswerLost
		}
		return recordstest.Arrives
	})
	body, err := json.Marshal([]fields{validRow(t)})
	if err != nil {
		t.Fatal(err)
	}
	d.send(t, string(body)).WantProblem(t, 503, "unavailable")
	d.Transport.On(nil)
	if a := d.report(t, validRow(t)); a.Unchanged != 1 {
		t.Errorf("%+v", a)
	}
}

// A corrected ID number is another person's: it begins a certificate of their own, with nothing of
// the former holder's.
func TestACorrectedIDNumberBeginsAnotherCertificate(t *testing.T) {
	d := newFixture(t)
	first := d.report(t, validRow(t)).Rows[0]
	other := validRow(t).within("holder", map[string]any{"name": "李四", "birth": "1985-06-15", "idNo": "310101198506150016"})
	bare := other.with(fields{"photo": nil, "signatureImage": nil})
	d.Clock.Advance(time.Minute)
	both := d.report(t, bare, bare).Rows // the second says nothing new
	second := both[0]
	if second.Result != reporting.Accepted || second.Certificate == first.Certificate || second.Version != "001" ||
		both[1].Result != reporting.Unchanged || both[1].Certificate != second.Certificate {
		t.Fatalf("%+v", both)
	}
	for _, row := range both {
		var warnings []string
		for _, w := range row.Warnings {
			warnings = append(warnings, w.Field+" "+w.Rule)
		}
		if diff := cmp.Diff([]string{"/photo picture.holder", "/signatureImage picture.holder"}, warnings); diff != "" {
			t.Error(diff)
		}
	}
	r, err := d.Records.ByNumber(t.Context(), first.Number)
	if err != nil || r.Certificate.Photo != nil || r.Certificate.SignatureImage != nil || r.Certificate.ID != second.Certificate ||
		r.Certificate.Identifier == "" || strings.Contains(r.Certificate.Identifier, first.Certificate) || r.Certificate.Supersedes != first.Certificate {
		t.Fatalf("the number finds %+v, %v", r.Certificate, err)
	}
	old, _, err := d.Records.ForVerify(t.Context(), first.Certificate, "")
	if err != nil || old.Certificate.State != certificate.Other || old.Certificate.Version != "001" || old.ReplacedBy != second.Certificate {
		t.Errorf("the former one is %+v, %v", old, err)
	}
	d.Clock.Advance(time.Minute)
	third := d.report(t, other).Rows[0]
	if r, err = d.Records.ByNumber(t.Context(), first.Number); err != nil || third.Warnings != nil || r.Certificate.Photo == nil || third.Certificate != second.Certificate {
		t.Errorf("%+v, %+v, %v", third, r, err)
	}
	d.Clock.Advance(time.Minute)
	if back := d.report(t, validRow(t)).Rows[0]; back.Certificate == first.Certificate || back.Certificate == second.Certificate || back.Version != "001" {
		t.Errorf("it came back as %+v", back)
	}
}

func TestEveryRowIsKeptWithWhoReportedIt(t *testing.T) {
	d := newFixture(t)
	first := d.report(t, validRow(t))
	d.Clock.Advance(time.Minute)
	second := d.report(t, validRow(t), validRow(t).with(fields{"stateNote": "更正"}))
	all, err := d.Records.Versions(t.Context(), first.Rows[0].Certificate)
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	var got []records.Author
	for _, v := range all {
		got = append(got, v.By)
	}
	want := []records.Author{{Client: "mohurd-registry", Report: first.Report, Row: 1}, {Client: "mohurd-registry", Report: second.Report, Row: 1}, {Client: "mohurd-registry", Report: second.Report, Row: 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
