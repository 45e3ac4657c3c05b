package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// longestUsualLine bounds the line of a request that went well, in bytes.
const longestUsualLine = 300

// countLines compares the functions' logs with the answers of all tests: of each request that a function answered there is
// one line, and it is short if nothing went wrong. The functions have ended, so the logs are complete.
func (w *fixture) countLines() (faults []string) {
	files, err := filepath.Glob(filepath.Join(w.data, "logs", "*.log"))
	if err != nil {
		return []string{err.Error()}
	}
	lines, bytes := map[string]int{}, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return []string{err.Error()}
		}
		for line := range strings.Lines(string(text)) {
			var said struct{ RequestID, Level string }
			if json.Unmarshal([]byte(line), &said) != nil || said.RequestID == "" {
				continue // of a run, or of what was killed
			}
			lines[said.RequestID]++
			bytes += len(line)
			if said.Level == "INFO" && len(line) > longestUsualLine {
				faults = append(faults, fmt.Sprintf("a line has %d bytes: %s", len(line), line))
			}
		}
	}
	asked := w.contract.Exchanges()
	for _, e := range asked {
		// The gateway refuses by itself what is too large, and it answers HEAD without the body that tells its answers.
		alone := e.status == http.StatusRequestEntityTooLarge || e.method == http.MethodHead && e.status == http.StatusNotFound
		if n := lines[e.id]; n != 1 && (n != 0 || !alone) {
			faults = append(faults, fmt.Sprintf("%s %s → %d has %d lines", e.method, e.path, e.status, n))
		}
	}
	if len(lines) > 0 {
		fmt.Printf("logs: %d requests in %d lines of %d bytes on average\n", len(asked), len(lines), bytes/len(lines))
	}
	return faults
}
