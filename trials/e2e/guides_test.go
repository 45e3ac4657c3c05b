package e2e

import (
	"archive/zip"
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/sheetset"
)

// guide returns the blocks of shell of a guide in docs/zh, for this service and its command.
func guide(t *testing.T, name string) []string {
	t.Helper()
	text := must.Get(os.ReadFile(filepath.Join(service.root, "docs", "zh", name)))
	var blocks []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, strings.NewReplacer("https://cert.example.cn", service.stack.URL, "jiazhu ", filepath.Join(service.root, "build", "jiazhu")+" ").Replace(block[1]))
	}
	return blocks
}

func TestTheCommandsOfTheVerificationGuideWork(t *testing.T) {
	defer must.Fatal(t)
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing", program)
		}
	}
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	made := must.Get(s.Endorse(t.Context(), certificate, client.EndorsementAsk{Purpose: client.Purpose{Kind: "投标"}}))
	pdf, ofd := must.Get(s.Download(t.Context(), made, "pdf")), must.Get(s.Download(t.Context(), made, "ofd"))
	directory := t.TempDir()
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	must.Get(must.Get(z.Create("张三.ofd")).Write(ofd))
	must.Do(z.Close())
	must.Do(os.Mkdir(filepath.Join(directory, "投标文件"), 0o700))
	for name, data := range map[string][]byte{"证书.pdf": pdf, "投标文件/证书.pdf": pdf, "补充.zip": packed.Bytes()} {
		must.Do(os.WriteFile(filepath.Join(directory, name), data, 0o600))
	}
	want := [][]string{
		{"有效\n  given", "投标文件/证书.pdf", "补充.zip/张三.ofd", "共 2 件 · 有效 2"},
		{"无法确认"},
	}
	blocks := guide(t, "verification.md")
	if len(blocks) != len(want) {
		t.Fatalf("%d blocks of commands, want %d", len(blocks), len(want))
	}
	for i, block := range blocks {
		cmd := exec.CommandContext(t.Context(), "sh")
		cmd.Dir, cmd.Stdin = directory, strings.NewReader(block)
		out, _ := cmd.CombinedOutput() // the exit code is that of the last command's verdict
		for _, said := range want[i] {
			if !strings.Contains(string(out), said) {
				t.Errorf("block %d does not say %s:\n%s", i+1, said, out)
			}
		}
		if strings.Contains(string(out), "usage:") {
			t.Errorf("block %d says:\n%s", i+1, out)
		}
	}
	table := must.Get(os.ReadFile(filepath.Join(directory, "核验结果.csv")))
	if !bytes.Contains(table, []byte("投标文件/证书.pdf")) || !bytes.Contains(table, []byte("有效")) {
		t.Errorf("the table says:\n%s", table)
	}
}

// A clerk has the table of their office, photos, and the guide.
func TestTheCommandsOfTheReportingGuideWork(t *testing.T) {
	defer must.Fatal(t)
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("sh is missing")
	}
	blocks := guide(t, "reporting.md")
	if len(blocks) != 5 {
		t.Fatalf("%d blocks of commands", len(blocks))
	}
	directory := t.TempDir()
	run := func(block string, code int, said ...string) {
		t.Helper()
		own := "-client bj-registry -key 上报密钥.pem"
		cmd := exec.CommandContext(t.Context(), "sh")
		cmd.Dir, cmd.Stdin = directory, strings.NewReader(strings.Replace(block, own, strings.Join(as(seed.Registry), " "), 1))
		out, _ := cmd.CombinedOutput()
		for _, want := range said {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s does not say %q:\n%s", block, want, out)
			}
		}
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Fatalf("%s ends with %d, want %d:\n%s", block, got, code, out)
		}
	}
	run(blocks[0], 0, `"kty"`)
	run(blocks[1], 0)
	if template := must.Get(os.ReadFile(filepath.Join(directory, "上报表.xlsx"))); !bytes.HasPrefix(template, []byte("PK")) {
		t.Error("the template is no workbook")
	}
	set := sheetset.MakeRight(28_000, 4)
	set.Spoil(3, 3)
	rows := set.Rows
	sheetset.Write(t, filepath.Join(directory, "上报表.xlsx"), rows)
	must.Do(os.Rename(sheetset.WritePhotos(t, rows), filepath.Join(directory, "照片")))
	run(blocks[2], 1, "rejected.xlsx")
	run(blocks[3], 1, "rejected")
	found := must.Get(filepath.Glob(filepath.Join(directory, "rejected*.xlsx")))
	for _, file := range found {
		set.CorrectRejected(t, file)
	}
	run(blocks[4], 0)
}

