package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const route = "POST /v1/certificates/{certificate}/endorsements/{endorsement}/links"

// fixture is the function over a real table and bucket.
type fixture struct {
	*recordstest.Fixture
	app    *api.App
	record records.Record
}

func newFixture(t *testing.T, change func(*certificate.Certificate)) fixture {
	t.Helper()
	house := recordstest.NewFixture(t)
	c := recordstest.Sample(house.Clock.Now(), nil, nil)
	if change != nil {
		change(&c)
	}
	return fixture{house, newApp(deps{
		sessions: house.Sessions, endorsements: house.Records, files: house.Files, previews: fakeDrawer{}, tags: house.Integrity(),
		schemes: house.Schemes, portals: house.Portals, origin: origin,
	}, api.Server{Now: house.Clock.Now, Log: io.Discard}), house.Enter(t, c, nil, nil)}
}

// endorse stores an endorsement with its files.
func (h fixture) endorse(t *testing.T) endorsement.Endorsement {
	t.Helper()
	return h.endorseWith(t, func(*endorsement.Endorsement) {})
}

// endorseWith stores an endorsement with its files, after a change.
func (h fixture) endorseWith(t *testing.T, change func(*endorsement.Endorsement)) endorsement.Endorsement {
	t.Helper()
	id := records.NewID(h.Clock.Now())
	at, err := records.TimeOf(id)
	if err != nil {
		t.Fatal(err)
	}
	today := civil.Of(at)
	e := endorsement.Endorsement{
		ID: id, CertID: h.record.Certificate.ID, Holder: h.record.Holder, CertVersion: h.record.Certificate.Version, Scheme: h.record.Certificate.Scheme, MadeAt: at,
		UseFrom: today, UseUntil: today.AddDays(180), Limit: "180D", Files: map[string]endorsement.File{},
	}
	for name, mime := range map[string]string{"pdf": "application/pdf", "ofd": "application/ofd"} {
		s, err := h.Files.Put(t.Context(), "endorsements/"+e.CertID+"/"+e.ID, endings()[name], mime, []byte("the "+name+" of "+id))
		if err != nil {
			t.Fatal(err)
		}
		e.Files[name] = endorsement.File{Key: s.Key, SHA256: s.SHA256, Bytes: s.Bytes, MIME: s.MIME}
	}
	change(&e)
	earlier, err := h.Records.Endorse(t.Context(), records.Entry{Endorsement: e, Revision: h.record.Revision, Key: id, Day: today})
	if err != nil || earlier != nil {
		t.Fatalf("%v, %v", earlier, err)
	}
	return e
}

func (h fixture) send(t *testing.T, token string, e endorsement.Endorsement, body string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, h.app, recordstest.Request{
		Route: route, Token: token, Body: body,
		Path: map[string]string{"certificate": e.CertID, "endorsement": e.ID},
	})
}

func (h fixture) signIn(t *testing.T) string {
	return h.SignIn(t, recordstest.ZhangSan(), "mohurd", true)
}

