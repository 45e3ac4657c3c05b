package e2e

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/stack"
)

// get follows a link as a browser would, and returns the status.
func get(t *testing.T, method, link string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode
}

func TestALinkIsGoodForItselfOnly(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	one, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.Link(t.Context(), one, "pdf")
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Link(t.Context(), other, "pdf")
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, http.MethodGet, link.URL); got != http.StatusOK {
		t.Fatalf("the link itself: %d", got)
	}
	for name, c := range map[string]struct{ method, link string }{
		"another character in the signature": {http.MethodGet, alterLink(t, link.URL, "X-Amz-Signature", flip)},
		"a longer life":                      {http.MethodGet, alterLink(t, link.URL, "X-Amz-Expires", func(string) string { return "3600" })},
		"another file name":                  {http.MethodGet, alterLink(t, link.URL, "response-content-disposition", func(string) string { return "inline" })},
		"another endorsement's file":         {http.MethodGet, swapLinkPath(t, link.URL, second.URL)},
		"no signature at all":                {http.MethodGet, strings.SplitN(link.URL, "?", 2)[0]},
		"to write":                           {http.MethodPut, link.URL},
		"to delete":                          {http.MethodDelete, link.URL},
	} {
		t.Run(name, func(t *testing.T) {
			if got := get(t, c.method, c.link); got != http.StatusForbidden {
				t.Errorf("got %d, want 403", got)
			}
		})
	}
}

func TestALinkEndsAfterItsMinute(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	made, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	link, err := s.Link(t.Context(), made, "ofd")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if got := get(t, http.MethodGet, signLinkAt(t, link.URL, now.Add(-30*time.Second))); got != http.StatusOK {
		t.Errorf("after half a minute: %d, want 200", got)
	}
	if got := get(t, http.MethodGet, signLinkAt(t, link.URL, now.Add(-61*time.Second))); got != http.StatusForbidden {
		t.Errorf("after 61 seconds: %d, want 403", got)
	}
}

// signLinkAt is the same link as the service would have made it at another time.
func signLinkAt(t *testing.T, link string, at time.Time) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	for _, name := range []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature"} {
		query.Del(name)
	}
	if got := query.Get("X-Amz-Expires"); got != "60" {
		t.Fatalf("the link lives %s seconds, want 60", got)
	}
	u.RawQuery = query.Encode()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	env := service.stack.Storage.Environment()
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	signed, _, err := signer.PresignHTTP(t.Context(), aws.Credentials{
		AccessKeyID: env["AWS_ACCESS_KEY_ID"], SecretAccessKey: env["AWS_SECRET_ACCESS_KEY"],
	}, r, "UNSIGNED-PAYLOAD", "s3", stack.Region, at)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func alterLink(t *testing.T, link, name string, change func(string) string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	if query.Get(name) == "" {
		t.Fatalf("the link has no %s", name)
	}
	query.Set(name, change(query.Get(name)))
	u.RawQuery = query.Encode()
	return u.String()
}

func flip(signature string) string {
	last := "0"
	if strings.HasSuffix(signature, "0") {
		last = "1"
	}
	return signature[:len(signature)-1] + last
}

// swapLinkPath keeps a link's signature and takes another's path.
func swapLinkPath(t *testing.T, link, other string) string {
	t.Helper()
	a, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	b, err := url.Parse(other)
	if err != nil {
		t.Fatal(err)
	}
	if a.Path == b.Path {
		t.Fatal("both links lead to one file")
	}
	a.Path, a.RawPath = b.Path, b.RawPath
	return a.String()
}