// A portal's developer has the checkout, a running service, and the guide.
func TestTheCommandsOfThePortalGuideWork(t *testing.T) {
	defer must.Fatal(t)
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing", program)
		}
	}
	h := holder(t, "ready")
	must.Do(service.api().Do(t.Context(), seed.Call{Method: http.MethodPut, Path: "/phone/persons", JSON: []map[string]string{
		{"name": h.Name, "idType": "111", "idNumber": h.IDNumber()},
	}}, nil))
	directory := t.TempDir()
	local := strings.NewReplacer("http://127.0.0.1:8080", service.stack.URL, ".local/keys", service.stack.Keys)
	cmd := exec.CommandContext(t.Context(), "sh", "-eu")
	cmd.Dir, cmd.Stdin = directory, strings.NewReader(local.Replace(strings.Join(guide(t, "portals.md"), "")))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	left := string(out)
	for _, want := range []string{
		`"kty": "EC"`, `"username": "visitor-2"`, `"passwordLink": {`, "密码已设置：204", `"scanned"`, `"verified"`, `"ready":true`, "加注成功!", "已下载：200", "有效",
	} {
		_, after, ok := strings.Cut(left, want)
		if !ok {
			t.Fatalf("%s is missing, or comes too early:\n%s", want, out)
		}
		left = after
	}

	program := regexp.MustCompile("(?s)```java\n(.*?)```").FindSubmatch(must.Get(os.ReadFile(filepath.Join(service.root, "docs", "zh", "portals.md"))))
	file := filepath.Join(directory, "Token.java")
	must.Do(os.WriteFile(file, program[1], 0o600))
	if _, err := exec.LookPath("java"); err != nil {
		t.Skip("java is missing")
	}
	key := service.stack.Paths.ClientKey("mohurd-portal")
	shown := must.Get(exec.CommandContext(t.Context(), filepath.Join(service.root, "build", "jiazhu"), "keys", "show", key).Output())
	kid := regexp.MustCompile(`"kid": "(.*?)"`).FindSubmatch(shown)
	out, err = exec.CommandContext(t.Context(), "java", file, service.stack.URL, "mohurd-portal", key, string(kid[1])).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "200 ") || !strings.Contains(string(out), `"access_token"`) {
		t.Errorf("%v: %s", err, out)
	}
}

// An operator has a service with its demo, and the guide.
func TestTheCommandsOfTheOperationsGuideWork(t *testing.T) {
	defer must.Fatal(t)
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing", program)
		}
	}
	want := [][]string{ // of each block, in this order
		{"密钥 holds the keys", "jiazhu trust write"},
		{"SigningLayer", "VerifyLayer"},
		{`"username": "zhangsan"`, "zhangsan@mohurd", "version 001", "mohurd-registry", " rows", "11100000000013338W", `"sealings"`},
		{`"sessionsEnded"`, "would be revoked, with -yes: 1 accounts", "would be erased, with -yes:", "kept:"},
		{" items are wrong"},
		{`"use": "pdf"`, `"use": "receipt"`},
	}
	blocks := guide(t, "operations.md")
	if len(blocks) != len(want) {
		t.Fatalf("%d blocks of commands, want %d", len(blocks), len(want))
	}
	command, directory := newCommandLine(t), t.TempDir()
	for i, block := range blocks {
		cmd := exec.CommandContext(t.Context(), "sh")
		cmd.Dir, cmd.Env = directory, command.env
		cmd.Stdin = strings.NewReader(strings.ReplaceAll(block, ".local/keys", service.stack.Keys))
		out, _ := cmd.CombinedOutput() // check ends with 1 where another test has changed an item
		left := string(out)
		for _, said := range want[i] {
			_, after, ok := strings.Cut(left, said)
			if !ok {
				t.Fatalf("block %d: %s is missing, or comes too early:\n%s", i+1, said, out)
			}
			left = after
		}
		for _, trouble := range []string{"usage:", "unknown", "is not set", "not found"} {
			if strings.Contains(string(out), trouble) {
				t.Errorf("block %d says:\n%s", i+1, out)
			}
		}
	}
	for file, wanted := range map[string]string{"本人信息.json": `"certificates"`, "审计.ndjson": `"command":"export"`} {
		if text := must.Get(os.ReadFile(filepath.Join(directory, file))); !bytes.Contains(text, []byte(wanted)) {
			t.Errorf("%s has no %s: %.300s", file, wanted, text)
		}
	}
}

// TestTheGuidesLeadToSectionsThatThereAre reads the links of docs/zh to sections of other documents.
func TestTheGuidesLeadToSectionsThatThereAre(t *testing.T) {
	defer must.Fatal(t)
	heading := regexp.MustCompile(`(?m)^#+ (.*)$`)
	dropped := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	for _, file := range must.Get(filepath.Glob(filepath.Join(service.root, "docs", "zh", "*.md"))) {
		links := regexp.MustCompile(`\]\(([^()#]+\.md)#([^()]+)\)`).FindAllStringSubmatch(string(must.Get(os.ReadFile(file))), -1)
		for _, link := range links {
			text := must.Get(os.ReadFile(filepath.Join(filepath.Dir(file), link[1])))
			found := false
			for _, h := range heading.FindAllStringSubmatch(string(text), -1) {
				found = found || strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(h[1]), ""), " ", "-") == link[2]
			}
			if !found {
				t.Errorf("%s leads to %s#%s, which has no such section", filepath.Base(file), link[1], link[2])
			}
		}
	}
}
