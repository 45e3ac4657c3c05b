package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A program that accepts bytes from anyone should contain little. It must not be built from these
// packages: those that handle passwords, keep keys, or make and store documents.
func TestTheProgramIsNotBuiltFromWhatItMustNotDo(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, dep := range strings.Fields(string(out)) {
		for _, banned := range []string{
			"golang.org/x/crypto/argon2",
			"github.com/aws/aws-sdk-go-v2/service/s3",
			"github.com/aws/aws-sdk-go-v2/service/kms",
			"github.com/jiazhu/jiazhu/shared/document/issue",
			"github.com/jiazhu/jiazhu/shared/store/files",
			"github.com/jiazhu/jiazhu/shared/document/layout",
			"github.com/jiazhu/jiazhu/shared/document/seal/keys/kms",
			"github.com/jiazhu/jiazhu/shared/document/seal/testca",
		} {
			if dep == banned || strings.HasPrefix(dep, banned+"/") {
				t.Errorf("verify is built from %s", dep)
			}
		}
	}
}

// Reading and writing share packages, so the packages alone do not show what a program can do. The
// linker keeps only reachable code: the program can sign a receipt, and has no code that signs a
// certificate or a token.
func TestTheProgramCanSignReceiptsOnly(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	bin := filepath.Join(t.TempDir(), "verify")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	symbols, err := exec.CommandContext(t.Context(), "go", "tool", "nm", bin).Output()
	if err != nil {
		t.Fatal(err)
	}
	const house = "github.com/jiazhu/jiazhu/shared/document/"
	for _, needed := range []string{house + "seal/cms.Verify", house + "seal/ses.Verify", house + "credential.Parse", house + "credential.IssueReceipt"} {
		if !strings.Contains(string(symbols), needed) {
			t.Errorf("the symbols lack %s: this test looks in the wrong place", needed)
		}
	}
	for _, banned := range []string{
		house + "seal/cms.Sign", house + "seal/ses.Sign\n", house + "seal/ses.NewSeal", house + "credential.Issue\n",
		house + "ofd.(*Writer)",
	} {
		if strings.Contains(string(symbols)+"\n", banned) {
			t.Errorf("verify holds %s", strings.TrimSpace(banned))
		}
	}
}

// The only key that it opens is the one for receipts, at the configured location.
func TestTheProgramOpensOneKey(t *testing.T) {
	source, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	if opened := regexp.MustCompile(`keys\.\w*Open\([^\n]*`).FindAllString(string(source), -1); len(opened) != 1 ||
		!strings.HasSuffix(opened[0], `f.Settings.ReceiptKey.Path(), "receipt")`) {
		t.Errorf("the program opens %q", opened)
	}
}
