package faultproxy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	jiazhus3 "github.com/jiazhu/jiazhu/local/s3"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// testBucket is a bucket in an S3 that can be killed.
type testBucket struct {
	server *Server
	client *s3.Client
	bucket *string
}

func openTestBucket(t *testing.T) testBucket {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	root, err := stack.FindRoot(here)
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	storage, err := NewStorage(root, data)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(storage.Stop)
	if err := storage.Objects.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	account, err := jiazhus3.KeepCredentials(filepath.Join(data, "credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	client := s3.New(s3.Options{
		Region: stack.Region, BaseEndpoint: &storage.Objects.URL, UsePathStyle: true, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(account.AccessKeyID, account.SecretAccessKey, ""),
	})
	bucket := "jiazhu-things"
	if err := jiazhus3.EnsureBucket(t.Context(), client, bucket, nil); err != nil {
		t.Fatal(err)
	}
	return testBucket{storage.Objects, client, &bucket}
}

// content is what lies under a key.
func content(key string) []byte { return bytes.Repeat([]byte(key), 100_000/len(key)) }

func (s testBucket) put(ctx context.Context, key string) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: s.bucket, Key: &key, Body: bytes.NewReader(content(key)), IfNoneMatch: aws.String("*"),
	})
	return err
}

func (s testBucket) restart(t *testing.T) {
	t.Helper()
	s.server.Kill()
	if err := s.server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// check reads an object that is acknowledged, as answer says.
func (s testBucket) check(t *testing.T, key, answer string) {
	t.Helper()
	out, err := s.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: s.bucket, Key: &key})
	if err != nil {
		t.Errorf("%s, %s: %v", key, answer, err)
		return
	}
	defer out.Body.Close()
	if got, err := io.ReadAll(out.Body); err != nil || !bytes.Equal(got, content(key)) {
		t.Errorf("%s, %s: %d bytes, %v", key, answer, len(got), err)
	}
}

func TestAnObjectThatWasTakenIsThereAfterAKill(t *testing.T) {
	s := openTestBucket(t)
	for i := range 5 {
		key := "a/" + strconv.Itoa(i)
		if err := s.put(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		s.restart(t)
		s.check(t, key, "taken")
	}
}

// TestAnObjectThatIsSaidToBeThereIs: writers of new objects try again until S3 has taken each, or says that it is there
// already, while it is killed in the middle of many of them.
func TestAnObjectThatIsSaidToBeThereIs(t *testing.T) {
	const kills, writers = 20, 16
	s := openTestBucket(t)
	var ended atomic.Bool
	var all sync.WaitGroup
	var answers sync.Map
	for w := range writers {
		all.Go(func() {
			for n := 0; !ended.Load(); n++ {
				key := fmt.Sprintf("%d/%d/file", w, n)
				err := s.put(t.Context(), key)
				for ; err != nil && !dynamo.IsExist(err); err = s.put(t.Context(), key) {
					time.Sleep(5 * time.Millisecond)
				}
				answers.Store(key, map[bool]string{true: "taken", false: "there already"}[err == nil])
			}
		})
	}
	for range kills {
		time.Sleep(20*time.Millisecond + rand.N(100*time.Millisecond))
		s.restart(t)
	}
	ended.Store(true)
	all.Wait()
	count := map[string]int{}
	answers.Range(func(key, answer any) bool {
		count[answer.(string)]++
		s.check(t, key.(string), answer.(string))
		return true
	})
	t.Log(count)
}
