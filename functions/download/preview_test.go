package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"mime"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/filename"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const (
	origin       = "https://jiazhu.example.cn"
	previewRoute = "GET /v1/certificates/{certificate}/endorsements/{endorsement}/preview"
)

// fakeDrawer draws a text that names the file.
type fakeDrawer struct{}

func (fakeDrawer) Draw(ofd []byte) ([]byte, error) {
	return []byte("<svg>" + string(ofd) + "</svg>"), nil
}

// look asks for the preview, with a token or by a query.
func (h fixture) look(t *testing.T, token, query string, e endorsement.Endorsement) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, h.app, recordstest.Request{
		Route: previewRoute, Token: token, Query: query, Path: map[string]string{"certificate": e.CertID, "endorsement": e.ID},
	})
}

// linkTo gets a link to the preview and returns what was said of it, and its query.
func (h fixture) linkTo(t *testing.T, e endorsement.Endorsement) (stated linkResponse, query string) {
	t.Helper()
	var said struct {
		linkResponse
		ExpiresAt time.Time `json:"expiresAt"`
	}
	h.send(t, h.signIn(t), e, `{"file":"preview"}`).Into(t, 201, &said)
	if stated = said.linkResponse; !said.ExpiresAt.Equal(h.Clock.Now().Add(time.Minute)) {
		t.Errorf("the link is over at %s", said.ExpiresAt)
	}
	address, err := url.Parse(stated.URL)
	if err != nil || address.Scheme+"://"+address.Host != origin || address.Path != "/v1/certificates/"+e.CertID+"/endorsements/"+e.ID+"/preview" {
		t.Fatalf("the link is %s, %v", stated.URL, err)
	}
	return stated, address.RawQuery
}

func TestAPreviewIsCompressedForWhoTakesThat(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	plain := h.look(t, h.signIn(t), "", e)
	packed := recordstest.Send(t, h.app, recordstest.Request{
		Route: previewRoute, Token: h.signIn(t), Path: map[string]string{"certificate": e.CertID, "endorsement": e.ID},
		Header: map[string]string{"accept-encoding": "br, gzip"},
	})
	if packed.Header["content-encoding"] != "gzip" || packed.Header["vary"] != "accept-encoding" || plain.Header["content-encoding"] != "" {
		t.Errorf("%v, %v", packed.Header, plain.Header)
	}
	body, err := base64.StdEncoding.DecodeString(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if read, err := io.ReadAll(r); err != nil || string(read) != plain.Body {
		t.Errorf("%q, %v; uncompressed %q", read, err, plain.Body)
	}
}

func TestAPreviewIsTheSameWithASessionAndByALink(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	stated, query := h.linkTo(t, e)
	want := "<svg>the ofd of " + e.ID + "</svg>"
	sum := sha256.Sum256([]byte(want))
	const name = "一级建造师注册证书-张三-20261123-20270522.svg"
	if stated.SHA256 != hex.EncodeToString(sum[:]) || stated.Bytes != int64(len(want)) || stated.MIME != "image/svg+xml" || stated.FileName != name {
		t.Errorf("stated %+v", stated)
	}
	for is, reply := range map[string]recordstest.Reply{"with a session": h.look(t, h.signIn(t), "", e), "by a link": h.look(t, "", query, e)} {
		if reply.Status != 200 || reply.Body != want || reply.Header["content-type"] != "image/svg+xml" || reply.Header["cache-control"] != "no-store" {
			t.Errorf("%s: %d %v %s", is, reply.Status, reply.Header, reply.Body)
		}
		if kind, params, err := mime.ParseMediaType(reply.Header["content-disposition"]); err != nil || kind != "inline" || params["filename"] != name {
			t.Errorf("%s: %q, want %q", is, reply.Header["content-disposition"], filename.InlineHeader(name))
		}
		if policy := reply.Header["content-security-policy"]; !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") {
			t.Errorf("%s: a preview that is opened may do %q", is, policy)
		}
	}
	for _, key := range h.Keys(t, h.Bucket) {
		if strings.HasSuffix(key, ".svg") {
			t.Errorf("%s is kept", key)
		}
	}
}

