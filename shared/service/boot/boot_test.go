package boot_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/boot"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// TestAFunctionThatCannotStartSaysWhy, as a line of the log that no LogLevel leaves out.
func TestAFunctionThatCannotStartSaysWhy(t *testing.T) {
	if os.Getenv("BOOT_TEST_STARTS") != "" {
		boot.Run("test", func(context.Context, *boot.Function) (any, error) { return nil, nil }, config.RecordsTable)
	}
	start := func(format string) string {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run", t.Name())
		c.Env = []string{"BOOT_TEST_STARTS=1", "AWS_LAMBDA_LOG_FORMAT=" + format}
		var said strings.Builder
		c.Stderr = &said
		var exit *exec.ExitError
		if err := c.Run(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("it ends with %v", err)
		}
		return said.String()
	}
	plain := start("Text")
	if !strings.HasPrefix(plain, "test: ") || !strings.Contains(plain, config.RecordsTable) {
		t.Errorf("it says %q", plain)
	}
	var line struct{ Timestamp, Level, Function, Cause string }
	if err := json.Unmarshal([]byte(start("JSON")), &line); err != nil {
		t.Fatal(err)
	}
	if line.Timestamp == "" || line.Level != "ERROR" || line.Function != "test" || "test: "+line.Cause+"\n" != plain {
		t.Errorf("it says %+v, as text %q", line, plain)
	}
}

// TestTheRuntimeFitsTheFunctionsMemory starts processes with the memory that Lambda names.
func TestTheRuntimeFitsTheFunctionsMemory(t *testing.T) {
	if os.Getenv("BOOT_TEST_RUNTIME") != "" {
		boot.Run("test", func(context.Context, *boot.Function) (any, error) {
			fmt.Println(runtime.GOMAXPROCS(0), debug.SetMemoryLimit(-1)>>20, debug.SetGCPercent(100))
			os.Exit(0)
			return nil, nil
		})
	}
	for memory, want := range map[string]string{
		"512": "1 384 400\n", "1769": "1 1326 400\n", "1770": fmt.Sprintf("%d 1327 400\n", min(2, runtime.NumCPU())),
		"": fmt.Sprintf("%d %d 100\n", runtime.GOMAXPROCS(0), math.MaxInt64>>20), // not in Lambda
	} {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run", t.Name())
		c.Env = append(os.Environ(), "BOOT_TEST_RUNTIME=1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE="+memory)
		if got, err := c.Output(); err != nil || string(got) != want {
			t.Errorf("with %q MB: processors, limit in MiB and percent are %q (%v), want %q", memory, got, err, want)
		}
	}
}
