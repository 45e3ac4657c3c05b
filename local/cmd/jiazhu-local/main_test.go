package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func needDynoxide(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("../../../.cache/bin/dynoxide"); err != nil && os.Getenv("DYNAMODB_ENDPOINT") == "" {
		t.Skip("dynoxide is not there: run `make fetch`")
	}
}

func TestExecReturnsWhatTheProgramReturns(t *testing.T) {
	needDynoxide(t)
	for name, c := range map[string]struct {
		script string
		want   int
	}{
		"success":  {"true", 0},
		"failure":  {"exit 7", 7},
		"a signal": {"kill -TERM $$", 128 + 15},
	} {
		t.Run(name, func(t *testing.T) {
			if code, err := command(t.Context(), []string{"exec", "--", "sh", "-c", c.script}); code != c.want || err != nil {
				t.Errorf("got %d, %v", code, err)
			}
		})
	}
}

func TestExecGivesTheProgramItsOwnStorageAndNoOtherCloud(t *testing.T) {
	needDynoxide(t)
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("KEPT", "yes")
	out := filepath.Join(t.TempDir(), "env")
	if code, err := command(t.Context(), []string{"exec", "--", "sh", "-c", `{ pwd; env; } > "$0"`, out}); code != 0 || err != nil {
		t.Fatalf("got %d, %v", code, err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	got := string(data)
	for _, want := range []string{here + "\n", "KEPT=yes\n", "RECORDS_TABLE=jiazhu-records\n", "AWS_ENDPOINT_URL_S3=http://127.0.0.1:"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "production") {
		t.Error("the program would find another cloud")
	}
}

func TestAnInterruptEndsTheProgramAndWhatItStarted(t *testing.T) {
	needDynoxide(t)
	ctx, cancel := context.WithCancel(t.Context())
	out := filepath.Join(t.TempDir(), "pid")
	go func() {
		defer cancel()
		for tick := time.NewTicker(time.Millisecond); ; <-tick.C {
			if data, _ := os.ReadFile(out); strings.HasSuffix(string(data), "\n") {
				return
			}
		}
	}()
	code, err := command(ctx, []string{"exec", "--", "sh", "-c", `sleep 600 & echo $! > "$0"; wait`, out})
	if code != 128+2 || err != nil {
		t.Errorf("got %d, %v", code, err)
	}
	pid, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := os.ReadFile("/proc/" + strings.TrimSpace(string(pid)) + "/stat")
	if err == nil && !strings.Contains(string(stat), ") Z ") {
		t.Errorf("still there: %s", stat)
	}
}

func TestWhatIsWrongIsSaidInOneLine(t *testing.T) {
	needDynoxide(t)
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer used.Close()
	port := strconv.Itoa(used.Addr().(*net.TCPAddr).Port)
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a command that is not there": {[]string{"fly"}, 2, "no command fly"},
		"exec without a program":      {[]string{"exec", "--"}, 2, "needs a program"},
		"a program that is not there": {[]string{"exec", "--", "nothing-of-that-name"}, 1, "not found"},
		"env where nothing runs":      {[]string{"env", "-data", t.TempDir()}, 1, "start it with `make run`"},
		"run with an argument":        {[]string{"run", "fast"}, 2, "fast"},
		"a port in use":               {[]string{"run", "-port", port, "-data", t.TempDir()}, 1, "the port is in use: " + port},
	} {
		t.Run(name, func(t *testing.T) {
			code, err := command(t.Context(), c.args)
			if code != c.code || err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %d, %v", code, err)
			}
		})
	}
}
