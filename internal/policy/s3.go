package policy

import (
	"net/http"
	"net/url"
	"strings"
)

// ObjectCalls returns the calls for which a request to S3 with the bucket in its path needs permission. resource returns
// a bucket's resource by its name; an unknown bucket keeps its name, and no role allows it.
func ObjectCalls(r *http.Request, resource func(bucket string) string) []Call {
	at := objectResource(r.URL.Path, resource)
	if !strings.Contains(at, "/") {
		return []Call{{Action: "s3:ListBucket", Resource: at}} // or something else that no function is for
	}
	calls := []Call{{Action: objectAction(r.Method, r.URL.Query()), Resource: at}}
	if source := r.Header.Get("X-Amz-Copy-Source"); source != "" {
		path, _, _ := strings.Cut(source, "?")
		if plain, err := url.PathUnescape(path); err == nil {
			path = plain
		}
		calls = append(calls, Call{Action: "s3:GetObject", Resource: objectResource(path, resource)})
	}
	if r.Header.Get("X-Amz-Object-Lock-Mode") != "" {
		calls = append(calls, Call{Action: "s3:PutObjectRetention", Resource: at})
	}
	return calls
}

// objectResource is the resource of a path: a bucket, or an object in it.
func objectResource(path string, resource func(bucket string) string) string {
	bucket, object, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if known := resource(bucket); known != "" {
		bucket = known
	}
	if object == "" {
		return bucket
	}
	return bucket + "/" + object
}

func objectAction(method string, query url.Values) string {
	switch {
	case query.Has("retention"), query.Has("legal-hold"), query.Has("acl"), query.Has("tagging"):
		return "s3:PutObjectRetention" // and others that no function is for
	case method == http.MethodGet, method == http.MethodHead:
		return "s3:GetObject"
	case method == http.MethodDelete && query.Has("uploadId"):
		return "s3:AbortMultipartUpload"
	case method == http.MethodDelete && query.Has("versionId"):
		return "s3:DeleteObjectVersion"
	case method == http.MethodDelete:
		return "s3:DeleteObject"
	}
	return "s3:PutObject" // of a whole object, or of a part
}
