// Command fetch gets the two files the build needs and does not keep in the
// repository: the font certificates are set in, and dynoxide, the DynamoDB-compatible
// server of the local stack. Both come from npm packages of a pinned version, and are
// only put in place when their SHA-256 is the pinned one.
//
// `fetch rare` gets the optional font for rare characters instead.
//
// Run it in the repository's root. What is already there is left alone.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"

	"github.com/jiazhu/jiazhu/tools/thin"
)

// file is one file of a package.
type file struct {
	Package string // name@version
	Inside  string // its path in the package
	SHA256  string
	Place   string // where it goes, from the repository's root
	Mode    os.FileMode

	// What is put in place is made of the file, and has a SHA-256 of its own;
	// nil: the file itself.
	Make func(content []byte) ([]byte, error)
	Made string
}

func defaultFont() file {
	return file{
		Package: "@expo-google-fonts/noto-serif-sc@0.4.3",
		Inside:  "package/400Regular/NotoSerifSC_400Regular.ttf",
		SHA256:  "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
		Place:   "shared/document/font/data/NotoSerifSC-Regular.ttf",
		Mode:    0o644,
		Make:    thin.Font,
		Made:    "8a0f39cb1c777a13873ef8a7f934744c68d6fefde446f95ebdfd88502cc313c8",
	}
}

// dynoxide is published to npm for 64-bit Linux on x86 only.
func dynoxide() file {
	return file{
		Package: "@dynoxide/linux-x64@1.2.1",
		Inside:  "package/dynoxide",
		SHA256:  "be909b7910d3fb552e85db10ef3c8ebae4bd35fee0f26dffdb6dfa5cc656426e",
		Place:   ".cache/bin/dynoxide",
		Mode:    0o755,
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fetch:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if _, err := os.Stat("template.yaml"); err != nil {
		return errors.New("run this in the repository's root")
	}
	switch {
	case len(args) == 0:
		return fetchAll(ctx)
	case len(args) == 1 && args[0] == "rare":
		return newRareFont().fetch(ctx)
	}
	return errors.New("usage: fetch [rare]")
}

func fetchAll(ctx context.Context) error {
	if err := defaultFont().fetch(ctx); err != nil {
		return err
	}
	if runtime.GOOS+"/"+runtime.GOARCH == "linux/amd64" {
		return dynoxide().fetch(ctx)
	}
	return findDynamoDB(os.Getenv("DYNAMODB_ENDPOINT"))
}

// findDynamoDB accepts the other ways to a DynamoDB, on machines npm has no dynoxide for.
func findDynamoDB(endpoint string) error {
	if endpoint != "" {
		fmt.Println("dynamodb: using the server at", endpoint)
		return nil
	}
	if found, err := exec.LookPath("dynoxide"); err == nil {
		fmt.Println("dynoxide: using", found)
		return nil
	}
	return fmt.Errorf("npm has no dynoxide for %s/%s: install it with `cargo install dynoxide-rs` or Homebrew, "+
		"or set DYNAMODB_ENDPOINT to any DynamoDB-compatible server", runtime.GOOS, runtime.GOARCH)
}
