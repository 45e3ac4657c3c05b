package drive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/local/dynamodb"
	jiazhus3 "github.com/jiazhu/jiazhu/local/s3"
	"github.com/jiazhu/jiazhu/local/stack"
)

// TestMain lets the test binary be S3, as the programs are that use the package.
func TestMain(m *testing.M) {
	if isS3, err := ServeS3(context.Background(), os.Args[1:]); isS3 {
		if err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

func TestAServerThatWasKilledComesBackOnItsPort(t *testing.T) {
	binary, err := filepath.Abs("../../.cache/bin/dynoxide")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(binary); err != nil {
		t.Skip("dynoxide is not there: run `make fetch`")
	}
	file := filepath.Join(t.TempDir(), "tables.sqlite")
	s, err := NewServer("DynamoDB", func(port int) *exec.Cmd { return dynamodb.Command(binary, file, port) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	var pids []int
	for range 2 {
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		pids = append(pids, s.PID())
		res, err := http.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		s.Kill()
		if res, err := http.Get(s.URL); err == nil {
			_ = res.Body.Close()
			t.Error("it answers, killed")
		}
	}
	if pids[0] == pids[1] || s.PID() != 0 {
		t.Errorf("the processes were %v, and %d is left", pids, s.PID())
	}
}

func TestAnObjectThatWasTakenIsThereAfterAKill(t *testing.T) {
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
	if errors.Is(err, dynamodb.ErrMissing) {
		t.Skip(err)
	}
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
		Region: stack.Region, BaseEndpoint: &storage.Objects.URL, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(account.AccessKeyID, account.SecretAccessKey, ""),
	})
	bucket := aws.String("jiazhu-things")
	if err := jiazhus3.EnsureBucket(t.Context(), client, *bucket, nil); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		body := bytes.Repeat([]byte{byte(i)}, 100_000)
		key := aws.String("a/" + strconv.Itoa(i))
		if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: key, Body: bytes.NewReader(body)}); err != nil {
			t.Fatal(err)
		}
		storage.Objects.Kill()
		if err := storage.Objects.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: key})
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(out.Body)
		_ = out.Body.Close()
		if err != nil || !bytes.Equal(got, body) {
			t.Errorf("the object %d has %d bytes, %v", i, len(got), err)
		}
	}
}
