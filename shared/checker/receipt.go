package checker

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// asker is who asks for a receipt, by their own word.
type asker struct {
	Name string `json:"name"`
}

func askerOf(name string) *asker {
	if name == "" {
		return nil
	}
	return &asker{name}
}

// describeBuild names a program with the digest of the file that runs, so that a receipt says by which
// build the files were judged.
func describeBuild(program string) string {
	at, err := os.Executable()
	if err != nil {
		return program
	}
	file, err := os.Open(at)
	if err != nil {
		return program
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return program
	}
	return fmt.Sprintf("%s sha256:%x", program, digest.Sum(nil)[:16])
}

// saveReceipt saves the receipt of so many copies under the day asked about, and overwrites nothing.
func (c Checker) saveReceipt(receipt string, copies int) error {
	if receipt == "" {
		return errors.New("ask the registry: its answer has no receipt")
	}
	day := c.Question.AsOf
	if day.IsZero() {
		day = civil.Of(c.Now())
	}
	for n := 1; ; n++ {
		name := fmt.Sprintf("核验回执-%s-%d件-%d.jws", day, copies, n)
		file, err := os.OpenFile(filepath.Join(c.Receipts, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("save the receipt: %w", err)
		}
		_, err = io.WriteString(file, receipt)
		return errors.Join(err, file.Close())
	}
}
