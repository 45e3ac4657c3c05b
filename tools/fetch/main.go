// Command fetch gets what the build needs and the repository does not keep: the fonts for certificates, pdf.js for the
// verify page, and dynoxide, the DynamoDB-compatible server of the local stack. `fetch rare` gets the optional font for rare characters instead.
//
// npm downloads the packages and checks them against the SHA-512 digests in package-lock.json. A file is put in place
// only if its SHA-256 is the pinned one. A file that is already in place is left alone.
//
// Run it in the repository's root.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/tools/thin"
)

func certificateFont() file {
	return file{
		Place: "shared/document/font/data/NotoSerifSC-Regular.ttf", Mode: 0o644,
		SHA256: "8a0f39cb1c777a13873ef8a7f934744c68d6fefde446f95ebdfd88502cc313c8",
		Make: func(_ context.Context, modules string) ([]byte, error) {
			return thin.Font(must.Get(os.ReadFile(filepath.Join(modules, "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf"))))
		},
	}
}

// latinLetters are the letters of names (ICAO 9303-3, section 6) that the certificate's font lacks.
const latinLetters = "ĄąĆćĈĉĊċČčĎďĔĕĖėĘęĜĝĞğĠġĢģĤĥĦħĮįİıĴĵĶķĹĺĻļĽľĿŀŁłŅņŊŋŐőŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŮůŰűŲųŴŵŶŷŸŹźŻżŽžȘșȚțẞ"

// latinUnits make the letters of the Light as large as those of the certificate's font, which are Source Serif's and as bold.
const latinUnits = 960

// latinFont has the Latin letters with marks that the certificate's font lacks.
func latinFont() file {
	return file{
		Place: "shared/document/font/data/SourceSerif4-Latin.ttf", Mode: 0o644,
		SHA256: "2ef23cd0c56aaf886efe092ffe1bd3f39407fabbd02442f0960fde6784a7fd4b",
		Make: func(_ context.Context, modules string) ([]byte, error) {
			full, err := os.ReadFile(filepath.Join(modules, "@expo-google-fonts/source-serif-4/300Light/SourceSerif4_300Light.ttf"))
			if err != nil {
				return nil, err
			}
			return thin.Pick(full, []rune(latinLetters), latinUnits)
		},
	}
}

// pdfJS are the two modules of pdf.js, for older browsers, that draw the pages of a PDF on the verify page.
func pdfJS() []file {
	module := func(name, sum string) file {
		return file{
			Place: ".cache/pdfjs/" + name, Mode: 0o644, SHA256: sum,
			Make: func(_ context.Context, modules string) ([]byte, error) {
				return os.ReadFile(filepath.Join(modules, "pdfjs-dist/legacy/build", name))
			},
		}
	}
	return []file{
		module("pdf.min.mjs", "44ec6f011027ee77791386b66c14876a5fc29e20bf0433c07c6726fff7212b72"),
		module("pdf.worker.min.mjs", "bd88805178a26c729db8c0107a5b630cb900ec070f4d8c7529a3e45530afd41d"),
	}
}

// dynoxide is published to npm for 64-bit Linux on x86 only.
func dynoxide() file {
	return file{
		Place: ".cache/bin/dynoxide", Mode: 0o755,
		SHA256: "be909b7910d3fb552e85db10ef3c8ebae4bd35fee0f26dffdb6dfa5cc656426e",
		Make: func(_ context.Context, modules string) ([]byte, error) {
			return os.ReadFile(filepath.Join(modules, "@dynoxide/linux-x64/dynoxide"))
		},
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
	files := append(pdfJS(), certificateFont(), latinFont())
	switch {
	case len(args) == 1 && args[0] == "rare":
		return fetchRare(ctx, "tools/fetch/rare", rareFont())
	case len(args) > 0:
		return errors.New("usage: fetch [rare]")
	case runtime.GOOS+"/"+runtime.GOARCH == "linux/amd64":
		return fetch(ctx, "tools/fetch/npm", append(files, dynoxide())...)
	}
	if err := fetch(ctx, "tools/fetch/npm", files...); err != nil {
		return err
	}
	return findDynamoDB(os.Getenv("DYNAMODB_ENDPOINT"))
}

// findDynamoDB looks for another DynamoDB, on machines for which npm has no dynoxide.
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
