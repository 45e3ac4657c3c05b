// Command size prints what each function's program and zip file weigh, against the
// budgets in tools/size/budgets.txt, and fails where one is over its budget, has
// none, or is not built.
//
//	size FUNCTION...
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const megabyte = 1_000_000

// budget is what a function may weigh, in MB.
type budget struct{ program, zip float64 }

func main() {
	file, err := os.Open(filepath.Join("tools", "size", "budgets.txt"))
	if err == nil {
		defer file.Close()
		var budgets map[string]budget
		if budgets, err = read(file); err == nil {
			err = weigh(os.Stdout, "build", os.Args[1:], budgets)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
}

// read reads a table of lines "function program zip"; "#" begins a comment.
func read(table io.Reader) (map[string]budget, error) {
	budgets := map[string]budget{}
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var name string
		var b budget
		if n, err := fmt.Sscan(line, &name, &b.program, &b.zip); err != nil || n != 3 {
			return nil, fmt.Errorf("budgets: %q is not a name and two weights in MB", line)
		}
		budgets[name] = b
	}
	return budgets, lines.Err()
}

// weigh prints a line for each function built below directory. The error names all
// that are too heavy or cannot be judged.
func weigh(out io.Writer, directory string, functions []string, budgets map[string]budget) error {
	fmt.Fprintf(out, "%-14s %9s %9s   %9s %9s\n", "function", "program", "budget", "zip", "budget")
	var over []string
	for _, name := range functions {
		program, err := megabytes(filepath.Join(directory, "arm64", name, "bootstrap"))
		if err != nil {
			return err
		}
		zip, err := megabytes(filepath.Join(directory, "lambda", name+".zip"))
		if err != nil {
			return err
		}
		b, ok := budgets[name]
		fmt.Fprintf(out, "%-14s %6.2f MB %6.2f MB   %6.2f MB %6.2f MB\n", name, program, b.program, zip, b.zip)
		if !ok || program > b.program || zip > b.zip {
			over = append(over, name)
		}
	}
	if len(over) > 0 {
		return fmt.Errorf("over budget, or without one: %s; see tools/size/budgets.txt", strings.Join(over, ", "))
	}
	return nil
}

func megabytes(path string) (float64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("%w: run `make package`", err)
	}
	return float64(info.Size()) / megabyte, nil
}
