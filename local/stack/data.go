package stack

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// keepSecret reads the secret in a file, or creates the file.
func keepSecret(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err == nil {
		return strings.TrimSpace(string(data)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	secret := rand.Text()
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep a secret: %w", err)
	}
	return secret, nil
}

// lock keeps a second stack from using the same data. The lock ends with the process.
func lock(file string) (func(), error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%w: %s", ErrDataInUse, file)
	}
	return func() { _ = f.Close() }, nil
}

// ErrNoData says that a directory has no data of a stack.
var ErrNoData = errors.New("no stack's data")

// Reset removes a stack's data, unless a stack uses them.
func Reset(data string) error {
	if _, err := os.Stat(filepath.Join(data, "lock")); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w in %s", ErrNoData, data)
	}
	unlock, err := lock(filepath.Join(data, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	return os.RemoveAll(data)
}
