package kinds

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

const (
	authority = "111100000000999959"
	number    = "古建3320240003K"
	typeName  = "古建筑修缮技艺证书"
)

// trial is a service with the added kind, and a directory in which the commands of the guide run.
type trial struct {
	*testing.T
	service   *testservice.Service
	directory string
	blocks    []string // the guide's blocks of commands
	holder    seed.Holder
}

// start takes the kind's file and the commands from the guide, and starts a service that has no other kind.
func start(t *testing.T) *trial {
	t.Helper()
	root := must.Get(testservice.FindRoot())
	guide := string(must.Get(os.ReadFile(filepath.Join(root, "docs", "schemes.md"))))
	_, guide, _ = strings.Cut(guide, "\n## A walk-through\n")
	guide, _, _ = strings.Cut(guide, "\n## ")
	d := &trial{T: t, directory: t.TempDir()}
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(guide, -1) {
		d.blocks = append(d.blocks, block[1])
	}
	file := regexp.MustCompile("(?s)```yaml\n# (kinds/heritage.yaml)\n(.*?)```").FindStringSubmatch(guide)
	if len(d.blocks) != 4 || file == nil {
		t.Fatalf("the guide has %d blocks of commands and the file %q", len(d.blocks), file)
	}
	must.Do(os.Mkdir(filepath.Join(d.directory, "kinds"), 0o700))
	must.Do(os.WriteFile(filepath.Join(d.directory, file[1]), []byte(file[2]), 0o600))
	d.service = must.Get(testservice.Start(t.Context(), stack.Options{
		Root: root, Schemes: testkeys.Location(filepath.Join(d.directory, "kinds")), Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
	}))
	t.Cleanup(d.service.Stop)
	d.holder = seed.Holder{
		Person: seed.Person{Name: "鲁巧手", Sex: "女", Birth: civil.Date{Year: 1978, Month: time.May, Day: 4}, Area: "330102", Phone: "13800009001"},
		Scheme: "heritage", Number: number, Username: "luqiaoshou", Province: "330000", State: "01",
		Specialty: []seed.Specialty{
			{Name: "木作", From: d.service.Today.AddYears(-1), To: d.service.Today.AddYears(2)},
			{Name: "彩画作", From: d.service.Today.AddYears(-1), To: d.service.Today.AddDays(20)},
		},
		IssuedOn: d.service.Today.AddYears(-1),
	}
	return d
}

// run runs a block of the guide in the directory, with the addresses and keys of this service. It returns the output.
func (d *trial) run(block string, code int) string {
	d.Helper()
	block = strings.NewReplacer(
		"build/jiazhu ", filepath.Join(d.service.Root, "build", "jiazhu")+" ",
		".local/keys", d.service.Keys, "http://127.0.0.1:8080", d.service.URL,
		"make run SCHEMES=kinds\n", "", `eval "$(build/jiazhu-local env)"`+"\n", "",
		"import -client", "import -url "+d.service.URL+" -client", "verify -purpose", "verify -url "+d.service.URL+" -purpose",
	).Replace(block)
	cmd := exec.CommandContext(d.Context(), "sh")
	cmd.Dir, cmd.Stdin, cmd.Env = d.directory, strings.NewReader(block), os.Environ()
	for name, value := range d.service.Operator() {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code {
		d.Fatalf("%s ends with %d, want %d:\n%s", block, got, code, out)
	}
	return string(out)
}

// wantWords checks that a text has words, in any order.
func (d *trial) wantWords(text string, words ...string) {
	d.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			d.Errorf("no %q in\n%s", w, text)
		}
	}
}

// fillIn fills a row of the template in, and puts the holder's pictures where the guide has them. Every other column of the
// template may be empty.
func (d *trial) fillIn() {
	d.Helper()
	row := must.Get(d.holder.Row())
	cells := map[string]string{
		"证书编号": number, "姓名": row.Holder.Name, "性别": string(row.Holder.Sex), "出生日期": row.Holder.Birth, "证件号码": row.Holder.IDNo,
		"技艺类别1": row.Specialties[0].Name, "有效期起1": row.Specialties[0].From, "有效期止1": row.Specialties[0].To,
		"技艺类别2": row.Specialties[1].Name, "有效期起2": row.Specialties[1].From, "有效期止2": row.Specialties[1].To,
		"发证日期": row.IssuedOn, "行政区划代码": "浙江省", "证书状态": "有效", "技艺等级": "一级", "师承": "香山帮",
	}
	file := filepath.Join(d.directory, "上报表.xlsx")
	workbook := must.Get(excelize.OpenFile(file))
	defer workbook.Close()
	table := workbook.GetSheetList()[0]
	rows := must.Get(workbook.GetRows(table))
	for i, heading := range rows[1] {
		name := strings.TrimSuffix(heading, "*")
		at := must.Get(excelize.CoordinatesToCellName(i+1, 4))
		must.Do(workbook.SetCellStr(table, at, cells[name]))
		if cells[name] == "" && name != heading {
			d.Errorf("the template requires %s, for which the kind has nothing", name)
		}
		delete(cells, name)
	}
	if len(cells) > 0 {
		d.Errorf("the template has no columns for %v; it has %q", cells, rows[1])
	}
	must.Do(workbook.Save())
	for directory, picture := range map[string][]byte{"照片": row.Photo, "签名": row.SignatureImage} {
		must.Do(os.Mkdir(filepath.Join(d.directory, directory), 0o700))
		kind := strings.TrimPrefix(http.DetectContentType(picture), "image/")
		must.Do(os.WriteFile(filepath.Join(d.directory, directory, row.Holder.Name+"."+kind), picture, 0o600))
	}
}

