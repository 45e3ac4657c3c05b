package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/local/testkeys"
)

// commandLine is where the command jiazhu is typed.
type commandLine struct {
	program string
	env     []string
}

func newCommandLine(t *testing.T) commandLine {
	t.Helper()
	program := filepath.Join(t.TempDir(), "jiazhu")
	build := exec.Command("go", "build", "-o", program, "./cmd/jiazhu")
	build.Dir = service.root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	env := append(os.Environ(),
		"RECORDS_TABLE="+template.TableName("Records"), "LEDGER_TABLE="+template.TableName("Ledger"), "SESSIONS_TABLE="+template.TableName("Sessions"), "FILES_BUCKET="+template.BucketName("Files"),
		"JOURNAL_BUCKET="+template.BucketName("Journal"), "LIMITS_KEY="+testkeys.Location(service.stack.Paths.LimitsKey),
		"NAMES_KEY="+testkeys.Location(service.stack.Paths.NamesKey), "FIELD_KEY="+testkeys.Location(service.stack.Paths.FieldKey),
		"INTEGRITY_KEY="+testkeys.Location(service.stack.Paths.IntegrityKey))
	for name, value := range service.stack.Storage.Environment() {
		env = append(env, name+"="+value)
	}
	return commandLine{program, env}
}

// jiazhu runs the command and wants it to end with this code.
func (c commandLine) jiazhu(t *testing.T, code int, input string, args ...string) (out, trouble string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), c.program, args...)
	cmd.Env, cmd.Stdin = c.env, strings.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("jiazhu %s ended with %d, want %d\n%s%s", strings.Join(args, " "), got, code, &stdout, &stderr)
	}
	return stdout.String(), stderr.String()
}

// as are the flags of a machine client.
func as(client string) []string {
	return []string{"-url", service.stack.URL, "-client", client, "-key", filepath.Join(service.stack.Keys, "clients", client+".key.pem")}
}

func TestAnAuthorityImportsAFile(t *testing.T) {
	c, folder := newCommandLine(t), t.TempDir()
	file := filepath.Join(folder, "rows.ndjson")
	var rows bytes.Buffer
	if err := seed.WriteRows(&rows, 5000, 50, 10); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, rows.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, why := c.jiazhu(t, 1, "", append([]string{"import", "-json", file}, as(seed.Registry)...)...)
	if !strings.Contains(why, "5 of 55 rows were refused") {
		t.Errorf("of refused rows is said: %s", why)
	}
	var done client.Intake
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		t.Fatal(err)
	}
	if done.State != "done" || done.Rows != 55 || done.Accepted != 50 || done.Refused != 5 {
		t.Errorf("%+v", done)
	}
	refused, err := os.ReadFile(file + ".refused")
	if err != nil || bytes.Count(refused, []byte("id.checksum")) != 5 {
		t.Errorf("%v\n%s", err, refused)
	}
	again, _ := c.jiazhu(t, 1, "", append([]string{"import", "-json", "-report", done.Report, file}, as(seed.Registry)...)...)
	if diff := cmp.Diff(out, again); diff != "" {
		t.Error(diff)
	}
	_, why = c.jiazhu(t, 1, "", append([]string{"import", file}, as(seed.Ministry+"-portal")...)...)
	if !strings.Contains(why, "forbidden") && !strings.Contains(why, "client-assertion-invalid") {
		t.Errorf("a portal that imports is told %s", why)
	}
}

