package processes

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"testing"
	"time"
)

func TestTheTimeOfAProcessorIsAProcessesOwn(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells")
	}
	idle := exec.Command("sleep", "600")
	if err := idle.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = idle.Process.Kill(); _ = idle.Wait() }()
	before, beside := CPU(os.Getpid()), CPU(idle.Process.Pid)
	for CPU(os.Getpid())-before < 20*time.Millisecond {
	}
	if took := CPU(idle.Process.Pid) - beside; took > 10*time.Millisecond {
		t.Errorf("a process that sleeps took %s", took)
	}
	if Peak(os.Getpid()) < 1<<20 || !slices.Contains(children(os.Getpid()), idle.Process.Pid) {
		t.Error("the processes are not seen")
	}
}
