package archtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoTrackedFileIsLarge finds programs and data that were committed by mistake.
func TestNoTrackedFileIsLarge(t *testing.T) {
	const most = 1 << 20
	out, err := exec.CommandContext(t.Context(), "git", "-C", "../..", "ls-files", "-z").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		if info, err := os.Lstat(filepath.Join("../..", name)); err == nil && info.Size() > most {
			t.Errorf("%s has %d bytes; tracked files have at most %d", name, info.Size(), most)
		}
	}
}
