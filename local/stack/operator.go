package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNotRunning says that no stack is running on a directory of data.
var ErrNotRunning = errors.New("no service is running on these data")

// Operator is the environment in which the command jiazhu uses this stack: every variable of every function, and
// storage without the functions' roles.
func (s *Stack) Operator() map[string]string {
	all := map[string]string{}
	for _, f := range s.Settings(FunctionSet{}) {
		maps.Copy(all, f.Environment)
	}
	maps.Copy(all, s.Storage.Environment())
	return all
}

// keepOperator writes that environment to the data directory, readable by its owner only, while the stack runs.
func (s *Stack) keepOperator() error {
	var lines strings.Builder
	all := s.Operator()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&lines, "export %s='%s'\n", name, strings.ReplaceAll(all[name], "'", `'\''`))
	}
	file := operatorFile(s.Data)
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		return fmt.Errorf("keep the operators' environment: %w", err)
	}
	s.addUndo(func() { _ = os.Remove(file) })
	return nil
}

func operatorFile(data string) string { return filepath.Join(data, "operator.env") }

// OperatorOf is the environment of the stack that is running on a directory of data, as lines for a shell: export
// NAME='value'. Error: ErrNotRunning, also where a stack there was killed.
func OperatorOf(data string) (string, error) {
	lines, err := os.ReadFile(operatorFile(data))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: %s", ErrNotRunning, data)
	}
	if err != nil {
		return "", fmt.Errorf("read the operators' environment: %w", err)
	}
	unlock, err := lock(filepath.Join(data, "lock"))
	if err == nil {
		unlock()
		return "", fmt.Errorf("%w: %s", ErrNotRunning, data)
	}
	if !errors.Is(err, ErrDataInUse) {
		return "", err
	}
	return string(lines), nil
}