func TestEachFileIsFetchedUnderItsName(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	token := h.signIn(t)
	for file, want := range map[string]struct{ name, mime string }{
		"pdf": {"一级建造师注册证书-张三-20261123-20270522.pdf", "application/pdf"},
		"ofd": {"一级建造师注册证书-张三-20261123-20270522.ofd", "application/ofd"},
	} {
		t.Run(file, func(t *testing.T) {
			var got struct {
				linkResponse
				ExpiresAt time.Time `json:"expiresAt"`
			}
			reply := h.send(t, token, e, `{"file":"`+file+`"}`)
			reply.Into(t, 201, &got)
			if got.FileName != want.name || got.MIME != want.mime || !got.ExpiresAt.Equal(h.Clock.Now().Add(time.Minute)) {
				t.Errorf("%s", reply.Body)
			}
			fetched, err := http.Get(got.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer fetched.Body.Close()
			data, err := io.ReadAll(fetched.Body)
			if err != nil || fetched.StatusCode != 200 || string(data) != "the "+file+" of "+e.ID {
				t.Fatalf("%s %q, %v", fetched.Status, data, err)
			}
			sum := sha256.Sum256(data)
			if got.SHA256 != hex.EncodeToString(sum[:]) || got.Bytes != int64(len(data)) {
				t.Errorf("told %s and %d bytes", got.SHA256, got.Bytes)
			}
			kind, params, err := mime.ParseMediaType(fetched.Header.Get("Content-Disposition"))
			if err != nil || kind != "attachment" || params["filename"] != want.name || fetched.Header.Get("Content-Type") != want.mime {
				t.Errorf("%v, %v", fetched.Header, err)
			}
		})
	}
}

// An expired copy is handed out as long as its files are kept. Then it is stated since when they are gone, and what to do.
func TestTheFilesAreHandedOutUntilTheDayThatIsStated(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorseWith(t, func(e *endorsement.Endorsement) { e.FilesUntil = e.UseUntil.AddDays(90) })
	for _, at := range []time.Time{e.UseUntil.End().Add(-time.Second), e.UseUntil.End(), e.FilesUntil.End().Add(-time.Second)} {
		h.Clock.Set(at)
		token := h.signIn(t)
		for _, file := range []string{"pdf", "ofd", "preview"} {
			h.send(t, token, e, `{"file":"`+file+`"}`).Into(t, 201, nil)
		}
		if reply := h.look(t, token, "", e); reply.Status != 200 {
			t.Errorf("at %s: %d %s", at, reply.Status, reply.Body)
		}
	}
	h.Clock.Set(e.FilesUntil.End())
	token := h.signIn(t)
	for _, file := range []string{"pdf", "ofd", "preview"} {
		reply := h.send(t, token, e, `{"file":"`+file+`"}`)
		reply.WantProblem(t, 410, "files-gone")
		for _, want := range []string{"加注件文件已不再保存", "保存至2027年8月20日，已按期删除", "请重新加注", "仍可照常核验"} {
			if !strings.Contains(reply.Body, want) {
				t.Errorf("%q is not in %s", want, reply.Body)
			}
		}
	}
	h.look(t, token, "", e).WantProblem(t, 410, "files-gone")
}

// The files of copies made before version 1.2 are kept for 1200 days, as they were.
func TestTheFilesOfAnEarlierCopyAreHandedOut(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	h.Clock.Set(e.MadeAt.AddDate(0, 0, 1190))
	h.send(t, h.signIn(t), e, `{"file":"pdf"}`).Into(t, 201, nil)
	h.Clock.Set(e.MadeAt.AddDate(0, 0, 1201))
	h.send(t, h.signIn(t), e, `{"file":"pdf"}`).WantProblem(t, 410, "files-gone")
}

func TestAWithdrawnCopyIsNotHandedOut(t *testing.T) {
	h := newFixture(t, nil)
	e, other := h.endorse(t), h.endorse(t)
	if _, err := h.Records.Withdraw(t.Context(), e.CertID, e.Holder, e.ID, "", h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.send(t, h.signIn(t), e, `{"file":"pdf"}`).WantProblem(t, 410, "endorsement-withdrawn")
	h.send(t, h.signIn(t), other, `{"file":"pdf"}`).Into(t, 201, nil)
}

func TestACopyOfARevokedCertificateIsNotHandedOut(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	h.Change(t, e.CertID, func(c *certificate.Certificate) { c.State = "07" })
	h.send(t, h.signIn(t), e, `{"file":"ofd"}`).WantProblem(t, 409, "certificate-revoked")
}

func TestANewerCopyTakesTheOldOnesPlaceWhereTheSchemeSaysSo(t *testing.T) {
	for scheme, status := range map[string]int{"constructor-1": 201, "constructor-2-beijing": 410} {
		t.Run(scheme, func(t *testing.T) {
			h := newFixture(t, func(c *certificate.Certificate) { c.Scheme = scheme })
			old := h.endorse(t)
			h.Clock.Advance(time.Second)
			newer := h.endorse(t)
			reply := h.send(t, h.signIn(t), old, `{"file":"pdf"}`)
			if reply.Status != status {
				t.Errorf("%d %s", reply.Status, reply.Body)
			}
			if status == 410 {
				reply.WantProblem(t, 410, "endorsement-superseded")
			}
			h.send(t, h.signIn(t), newer, `{"file":"pdf"}`).Into(t, 201, nil)
		})
	}
}

func TestNobodyElseGetsALink(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	h.send(t, "", e, `{"file":"pdf"}`).WantProblem(t, 401, "session-required")
	h.send(t, h.SignIn(t, recordstest.ZhangSan(), "mohurd", false), e, `{"file":"pdf"}`).WantProblem(t, 403, "identity-required")
	h.send(t, h.SignIn(t, recordstest.LiSi(), "mohurd", true), e, `{"file":"pdf"}`).WantProblem(t, 404, "certificate-not-found")
	unbound := h.SignIn(t, recordstest.ZhangSan(), "gjzwfw", true)
	h.send(t, unbound, e, `{"file":"pdf"}`).WantProblem(t, 409, "not-bound")
	if err := h.Records.Bind(t.Context(), e.CertID, records.Person{Holder: h.record.Holder, Portal: "gjzwfw"}, h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.send(t, unbound, e, `{"file":"pdf"}`).Into(t, 201, nil)
}

func TestWhatIsNotThereHasNoLink(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	token := h.signIn(t)
	for _, id := range []string{"x", "", records.NewID(h.Clock.Now()), strings.ToLower(e.ID)} {
		missing := e
		missing.ID = id
		h.send(t, token, missing, `{"file":"pdf"}`).WantProblem(t, 404, "endorsement-not-found")
	}
	for _, body := range []string{`{}`, `{"file":"exe"}`, `{"file":"../pdf"}`} {
		h.send(t, token, e, body).WantProblem(t, 422, "invalid-field")
	}
	h.send(t, token, e, `{"file":"pdf","for":"ever"}`).WantProblem(t, 400, "unknown-field")
}

func TestALinkTakesTwoReadsAndNothingElse(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	token := h.signIn(t)
	calls := h.Transport.Listen()
	h.send(t, token, e, `{"file":"pdf"}`).Into(t, 201, nil)
	if diff := cmp.Diff([]recordstest.Call{"GetItem", "BatchGetItem"}, calls()); diff != "" {
		t.Error(diff)
	}
}

// The holder was corrected: the new holder finds no file, and the files of a replaced certificate
// are void.
func TestTheFilesOfAFormerHolderAreNobodysToFetch(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	h.ChangeHolder(t, e.CertID, recordstest.LiSi())
	theirs := h.SignIn(t, recordstest.LiSi(), "mohurd", true)
	absent := e
	absent.ID = records.NewID(h.Clock.Now())
	got := h.send(t, theirs, e, `{"file":"pdf"}`)
	got.WantProblem(t, 404, "endorsement-not-found")
	if diff := cmp.Diff(h.send(t, theirs, absent, `{"file":"pdf"}`), got); diff != "" {
		t.Errorf("a former holder's file is told from none: %s", diff)
	}
	h.send(t, h.signIn(t), e, `{"file":"pdf"}`).WantProblem(t, 404, "certificate-not-found")
	h.ChangeHolder(t, e.CertID, recordstest.ZhangSan())
	h.send(t, h.signIn(t), e, `{"file":"pdf"}`).WantProblem(t, 410, "endorsement-holder-changed")
}

func TestAReplacedCertificateGivesNobodyAFile(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	h.Change(t, e.CertID, func(c *certificate.Certificate) { c.Holder.IDNumber = recordstest.LiSi().IDNumber })
	for _, token := range []string{h.signIn(t), h.SignIn(t, recordstest.LiSi(), "mohurd", true)} {
		h.send(t, token, e, `{"file":"pdf"}`).WantProblem(t, 404, "certificate-not-found")
	}
}
