package s3

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

const (
	bucket = "jiazhu-files"
	reader = "http://127.0.0.1:8080"
)

// start runs a server with its data in directory and returns a client with the bucket
// made. Stop it before starting another.
func start(t *testing.T, dir string) (*Server, *s3.Client) {
	t.Helper()
	account, err := KeepCredentials(filepath.Join(dir, "credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), dir, account, "us-east-1", "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("us-east-1"),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(account.AccessKeyID, account.SecretAccessKey, "")))
	if err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(c, func(o *s3.Options) { o.BaseEndpoint = &s.Endpoint })
	for range 2 { // the second time it is there already
		if err := EnsureBucket(t.Context(), client, bucket, []string{reader}); err != nil {
			t.Fatal(err)
		}
	}
	return s, client
}

func put(ctx context.Context, client *s3.Client, key, body string) error {
	_, err := client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(body), ContentType: aws.String("application/pdf"),
		IfNoneMatch: aws.String("*"), ChecksumAlgorithm: types.ChecksumAlgorithmSha256,
	})
	return err
}

func TestObjectsSurviveARestartAndTheWorkingDirectoryComesBack(t *testing.T) {
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s, client := start(t, dir)
	if err := put(t.Context(), client, "a/b.pdf", "一"); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if after, _ := os.Getwd(); after != before {
		t.Errorf("the working directory is %s", after)
	}
	s, client = start(t, dir)
	defer s.Stop()
	got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("a/b.pdf"), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil || string(body) != "一" || aws.ToString(got.ContentType) != "application/pdf" || got.ChecksumSHA256 == nil {
		t.Errorf("got %q, type %s, checksum %v, %v", body, aws.ToString(got.ContentType), got.ChecksumSHA256, err)
	}
}

// TestAnObjectThatAKilledServerDidNotFinishIsWritten: killed in the middle of writing an object, or of removing one, the
// server leaves its properties without it.
func TestAnObjectThatAKilledServerDidNotFinishIsWritten(t *testing.T) {
	dir := t.TempDir()
	s, client := start(t, dir)
	if err := put(t.Context(), client, "a/b.pdf", "一"); err != nil {
		t.Fatal(err)
	}
	s.Stop()
	if err := os.Remove(filepath.Join(dir, "objects", bucket, "a", "b.pdf")); err != nil {
		t.Fatal(err)
	}
	s, client = start(t, dir)
	defer s.Stop()
	if err := put(t.Context(), client, "a/b.pdf", "二"); err != nil {
		t.Fatalf("an object that is not there is refused: %v", err)
	}
	got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("a/b.pdf"), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if body, err := io.ReadAll(got.Body); err != nil || string(body) != "二" {
		t.Errorf("got %q, %v", body, err)
	}
	var refused smithy.APIError
	if err := put(t.Context(), client, "a/b.pdf", "三"); !errors.As(err, &refused) || refused.ErrorCode() != "PreconditionFailed" {
		t.Errorf("an object that is there was written over: %v", err)
	}
}

func TestOfEightWritersOfANewKeyOneWins(t *testing.T) {
	s, client := start(t, t.TempDir())
	defer s.Stop()
	var won, lost atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			err := put(t.Context(), client, "one", "x")
			var refused smithy.APIError
			switch {
			case err == nil:
				won.Add(1)
			case errors.As(err, &refused) && refused.ErrorCode() == "PreconditionFailed":
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || lost.Load() != 7 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
}

func TestALinkIsGoodForWhatItWasMadeForAndNothingElse(t *testing.T) {
	s, client := start(t, t.TempDir())
	defer s.Stop()
	for _, key := range []string{"a.pdf", "b.pdf"} {
		if err := put(t.Context(), client, key, "一"); err != nil {
			t.Fatal(err)
		}
	}
	link, err := s3.NewPresignClient(client).PresignGetObject(t.Context(), &s3.GetObjectInput{
		Bucket: aws.String(bucket), Key: aws.String("a.pdf"), ResponseContentDisposition: aws.String(`attachment; filename="a.pdf"`),
	}, s3.WithPresignExpires(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, with string) string {
		if !strings.Contains(link.URL, old) {
			t.Fatalf("%s has no %s", link.URL, old)
		}
		return strings.Replace(link.URL, old, with, 1)
	}
	for name, c := range map[string]struct {
		method, url string
		want        int
	}{
		"as it was made":       {"GET", link.URL, 200},
		"another object":       {"GET", replace("a.pdf", "b.pdf"), 403},
		"a longer life":        {"GET", replace("X-Amz-Expires=60", "X-Amz-Expires=600"), 403},
		"another file name":    {"GET", replace("response-content-disposition=attachment", "response-content-disposition=inline"), 403},
		"another signature":    {"GET", replace("X-Amz-Signature=", "X-Amz-Signature=0"), 403},
		"writing":              {"PUT", link.URL, 403},
		"no signature at all":  {"GET", s.Endpoint + "/" + bucket + "/a.pdf", 403},
		"a listing of objects": {"GET", s.Endpoint + "/" + bucket, 403},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), c.method, c.url, bytes.NewReader(nil))
			if err != nil {
				t.Fatal(err)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if response.StatusCode != c.want {
				t.Errorf("got %d, want %d", response.StatusCode, c.want)
			}
			if disposition := response.Header.Get("Content-Disposition"); c.want == 200 && disposition != `attachment; filename="a.pdf"` {
				t.Errorf("disposition %q", disposition)
			}
		})
	}
}

func TestDamagedCredentialsAreNotReplacedInSilence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "credentials.json")
	first, err := KeepCredentials(file)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := KeepCredentials(file); err != nil || again != first {
		t.Errorf("the second time: %v, %v", again, err)
	}
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := KeepCredentials(file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyAReadersPageSeesWhatALinkLeadsTo(t *testing.T) {
	s, client := start(t, t.TempDir())
	defer s.Stop()
	if err := put(t.Context(), client, "one", "x"); err != nil {
		t.Fatal(err)
	}
	link, err := s3.NewPresignClient(client).PresignGetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("one")})
	if err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[string]string{reader: reader, "https://elsewhere.example": ""} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, link.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", origin)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if got := answer.Header.Get("Access-Control-Allow-Origin"); answer.StatusCode != http.StatusOK || got != want {
			t.Errorf("for %s: %d, allowed is %q, want %q", origin, answer.StatusCode, got, want)
		}
	}
}
