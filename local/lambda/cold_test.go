package lambda

import (
	"encoding/json"
	"errors"
	"io"
	"syscall"
	"testing"
	"time"
)

func TestAColdStartHasAProcessOfItsOwnThatIsGoneAfterwards(t *testing.T) {
	program, err := buildTestProgram()
	if err != nil {
		t.Fatal(err)
	}
	s := Settings{Name: "obedient", Program: program, Handler: "bootstrap", Memory: 128, Timeout: 5 * time.Second, Log: io.Discard, ErrorLog: io.Discard}
	seen := map[int]bool{}
	for range 3 {
		got, err := Cold(s, []byte(`{"text":"一"}`))
		if err != nil {
			t.Fatal(err)
		}
		var r report
		if err := json.Unmarshal(got.Answer, &r); err != nil || r.Text != "一" || got.Took <= 0 || got.CPU <= 0 {
			t.Errorf("%s after %s, %s of the processor, %v", got.Answer, got.Took, got.CPU, err)
		}
		if seen[r.PID] || syscall.Kill(r.PID, 0) == nil {
			t.Errorf("process %d was used before, or is still there", r.PID)
		}
		seen[r.PID] = true
	}
}

func TestAColdStartThatFailsIsAnError(t *testing.T) {
	program, err := buildTestProgram()
	if err != nil {
		t.Fatal(err)
	}
	s := Settings{
		Name: "obedient", Program: program, Timeout: 5 * time.Second, Log: io.Discard, ErrorLog: io.Discard,
		Environment: map[string]string{"START": "exit"},
	}
	var failed *Error
	if _, err := Cold(s, []byte(`{}`)); !errors.As(err, &failed) || failed.Type != "Runtime.ExitError" {
		t.Errorf("got %v", err)
	}
}
