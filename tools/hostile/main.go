// Command hostile runs the tests that hand hostile input to this service's readers
// and prints what each input cost: why it was refused, CPU time, and the memory
// allocated beside the most that may be. Run it where tests find a DynamoDB and an S3:
//
//	build/jiazhu-local exec -- go run ./tools/hostile
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// packages are those with such tests, from the one that everybody can reach inwards.
func packages() []string {
	return []string{"./functions/verify", "./functions/report", "./functions/intake", "./functions/jobs", "./shared/document/archive", "./shared/service/api", "./shared/document/scan", "./shared/document/evidence"}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	failed, err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
	os.Exit(min(failed, 1))
}

// run returns how many inputs were not refused within their bounds.
func run(ctx context.Context, out io.Writer) (failed int, err error) {
	// One package after the other, so that nobody's work is counted as another's.
	args := append([]string{"test", "-count=1", "-json", "-p=1", "-run=^TestHostile"}, packages()...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stderr = os.Stderr
	said, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	t := &table{out: out, tried: map[string]bool{}}
	err = t.read(bufio.NewReader(said))
	ended := cmd.Wait()
	if err != nil {
		return 0, err
	}
	t.total()
	if ended != nil && t.failed == 0 {
		return 0, errors.Join(ended, errors.New("the tests failed beside their inputs: go test -run Hostile says how"))
	}
	return t.failed, nil
}

// read reads what go test -json says.
func (t *table) read(from io.Reader) error {
	for events := json.NewDecoder(from); ; {
		var e event
		if err := events.Decode(&e); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading what the tests say: %w", err)
		}
		if err := t.take(e); err != nil {
			return err
		}
	}
}
