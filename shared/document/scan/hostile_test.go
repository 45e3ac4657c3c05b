package scan_test

import (
	"fmt"
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/document/scan"
)

// What the search of a hostile file may allocate with a bound on work of thirty million pixels.
const (
	hostileWork   = 32 << 20
	hostileMemory = 700 << 20
)

// Whatever a file makes of itself, the search ends within its bounds, and says what it left out or finds
// nothing.
func TestHostileScans(t *testing.T) {
	for _, f := range hostile.Scans() {
		hostile.Bear(t, f.Name, int64(len(f.Data)), hostileMemory, func(t *testing.T) string {
			bounds := scan.DefaultBounds()
			bounds.Work = hostileWork
			got, err := scan.Find(f.Data, bounds)
			if err != nil || len(got.Codes) > 0 {
				t.Errorf("%+v, %v", got, err)
			}
			return fmt.Sprintf("%d of %d pages unread", len(got.Unread), got.Pages)
		})
	}
}
