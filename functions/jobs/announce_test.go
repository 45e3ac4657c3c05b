package main

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

func body(changes fields) fields {
	b := fields{"bytes": 9, "sha256": strings.Repeat("0f", 32)}
	for name, value := range changes {
		b[name] = value
	}
	return b
}

func TestWhatCannotBeAnnounced(t *testing.T) {
	w := newFixture(t)
	for name, tt := range map[string]struct {
		key, code string
		status    int
		body      fields
	}{
		"without a key":            {"", "idempotency-key-required", 400, body(nil)},
		"nothing":                  {"some-key", "invalid-field", 422, body(fields{"bytes": 0})},
		"too much":                 {"some-key", "invalid-field", 422, body(fields{"bytes": 512<<20 + 1})},
		"no digest":                {"some-key", "invalid-field", 422, body(fields{"sha256": "0F"})},
		"a day that is none":       {"some-key", "invalid-field", 422, body(fields{"question": fields{"asOf": "2026-02-30"}})},
		"a purpose that is not in": {"some-key", "purpose-not-listed", 422, body(fields{"statedPurpose": "好奇"})},
		"a member that is unknown": {"some-key", "unknown-field", 400, body(fields{"size": 9})},
	} {
		t.Run(name, func(t *testing.T) { w.post(t, tt.key, tt.body).WantProblem(t, tt.status, tt.code) })
	}
}

// A problem of the question names its place in the body.
func TestAProblemOfTheQuestionNamesItsPlace(t *testing.T) {
	w := newFixture(t)
	for member, value := range map[string]string{"asOf": "2026-02-30", "purpose": "投\u0007标", "recipient": strings.Repeat("某", 300)} {
		reply := w.post(t, "some-key", body(fields{"question": fields{member: value}}))
		if want := `"/question/` + member + `"`; !strings.Contains(reply.Body, want) {
			t.Errorf("no %s in %s", want, reply.Body)
		}
	}
}

// The table names the pages on which a code may have been missed, and why.
func TestTheTableNamesThePagesThatWereNotSearched(t *testing.T) {
	unread := []credential.ManifestUnread{{Page: 2, Reason: "size"}, {Page: 3, Reason: "size"}, {Page: 4, Reason: "damaged"}, {Page: 7, Reason: "size"}}
	e := credential.ManifestEntry{Text: "这是扫描件。", Scan: &credential.ManifestScan{Pages: 9, Unread: unread, Codes: []credential.ManifestCode{{Page: 1}}}}
	if got, want := rowsOf(e)[0].text, "这是扫描件。第 2–3、7 页未能查找二维码：图片过大。第 4 页未能查找二维码：内容已损坏。"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	e.Scan.Unread = []credential.ManifestUnread{{Page: 0, Reason: "encrypted"}}
	if got, want := rowsOf(e)[0].text, "这是扫描件。整个文件未能查找二维码：文件已加密。"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestAKeyAnnouncesOnce(t *testing.T) {
	w := newFixture(t)
	var first, again place
	w.post(t, "one-archive", body(nil)).Into(t, 201, &first)
	reply := w.post(t, "one-archive", body(nil))
	if reply.Into(t, 201, &again); again.Job != first.Job || reply.Header["idempotency-replayed"] != "true" {
		t.Errorf("%+v, then %+v", first, again)
	}
	w.post(t, "one-archive", body(fields{"bytes": 10})).WantProblem(t, 422, "idempotency-key-reused")
	w.token = w.grant(t, "others")
	if w.post(t, "one-archive", body(nil)).Into(t, 201, &again); again.Job == first.Job {
		t.Error("another organisation gets the job")
	}
	w.get(t, first.Job).WantProblem(t, 404, "job-not-found")
	w.get(t, records.NewID(w.Clock.Now())).WantProblem(t, 404, "job-not-found")
}

func TestAnOrganisationAnnouncesSoManyAtATime(t *testing.T) {
	w := newFixture(t)
	most := identity.JobLimit("tenders").Burst
	for range most {
		w.post(t, records.NewID(w.Clock.Now()), body(nil)).Into(t, 201, &place{})
	}
	w.post(t, "one-too-many", body(nil)).WantProblem(t, 429, "rate-limited")
}

func TestWhatIsUploadedCannotBeReplaced(t *testing.T) {
	w := newFixture(t)
	archive := pack(t, file{"a", []byte("x")})
	var at place
	w.post(t, "some-archive", fields{"bytes": len(archive), "sha256": digest(archive)}).Into(t, 201, &at)
	w.put(t, at, append(archive, 'x'), 403)
	w.put(t, at, archive, 200)
	w.put(t, at, archive, 412)
}
