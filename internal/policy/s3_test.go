package policy

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestARequestToS3AsksForWhatIAMAsksFor(t *testing.T) {
	for name, c := range map[string]struct {
		method, target string
		header         http.Header
		want           []string
	}{
		"an object put":        {"PUT", "/jiazhu-journal/journal/a/b.json", nil, []string{"s3:PutObject Journal.Arn/journal/a/b.json"}},
		"a part put":           {"PUT", "/jiazhu-journal/x?partNumber=1&uploadId=u", nil, []string{"s3:PutObject Journal.Arn/x"}},
		"an upload begun":      {"POST", "/jiazhu-journal/x?uploads", nil, []string{"s3:PutObject Journal.Arn/x"}},
		"an upload given up":   {"DELETE", "/jiazhu-journal/x?uploadId=u", nil, []string{"s3:AbortMultipartUpload Journal.Arn/x"}},
		"an object read":       {"GET", "/jiazhu-journal/x%20y", nil, []string{"s3:GetObject Journal.Arn/x y"}},
		"an object removed":    {"DELETE", "/jiazhu-journal/x", nil, []string{"s3:DeleteObject Journal.Arn/x"}},
		"a version removed":    {"DELETE", "/jiazhu-journal/x?versionId=v", nil, []string{"s3:DeleteObjectVersion Journal.Arn/x"}},
		"a listing":            {"GET", "/jiazhu-journal?list-type=2", nil, []string{"s3:ListBucket Journal.Arn"}},
		"several removed":      {"POST", "/jiazhu-journal?delete", nil, []string{"s3:ListBucket Journal.Arn"}},
		"a lock changed":       {"PUT", "/jiazhu-journal/x?retention", nil, []string{"s3:PutObjectRetention Journal.Arn/x"}},
		"a bucket of others":   {"GET", "/theirs/x", nil, []string{"s3:GetObject theirs/x"}},
		"a copy":               {"PUT", "/jiazhu-journal/x", http.Header{"X-Amz-Copy-Source": {"jiazhu-journal/y%20z?versionId=v"}}, []string{"s3:PutObject Journal.Arn/x", "s3:GetObject Journal.Arn/y z"}},
		"a lock of the writer": {"PUT", "/jiazhu-journal/x", http.Header{"X-Amz-Object-Lock-Mode": {"GOVERNANCE"}}, []string{"s3:PutObject Journal.Arn/x", "s3:PutObjectRetention Journal.Arn/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.target, http.NoBody)
			for name, values := range c.header {
				r.Header[name] = values
			}
			var got []string
			for _, call := range ObjectCalls(r, func(bucket string) string { return map[string]string{"jiazhu-journal": "Journal.Arn"}[bucket] }) {
				got = append(got, call.Action+" "+call.Resource)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
