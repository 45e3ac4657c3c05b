//go:build linux

package child

import (
	"bufio"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary play a parent that is killed without warning.
func TestMain(m *testing.M) {
	if os.Getenv("CHILD_TEST_PARENT") == "" {
		os.Exit(m.Run())
	}
	c, err := Start(exec.Command("sleep", "600"))
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString(strconv.Itoa(c.PID()) + "\n")
	select {}
}

func TestAChildDoesNotOutliveItsParentEvenWhenThatIsKilled(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), "CHILD_TEST_PARENT=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	_ = parent.Process.Kill()
	_ = parent.Wait()
	if !awaitEnd(t, pid) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		t.Fatalf("process %d is still there", pid)
	}
}

func TestStopEndsWhatTheChildStarted(t *testing.T) {
	cmd := exec.Command("sh", "-c", "sleep 600 & echo $!; trap '' TERM; wait; wait")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	grandchild, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	c.Stop(100 * time.Millisecond)
	if !awaitEnd(t, c.PID()) || !awaitEnd(t, grandchild) {
		t.Error("something is still there")
	}
}

func TestAProgramThatIsNotThereIsAnError(t *testing.T) {
	if _, err := Start(exec.Command("/nowhere/nothing")); err == nil {
		t.Error("no error")
	}
}

// awaitEnd waits until the process has ended (or is only waiting to be collected).
func awaitEnd(t *testing.T, pid int) bool {
	t.Helper()
	for range 100 {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return true
		}
		<-time.After(20 * time.Millisecond)
	}
	return false
}
