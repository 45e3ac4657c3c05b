package checks

import (
	"fmt"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
)

// Steps prints the steps of a drill, each with its time, and counts them.
type Steps struct {
	Out            io.Writer
	Passed, Failed int
}

// Heading begins a part of the drill.
func (s *Steps) Heading(text string) { fmt.Fprintf(s.Out, "\n%s\n", text) }

// Step does one thing and reports whether it went well. It may stop at an error (package must).
func (s *Steps) Step(name string, do func() error) bool {
	start := time.Now()
	err := func() (err error) {
		defer must.Catch(&err)
		return do()
	}()
	took := float64(time.Since(start).Microseconds()) / 1000
	if err != nil {
		s.Failed++
		fmt.Fprintf(s.Out, "  ✗ %8.1f ms  %s\n                %v\n", took, name, err)
		return false
	}
	s.Passed++
	fmt.Fprintf(s.Out, "  ✓ %8.1f ms  %s\n", took, name)
	return true
}