// A link works for a minute, as those to the other files do, and for the preview it was made for.
func TestALinkToAPreviewOpensNothingElse(t *testing.T) {
	h := newFixture(t, nil)
	e, other := h.endorse(t), h.endorse(t)
	_, query := h.linkTo(t, e)
	h.look(t, "", query, other).WantProblem(t, 410, "file-link-invalid")
	text, _ := url.QueryUnescape(strings.TrimPrefix(query, "link="))
	content, tag, _ := strings.Cut(text, ".")
	for is, link := range map[string]string{
		"empty": "", "nothing": "x", "without its tag": content, "of another tag": content + "." + tag[:len(tag)-3] + "abc",
		"with another content": "A" + content[1:] + "." + tag, "longer": text + "A",
		"with a line feed": text[:5] + "\n" + text[5:], "with a carriage return": text[:5] + "\r" + text[5:], "with a line feed behind": text + "\n",
	} {
		t.Run(is, func(t *testing.T) {
			h.look(t, h.signIn(t), "link="+url.QueryEscape(link), e).WantProblem(t, 410, "file-link-invalid")
		})
	}
	if _, err := h.Records.Withdraw(t.Context(), e.CertID, e.Holder, e.ID, "", h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(59 * time.Second)
	if reply := h.look(t, "", query, e); reply.Status != 200 {
		t.Errorf("within its minute: %d %s", reply.Status, reply.Body)
	}
	h.Clock.Advance(time.Second)
	h.look(t, "", query, e).WantProblem(t, 410, "file-link-invalid")
}

func TestAPreviewIsShownToWhomTheFilesAreHandedOut(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	h.look(t, "", "", e).WantProblem(t, 401, "session-required")
	h.look(t, h.SignIn(t, recordstest.ZhangSan(), "mohurd", false), "", e).WantProblem(t, 403, "identity-required")
	h.look(t, h.SignIn(t, recordstest.LiSi(), "mohurd", true), "", e).WantProblem(t, 404, "certificate-not-found")
	if _, err := h.Records.Withdraw(t.Context(), e.CertID, e.Holder, e.ID, "", h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.look(t, h.signIn(t), "", e).WantProblem(t, 410, "endorsement-withdrawn")
	h.send(t, h.signIn(t), e, `{"file":"preview"}`).WantProblem(t, 410, "endorsement-withdrawn")
}

// An earlier version of the service stored a preview beside the documents: that one is shown.
func TestAStoredPreviewIsShownAsItIs(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorseWith(t, func(e *endorsement.Endorsement) {
		s, err := h.Files.Put(t.Context(), "endorsements/"+e.CertID+"/"+e.ID, "svg", "image/svg+xml", []byte("<svg>as it was drawn</svg>"))
		if err != nil {
			t.Fatal(err)
		}
		e.Files["preview"] = endorsement.File{Key: s.Key, SHA256: s.SHA256, Bytes: s.Bytes, MIME: s.MIME}
	})
	stated, query := h.linkTo(t, e)
	if stated.SHA256 != e.Files["preview"].SHA256 {
		t.Errorf("stated %s", stated.SHA256)
	}
	for _, reply := range []recordstest.Reply{h.look(t, h.signIn(t), "", e), h.look(t, "", query, e)} {
		if reply.Status != 200 || reply.Body != "<svg>as it was drawn</svg>" {
			t.Errorf("%d %s", reply.Status, reply.Body)
		}
	}
}

func TestAPreviewIsDrawnFromTheRegisteredFileOnly(t *testing.T) {
	h := newFixture(t, nil)
	e := h.endorse(t)
	_, query := h.linkTo(t, e)
	key := e.Files["ofd"].Key
	put := s3.PutObjectInput{Bucket: &h.Bucket, Key: &key, Body: bytes.NewReader([]byte("another"))}
	if _, err := h.Buckets().PutObject(t.Context(), &put); err != nil {
		t.Fatal(err)
	}
	h.look(t, h.signIn(t), "", e).WantProblem(t, 500, "internal")
	h.look(t, "", query, e).WantProblem(t, 500, "internal")
	if _, err := h.Buckets().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &h.Bucket, Key: &key}); err != nil {
		t.Fatal(err)
	}
	h.look(t, h.signIn(t), "", e).WantProblem(t, 410, "files-gone")
	h.look(t, "", query, e).WantProblem(t, 410, "files-gone")
}
