package must

import (
	"errors"
	"testing"
)

func TestTheFirstErrorStopsTheSteps(t *testing.T) {
	first := errors.New("first")
	steps := 0
	play := func() (err error) {
		defer Catch(&err)
		steps += Get(1, nil)
		Do(nil)
		steps += Get(1, first)
		Do(errors.New("second"))
		return nil
	}
	if err := play(); !errors.Is(err, first) || steps != 1 {
		t.Errorf("%v after %d steps", err, steps)
	}
	if err := func() (err error) { defer Catch(&err); return first }(); !errors.Is(err, first) {
		t.Errorf("the error that is returned becomes %v", err)
	}
}

func TestAPanicIsNoError(t *testing.T) {
	defer func() {
		if recover() != "a mistake" {
			t.Error("the panic is caught")
		}
	}()
	var err error
	defer Catch(&err)
	panic("a mistake")
}

// helper records what a test is ended with.
type helper struct{ end any }

func (*helper) Helper()           {}
func (h *helper) Fatal(of ...any) { h.end = of[0] }

func TestTheFirstErrorEndsTheTest(t *testing.T) {
	first := errors.New("first")
	h := &helper{}
	func() { defer Fatal(h); Do(first); Do(errors.New("second")) }()
	if h.end != first {
		t.Errorf("the test ends with %v", h.end)
	}
	h = &helper{}
	func() { defer Fatal(h); Do(nil) }()
	if h.end != nil {
		t.Errorf("the test ends with %v", h.end)
	}
}
