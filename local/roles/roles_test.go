package roles

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestAFunctionWritesItsKindsOfTheJournalAndReadsNone asks S3 as each function would, by the roles of template.yaml.
func TestAFunctionWritesItsKindsOfTheJournalAndReadsNone(t *testing.T) {
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Method+" "+r.Host)
	}))
	defer s3.Close()
	var log bytes.Buffer
	judge, err := New("../../template.yaml", "http://127.0.0.1:1", &log)
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, c := range []struct {
		function, method, path string
		want                   int
	}{
		{"endorse", "PUT", "/jiazhu-journal/journal/withdrawal/2026-11-23/id.json", 200},
		{"endorse", "PUT", "/jiazhu-journal/journal/consent-revoked/2026-11-23/id.json", 200},
		{"endorse", "PUT", "/jiazhu-files/endorsements/c/e/x.pdf", 200},
		{"endorse", "PUT", "/jiazhu-journal/journal/password/2026-11-23/id.json", 403},
		{"endorse", "PUT", "/jiazhu-journal/journal/erasure/2026-11-23/id.json", 403},
		{"endorse", "PUT", "/jiazhu-journal/journal/audit/2026-11-23/id.json", 403},
		{"endorse", "GET", "/jiazhu-journal/journal/withdrawal/2026-11-23/id.json", 403},
		{"endorse", "DELETE", "/jiazhu-journal/journal/withdrawal/2026-11-23/id.json", 403},
		{"endorse", "DELETE", "/jiazhu-journal/journal/withdrawal/2026-11-23/id.json?versionId=v", 403},
		{"endorse", "GET", "/jiazhu-journal?versions", 403},
		{"endorse", "PUT", "/jiazhu-journal?object-lock", 403},
		{"login", "PUT", "/jiazhu-journal/journal/password/2026-11-23/id.json", 200},
		{"login", "PUT", "/jiazhu-journal/journal/withdrawal/2026-11-23/id.json", 403},
		{"login", "GET", "/jiazhu-journal/journal/password/2026-11-23/id.json", 403},
		{"login", "PUT", "/jiazhu-files/endorsements/c/e/x.pdf", 403},
		{"report", "PUT", "/jiazhu-journal/journal/versions/2026-11-23/id.json", 200},
		{"report", "PUT", "/jiazhu-journal/journal/withdrawal/2026-11-23/id.json", 403},
		{"report", "GET", "/jiazhu-journal/journal/versions/2026-11-23/id.json", 403},
		{"report", "DELETE", "/jiazhu-journal/journal/versions/2026-11-23/id.json", 403},
		{"intake", "PUT", "/jiazhu-journal/journal/versions/2026-11-23/id.json", 200},
		{"intake", "PUT", "/jiazhu-journal/journal/audit/2026-11-23/id.json", 403},
		{"intake", "GET", "/jiazhu-journal/journal/versions/2026-11-23/id.json", 403},
		{"endorse", "PUT", "/jiazhu-journal/journal/versions/2026-11-23/id.json", 403},
		{"verify", "PUT", "/jiazhu-journal/journal/withdrawal/2026-11-23/id.json", 403},
		{"nobody", "PUT", "/jiazhu-journal/journal/withdrawal/2026-11-23/id.json", 403},
	} {
		handler, err := judge.Objects(c.function, s3.URL)
		if err != nil {
			t.Fatal(err)
		}
		answer := httptest.NewRecorder()
		r := httptest.NewRequest(c.method, c.path, http.NoBody)
		handler.ServeHTTP(answer, r)
		if answer.Code != c.want {
			t.Errorf("%s %s %s: %d, want %d", c.function, c.method, c.path, answer.Code, c.want)
		}
		if c.want == http.StatusForbidden {
			refused++
			if !strings.Contains(answer.Body.String(), "<Code>AccessDenied</Code>") {
				t.Errorf("refused with %s", answer.Body)
			}
		} else if got := answer.Body.String(); got != c.method+" "+r.Host { // which the signature is about
			t.Errorf("S3 was told %q", got)
		}
	}
	if got := len(judge.RefusedCalls()); got != refused || strings.Count(log.String(), "\n") != refused {
		t.Errorf("%d refusals are written down, of %d: %s", got, refused, &log)
	}
}