func TestAHolderIsExportedAndErased(t *testing.T) {
	c := newCommandLine(t)
	account := `{"name":"示例甲","idType":"111","idNumber":"` + seed.GenerateRow(7000).Holder.IDNo + `","idValidFrom":"2018-05-01",` +
		`"idValidUntil":"2038-05-01","phone":"13800009999","realNameLevel":4}`
	c.jiazhu(t, 0, account, append([]string{"accounts", "put", "erasable", "-"}, as("mohurd-portal")...)...)
	shown, _ := c.jiazhu(t, 0, "", "accounts", "show", "erasable@mohurd")
	if !strings.Contains(shown, `"phoneBound": true`) || strings.Contains(shown, seed.GenerateRow(7000).Holder.IDNo) {
		t.Error(shown)
	}
	kept, _ := c.jiazhu(t, 0, "", "export", "erasable@mohurd")
	if !strings.Contains(kept, "13800009999") || !strings.Contains(kept, seed.GenerateRow(7000).Holder.IDNo) {
		t.Error(kept)
	}
	c.jiazhu(t, 0, "", "erase", "erasable@mohurd")
	c.jiazhu(t, 0, "", "accounts", "show", "erasable@mohurd") // nothing was done yet
	c.jiazhu(t, 0, "", "erase", "-yes", "erasable@mohurd")
	_, why := c.jiazhu(t, 1, "", "accounts", "show", "erasable@mohurd")
	if !strings.Contains(why, "there is no account") {
		t.Error(why)
	}
	for _, command := range [][]string{{"export", "-"}, {"erase", "-yes", "-"}} {
		if _, why := c.jiazhu(t, 1, seed.GenerateRow(7000).Holder.IDNo, command...); !strings.Contains(why, "nothing is known of this person") {
			t.Errorf("%v of who was erased: %s", command, why)
		}
	}
}

func TestWhatHappenedToACopyIsPrinted(t *testing.T) {
	c, d := newCommandLine(t), newEndorsedHolder(t)
	given, err := d.Consent(t.Context(), d.endorsement, "丙招标代理（示例）", "name")
	if err != nil {
		t.Fatal(err)
	}
	verification(t, "", client.VerificationAsk{Token: given.Link})
	if _, err := d.Withdraw(t.Context(), d.endorsement, "不再参加"); err != nil {
		t.Fatal(err)
	}
	out, _ := c.jiazhu(t, 0, "", "history", "-json", d.endorsement.Certificate, d.endorsement.Endorsement)
	var got []string
	for lines := json.NewDecoder(strings.NewReader(out)); lines.More(); {
		var e struct{ What, By, Result, Who, VouchedBy string }
		if err := lines.Decode(&e); err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.TrimRight(strings.Join([]string{e.What, e.By, e.Result, e.Who, e.VouchedBy}, " "), " "))
	}
	want := []string{"made    https://app.gjzwfw.gov.cn", "consented   丙招标代理（示例）", "verified qr valid", "withdrawn"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text, _ := c.jiazhu(t, 0, "", "history", d.endorsement.Certificate, d.endorsement.Endorsement); strings.Count(text, "\n") != len(want) || !strings.Contains(text, "vouched by https://app.gjzwfw.gov.cn") {
		t.Error(text)
	}
	_, why := c.jiazhu(t, 1, "", "history", d.endorsement.Certificate, d.endorsement.Certificate)
	if !strings.Contains(why, "there is no such endorsement: "+d.endorsement.Certificate) {
		t.Error(why)
	}
}

func TestAHistoryIsPrintedAndAFileVerified(t *testing.T) {
	c := newCommandLine(t)
	h := holder(t, "ready")
	s, certificate := loginAndIdentify(t, h)
	made, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{certificate, h.Number} {
		if out, _ := c.jiazhu(t, 0, "", "history", by); !strings.Contains(out, made.Endorsement) {
			t.Errorf("%s is not in the history of %s: %s", made.Endorsement, by, out)
		}
	}
	for _, kind := range []string{"pdf", "ofd"} {
		data, err := s.Download(t.Context(), made, kind)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "file."+kind)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, _ := c.jiazhu(t, 0, "", "verify", "-url", service.stack.URL, file); !strings.HasPrefix(out, "有效") {
			t.Error(out)
		}
		data[len(data)/2] ^= 1
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c.jiazhu(t, 1, "", "verify", "-url", service.stack.URL, file)
	}
}