// endorse logs the holder in, looks at what would be made, and endorses.
func (d *trial) endorse() (*seed.Session, client.Endorsement) {
	d.Helper()
	must.Do(d.service.OpenAccounts(d.Context(), d.holder))
	s, id := must.Get2(d.service.LogInWithCertificate(d.Context(), seed.Ministry, d.holder))
	var detail client.CertificateDetail
	must.Do(s.Do(d.Context(), http.MethodGet, "/v1/certificates/"+id, nil, &detail))
	if detail.Labels.Specialties != "技艺类别" || detail.Labels.Number != "证书编号" || detail.Labels.Employer != "" || detail.Labels.Holder != "姓名" || detail.Dialog.Button != "制作使用件" ||
		!slices.Equal(detail.Purposes, []string{"修缮工程投标", "技艺展示", "其他"}) || len(detail.Details) != 2 || detail.Details[0].Value != "一级" {
		d.Errorf("the detail is %+v", detail)
	}
	flight := must.Get(s.Preflight(d.Context(), id))
	if !flight.Ready || flight.Window.Limit != "6M" || flight.Window.Picks != "both" || flight.Window.Latest != d.service.Today.AddMonths(6).String() {
		d.Errorf("the preflight is %+v, window %+v", flight, flight.Window)
	}
	for _, refused := range []client.Purpose{
		{Kind: "投标"}, {Kind: "其他", Text: "技艺等级：特级"}, {Kind: "其他", Text: "古建 3320240003K 号"},
	} {
		_, err := s.Endorse(d.Context(), id, client.EndorsementAsk{Purpose: refused})
		var p *client.Problem
		if !errors.As(err, &p) || p.Code != "invalid-field" {
			d.Errorf("%+v is answered %v", refused, err)
		}
	}
	made := must.Get(s.Endorse(d.Context(), id, client.EndorsementAsk{Purpose: client.Purpose{Kind: "修缮工程投标", Text: "某某寺大殿"}}))
	if made.Message != "使用件已制作。" || made.LimitText != "使用有效期限定为6个月" || made.State != "ready" {
		d.Errorf("made %+v", made)
	}
	return s, made
}

// download puts both files where the guide has them.
func (d *trial) download(s *seed.Session, e client.Endorsement) {
	d.Helper()
	for _, kind := range []string{"pdf", "ofd"} {
		must.Do(os.WriteFile(filepath.Join(d.directory, "证书."+kind), must.Get(s.Download(d.Context(), e, kind)), 0o600))
	}
}

