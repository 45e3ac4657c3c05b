package faultproxy

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/jiazhu/jiazhu/local/dynamodb"
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
		t.Fatal("dynoxide is not there: run `make fetch`")
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
