package files_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const fileName = "一级建造师注册证书-张三-20261123-20270522.pdf"

func open(t *testing.T) (*files.Bucket, *recordstest.Cloud, string) {
	t.Helper()
	cloud := recordstest.Open(t)
	name := cloud.Bucket(t)
	return files.New(cloud.Buckets(), name), cloud, name
}

func TestAFileIsNamedByItsContentAndStoredOnce(t *testing.T) {
	bucket, cloud, name := open(t)
	data := []byte("%PDF-1.7 and so on")
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	want := files.Stored{
		Key: "endorsements/C/E/" + digest + ".pdf", SHA256: digest, Bytes: int64(len(data)), MIME: "application/pdf",
	}
	for range 2 {
		got, err := bucket.Put(t.Context(), "endorsements/C/E", "pdf", "application/pdf", data)
		if err != nil || got != want {
			t.Fatalf("stored %+v, %v", got, err)
		}
	}
	if keys := cloud.Keys(t, name); len(keys) != 1 || keys[0] != want.Key {
		t.Errorf("the bucket holds %v", keys)
	}
}

// requestRecorder answers every request with 200, and keeps the last.
type requestRecorder struct{ last *http.Request }

func (r *requestRecorder) Do(sent *http.Request) (*http.Response, error) {
	r.last = sent
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

// TestAFilesDigestIsSigned where the client would leave it out of the signature, which is over HTTPS.
func TestAFilesDigestIsSigned(t *testing.T) {
	recorder := &requestRecorder{}
	bucket := files.New(s3.New(s3.Options{
		BaseEndpoint: aws.String("https://s3.example.com"), Region: "us-east-1", HTTPClient: recorder,
		Credentials: credentials.NewStaticCredentialsProvider("AKID", "secret", ""),
	}), "files")
	stored, err := bucket.Put(t.Context(), "f", "pdf", "application/pdf", []byte("data"))
	if err != nil {
		t.Fatal(err)
	}
	if got := recorder.last.Header.Get("X-Amz-Content-Sha256"); got != stored.SHA256 {
		t.Errorf("the digest is %q, want %s", got, stored.SHA256)
	}
	if got := recorder.last.Header.Get("Authorization"); !strings.Contains(got, "x-amz-content-sha256") {
		t.Errorf("the digest is not signed: %s", got)
	}
}

func TestALostAnswerLeavesTheFileStored(t *testing.T) {
	bucket, cloud, _ := open(t)
	lost := false
	cloud.Transport.On(func(c recordstest.Call) recordstest.CallOutcome {
		if c == "PUT object" && !lost {
			lost = true
			return recordstest.AnswerLost
		}
		return recordstest.Arrives
	})
	if _, err := bucket.Put(t.Context(), "f", "pdf", "application/pdf", []byte("data")); err != nil {
		t.Fatal(err)
	}
	cloud.Transport.On(func(recordstest.Call) recordstest.CallOutcome { return recordstest.NeverArrives })
	_, err := bucket.Put(t.Context(), "f", "pdf", "application/pdf", []byte("other data"))
	if !dynamo.IsUnavailable(err) {
		t.Errorf("got %v", err)
	}
}

func TestALinkOpensOneFileUnderItsName(t *testing.T) {
	bucket, cloud, _ := open(t)
	data := []byte("%PDF-1.7 and so on")
	stored, err := bucket.Put(t.Context(), "f", "pdf", "application/pdf", data)
	if err != nil {
		t.Fatal(err)
	}
	calls := cloud.Transport.Listen()
	link, err := bucket.Link(t.Context(), stored.Key, files.Download{Name: fileName, MIME: "application/pdf"})
	if err != nil {
		t.Fatal(err)
	}
	if made := calls(); len(made) != 0 {
		t.Errorf("signing a link asked the store: %v", made)
	}
	answer, body := send(t, http.MethodGet, link)
	if answer.StatusCode != http.StatusOK || !bytes.Equal(body, data) {
		t.Fatalf("%s: %s", answer.Status, body)
	}
	kind, params, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition"))
	if err != nil || kind != "attachment" || params["filename"] != fileName {
		t.Errorf("saved as %q %v, %v", kind, params, err)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/pdf" {
		t.Errorf("content type %q", got)
	}
	if got := query(t, link).Get("X-Amz-Expires"); got != "60" {
		t.Errorf("good for %s seconds", got)
	}
}

func TestATamperedLinkOpensNothing(t *testing.T) {
	bucket, _, _ := open(t)
	stored, err := bucket.Put(t.Context(), "f", "pdf", "application/pdf", []byte("data"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := bucket.Put(t.Context(), "f", "pdf", "application/pdf", []byte("another's data"))
	if err != nil {
		t.Fatal(err)
	}
	link, err := bucket.Link(t.Context(), stored.Key, files.Download{Name: fileName, MIME: "application/pdf"})
	if err != nil {
		t.Fatal(err)
	}
	bare, _, _ := strings.Cut(link, "?")
	for name, tampered := range map[string]struct{ method, url string }{
		"for another file":      {http.MethodGet, strings.Replace(link, stored.SHA256, other.SHA256, 1)},
		"for longer":            {http.MethodGet, strings.Replace(link, "X-Amz-Expires=60", "X-Amz-Expires=600", 1)},
		"under another name":    {http.MethodGet, strings.Replace(link, "attachment", "inline", 1)},
		"to write":              {http.MethodPut, link},
		"to delete":             {http.MethodDelete, link},
		"without the signature": {http.MethodGet, bare},
	} {
		t.Run(name, func(t *testing.T) {
			if answer, body := send(t, tampered.method, tampered.url); answer.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %s", answer.Status, body)
			}
		})
	}
}

func TestAPreviewIsShownInThePage(t *testing.T) {
	bucket, _, _ := open(t)
	stored, err := bucket.Put(t.Context(), "f", "svg", "image/svg+xml", []byte("<svg/>"))
	if err != nil {
		t.Fatal(err)
	}
	link, err := bucket.Link(t.Context(), stored.Key, files.Download{Name: "张三.svg", MIME: "image/svg+xml", Inline: true})
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := send(t, http.MethodGet, link)
	if got := answer.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "inline;") {
		t.Errorf("content disposition %q", got)
	}
}

func send(t *testing.T, method, address string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, body
}

func query(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}