// judgeOnPage has the verify page's judge, which runs in the browser, judge both files.
func (d *trial) judgeOnPage() []string {
	d.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		d.Skip("node is missing")
	}
	wasm := filepath.Join(d.service.Root, "functions", "verify", "wasm")
	question := must.Get(json.Marshal(map[string]string{"asOf": d.service.Today.String()}))
	out, err := exec.CommandContext(d.Context(), "node", filepath.Join(d.service.Root, "trials", "desk", "page.mjs"),
		filepath.Join(wasm, "desk.wasm.gz"), filepath.Join(wasm, "wasm_exec.js"), filepath.Join(d.directory, "jiazhu-trust.json"),
		d.service.URL, string(question), d.directory, "证书.pdf", "证书.ofd").CombinedOutput()
	if err != nil {
		d.Fatalf("%v\n%s", err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// runJob has a job verify both files, and returns the verdicts of its table.
func (d *trial) runJob() client.JobProgress {
	d.Helper()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for _, name := range []string{"证书.pdf", "证书.ofd"} {
		must.Get(must.Get(z.Create(name)).Write(must.Get(os.ReadFile(filepath.Join(d.directory, name)))))
	}
	must.Do(z.Close())
	sum := sha256.Sum256(archive.Bytes())
	token := must.Get(d.service.Token(d.Context(), testkeys.Agency, "verify"))
	var at client.JobPlace
	must.Do(d.service.API.Do(d.Context(), seed.Call{
		Method: http.MethodPost, Path: "/v1/verifications/jobs", Token: token, Header: map[string]string{"Idempotency-Key": rand.Text()},
		JSON: client.JobAsk{Bytes: int64(archive.Len()), SHA256: hex.EncodeToString(sum[:])},
	}, &at))
	r := must.Get(http.NewRequestWithContext(d.Context(), string(at.Method), at.URL, &archive))
	for name, value := range at.Headers {
		r.Header.Set(name, value)
	}
	answer := must.Get(http.DefaultClient.Do(r))
	must.Do(answer.Body.Close())
	for {
		var p client.JobProgress
		must.Do(d.service.API.Do(d.Context(), seed.Call{Method: http.MethodGet, Path: "/v1/verifications/jobs/" + at.Job, Token: token}, &p))
		if p.State == "done" || p.State == "refused" {
			return p
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// wantVerdict verifies as anybody.
func (d *trial) wantVerdict(want client.VerdictVerdict, ask client.VerificationAsk) client.Verdict {
	d.Helper()
	v := must.Get(d.service.API.Verify(d.Context(), ask))
	if v.Verdict != want {
		d.Errorf("%+v is %s: %+v", ask, v.Verdict, v.Checks)
	}
	return v
}

// reportState reports the certificate in another state, as one row of JSON.
func (d *trial) reportState(state client.CertificateState) {
	d.Helper()
	row := must.Get(d.holder.Row())
	row.Employer, row.State = client.ReportedEmployer{}, state
	row.CertificateSerial, row.QualificationNo = "", ""
	row.Details = []client.Detail{{Name: "技艺等级", Value: "一级"}, {Name: "师承", Value: "香山帮"}}
	must.Get(d.service.Target.Report(d.Context(), row))
}

// wantForeignSealFound endorses with the ministry's keys and seal in the place of the authority's own. Service, page and offline
// verification find the issuer of neither file trusted.
func (d *trial) wantForeignSealFound(s *seed.Session, certificate string) {
	d.Helper()
	keys := filepath.Join(d.TempDir(), "sign")
	must.Do(os.CopyFS(keys, os.DirFS(d.service.Paths.Sign)))
	must.Do(os.RemoveAll(filepath.Join(keys, authority)))
	must.Do(os.CopyFS(filepath.Join(keys, authority), os.DirFS(filepath.Join(keys, testca.Ministry))))
	foreign := *s
	foreign.API = must.Get(d.service.Through(stack.FunctionSet{Environment: map[string]string{"SIGNING_KEYS": testkeys.Location(keys)}}))
	d.download(s, must.Get(foreign.Endorse(d.Context(), certificate, client.EndorsementAsk{})))
	d.wantWords(d.run("build/jiazhu verify -offline 证书.pdf 证书.ofd", 2), "签章者未受信任", "无法确认 2")
	for kind, media := range map[string]string{"pdf": "application/pdf", "ofd": "application/ofd"} {
		v := must.Get(d.service.API.VerifyFile(d.Context(), media, must.Get(os.ReadFile(filepath.Join(d.directory, "证书."+kind))), nil))
		if result, text := v.Result("issuer"); v.Verdict != "unknown" || result != "fail" || !strings.Contains(text, "无权为此证照的颁发机构签章") {
			d.Errorf("the %s is %s, its issuer %s: %s", kind, v.Verdict, result, text)
		}
	}
	for _, line := range d.judgeOnPage() {
		d.wantWords(line, `"verdict":"unknown"`, `"reason":"wrong-issuer"`)
	}
}

func TestAKindIsAddedByOneFile(t *testing.T) {
	defer must.Fatal(t)
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing", program)
		}
	}
	d := start(t)
	d.wantWords(d.run(d.blocks[0], 0), "kinds/heritage.yaml: heritage, "+typeName)
	d.run(d.blocks[1], 0)
	d.fillIn()
	d.wantWords(d.run(d.blocks[2], 0), "1 accepted")
	s, made := d.endorse()
	d.download(s, made)
	// The last command cannot know the register.
	d.wantWords(d.run(d.blocks[3], 2), "有效\n  given     pdf", number, "真实", "时效内")

	d.wantVerdict("valid", client.VerificationAsk{Token: made.Token()})
	d.wantVerdict("valid", client.VerificationAsk{Token: made.Token(), Purpose: "修缮工程投标", Specialty: "木作"})
	d.wantVerdict("invalid", client.VerificationAsk{Token: made.Token(), Specialty: "瓦作"})
	d.wantVerdict("unknown", client.VerificationAsk{Number: number, Name: d.holder.Name})
	for _, line := range d.judgeOnPage() {
		d.wantWords(line, `"verdict":"valid"`)
	}
	if p := d.runJob(); p.State != "done" || p.Valid != 2 {
		t.Errorf("the job ends with %+v", p)
	}

	d.wantForeignSealFound(s, made.Certificate)
	d.reportState("06") // in which the kind keeps its certificates in force
	_, text := d.wantVerdict("valid", client.VerificationAsk{Token: made.Token()}).Result("certificate")
	d.wantWords(text, "办理转出")
	must.Get(s.Withdraw(t.Context(), made, ""))
	d.wantVerdict("invalid", client.VerificationAsk{Token: made.Token()})
}
