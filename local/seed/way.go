package seed

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// portalScenario is one holder's way through one portal, from logging in to withdrawing.
type portalScenario struct {
	*ScenarioRunner
	portal      string
	holder      Holder
	session     *Session
	certificate string
	endorsement Endorsement
	files       map[string][]byte
	key         string // idempotency key of made
	ask         EndorseRequest
}

// runPortal goes the manual's way (使用手册 一 and 二) with the holder who lacks nothing. Each step needs
// the one before it.
func (w *ScenarioRunner) runPortal(ctx context.Context, portal string) {
	names := map[string]string{
		Ministry: "一、通过住房和城乡建设部政务服务门户 · by the ministry's portal",
		National: "二、通过国家政务服务平台 · by the national platform",
	}
	w.printHeading(names[portal])
	j := &portalScenario{ScenarioRunner: w, portal: portal, holder: w.holders["ready"], files: map[string][]byte{}}
	for _, s := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"登录: log in; the account shows name and masked numbers", j.login},
		{"without the face: the list as this portal has it, the detail refused → identity-required", j.tryUnidentified},
		{"实名身份认证: scan, number and face on the phone", func(ctx context.Context) error { return w.IdentifyByPhone(ctx, j.session) }},
		{"我的证照: the list shows the certificate", j.list},
		{"解除绑定, 绑定证照: unbound it cannot be opened, bound it can", j.rebind},
		{"证照详情: title, specialties, notice and notes", j.detail},
		{"preflight: ready, 180 days", j.preflight},
		{"证照加注 → 加注成功!", j.endorse},
		{"the same request again: the same endorsement", j.repeatEndorsement},
		{"按加注时间搜索: the history, and by day", j.history},
		{"pdf下载: link, headers and SHA-256", func(ctx context.Context) error { return j.download(ctx, "pdf", "pdf") }},
		{"OFD下载: link, headers and SHA-256", func(ctx context.Context) error { return j.download(ctx, "ofd", "ofd") }},
		{"预览: link, headers and SHA-256", func(ctx context.Context) error { return j.download(ctx, "preview", "svg") }},
		{"PDF 与 OFD 内容一致: both carry the same certificate.json, and no ID number", j.parity},
		{"扫码核验: by the QR code's token → 有效", j.verifyToken},
		{"核验: by number and name → found; with another name → not found", j.verifyNumber},
		{"核验: the PDF as it is, and as base64 → 有效", func(ctx context.Context) error { return j.verifyFile(ctx, "application/pdf", "pdf") }},
		{"核验: the OFD as it is, and as base64 → 有效", func(ctx context.Context) error { return j.verifyFile(ctx, "application/ofd", "ofd") }},
		{"核验: for a day, a specialty, a purpose and a recipient", j.verifyAsked},
		{"核验: a file with one byte changed → 无效, and nothing else is told", j.verifyTampered},
		{"核验回执: a signed receipt, as JSON and as a page; handed in → 核验回执, and its page altered → 无效", j.receipt},
		{"核验记录: every verification stands in the holder's ledger, with the agency's name", j.verifyAsAgency},
		{"授权查看: one reader sees the name for a day; ended, nobody does", j.tryConsent},
		{"撤回: withdraw the copy → 无效 by token, PDF and OFD; no more links", j.withdraw},
		{"登出: log out; the session is gone", j.logout},
	} {
		if !w.step(s.name, func() error { return s.do(ctx) }) {
			return
		}
	}
}

func (j *portalScenario) login(ctx context.Context) (err error) {
	if err := refusal(tryWrongPassword(ctx, j.api(), j.portal, j.holder), "login-failed", ""); err != nil {
		return err
	}
	if j.session, err = j.api().Login(ctx, j.portal, j.holder); err != nil {
		return err
	}
	var account struct {
		Name, Phone, IDNumber, RealNameLevelName string
		PhoneBound                               bool
	}
	if err := j.session.Do(ctx, http.MethodGet, "/v1/account", nil, &account); err != nil {
		return err
	}
	if !strings.Contains(account.Phone, "****") || !strings.Contains(account.IDNumber, "****") {
		return fmt.Errorf("the account shows numbers whole: %+v", account)
	}
	return expect("the account's name", account.Name, j.holder.Name)
}

func tryWrongPassword(ctx context.Context, a *API, portal string, h Holder) error {
	return a.Do(ctx, Call{Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{
		"portal": portal, "username": h.Username, "password": "not " + Password,
	}}, nil)
}

// tryUnidentified is what each portal lets a session do that showed no face (使用手册 §1.2, §2.2).
func (j *portalScenario) tryUnidentified(ctx context.Context) error {
	items, _, err := j.session.Certificates(ctx)
	if j.portal == Ministry {
		return refusal(err, "identity-required", "")
	}
	if err != nil || len(items) != 1 {
		return fmt.Errorf("the list has %d certificates: %w", len(items), err)
	}
	err = j.session.Do(ctx, http.MethodGet, "/v1/certificates/"+items[0].Certificate, nil, nil)
	return refusal(err, "identity-required", "")
}

func (j *portalScenario) list(ctx context.Context) error {
	items, _, err := j.session.Certificates(ctx)
	if err != nil {
		return err
	}
	if len(items) != 1 {
		return fmt.Errorf("the list has %d certificates", len(items))
	}
	j.certificate = items[0].Certificate
	if err := expect("证照颁发机构", items[0].Issuer, "住房和城乡建设部"); err != nil {
		return err
	}
	return expect("证照编号", items[0].Number, j.holder.Number)
}

func (j *portalScenario) rebind(ctx context.Context) error {
	at := "/v1/certificates/" + j.certificate
	if err := j.session.Do(ctx, http.MethodDelete, at+"/binding", nil, nil); err != nil {
		return err
	}
	err := j.session.Do(ctx, http.MethodGet, at, nil, nil)
	if j.portal == National {
		err = refusal(err, "not-bound", TitleNotBound)
	}
	if err != nil {
		return err
	}
	return j.session.Bind(ctx, j.certificate)
}

func (j *portalScenario) detail(ctx context.Context) error {
	var d struct {
		Title, Holder, Number, Notice string
		Notes                         []string
		Specialties                   []struct{ Name string }
	}
	if err := j.session.Do(ctx, http.MethodGet, "/v1/certificates/"+j.certificate, nil, &d); err != nil {
		return err
	}
	notes := strings.Join(d.Notes, "|")
	for what, pair := range map[string][2]string{
		"the title":  {d.Title, "中华人民共和国一级建造师注册证书"},
		"持证主体":       {d.Holder, j.holder.Name},
		"the notice": {d.Notice, TitlePilot},
		"the notes":  {notes, "1.使用有效截止日期必须在注册有效期内;|2.使用有效期限定为180天。"},
	} {
		if err := expect(what, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return expect("the number of specialties", len(d.Specialties), len(j.holder.Specialty))
}

// Preflight is what an endorsement made now would get, and what stands in its way.
type Preflight struct {
	Ready    bool
	Window   *struct{ UseFrom, UseUntil, Latest, Limit, LimitText string }
	Warnings []string
	Blockers []Problem
}

// Preflight asks for it.
func (s *Session) Preflight(ctx context.Context, certificate string) (p Preflight, err error) {
	err = s.Do(ctx, http.MethodGet, "/v1/certificates/"+certificate+"/preflight", nil, &p)
	return p, err
}

func (j *portalScenario) preflight(ctx context.Context) error {
	p, err := j.session.Preflight(ctx, j.certificate)
	if err != nil {
		return err
	}
	if !p.Ready || p.Window == nil {
		return fmt.Errorf("not ready: %+v", p)
	}
	return expect("使用有效期截止日期", p.Window.UseUntil, today().AddDays(180).String())
}

func (j *portalScenario) endorse(ctx context.Context) (err error) {
	j.key = rand.Text()
	j.ask = EndorseRequest{
		Purpose:   map[string]string{"kind": "投标", "text": "示例医院门诊楼施工投标", "projectCode": "DEMO-001"},
		Recipient: map[string]string{"name": "示例公共资源交易中心"},
	}
	if j.endorsement, _, err = j.session.EndorseOnce(ctx, j.certificate, j.key, j.ask); err != nil {
		return err
	}
	if err := j.saveJSON("endorsement", j.endorsement.raw); err != nil {
		return err
	}
	for what, pair := range map[string][2]string{
		"the message": {j.endorsement.Message, TitleDone},
		"使用有效期截止日期":   {j.endorsement.UseUntil, today().AddDays(180).String()},
		"the limit":   {j.endorsement.Limit, "180D"},
		"the state":   {j.endorsement.State, "ready"},
	} {
		if err := expect(what, pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func (j *portalScenario) repeatEndorsement(ctx context.Context) error {
	again, replayed, err := j.session.EndorseOnce(ctx, j.certificate, j.key, j.ask)
	if err != nil {
		return err
	}
	if !replayed {
		return fmt.Errorf("the answer is not marked as an earlier one")
	}
	if err := expect("the endorsement", again.Endorsement, j.endorsement.Endorsement); err != nil {
		return err
	}
	_, _, err = j.session.EndorseOnce(ctx, j.certificate, j.key, EndorseRequest{})
	return refusal(err, "idempotency-key-reused", "")
}

func (j *portalScenario) history(ctx context.Context) error {
	day, before := today(), today().AddDays(-1)
	for query, want := range map[string]bool{
		"": true,
		"?from=" + day.String() + "&to=" + day.String():       true,
		"?from=" + before.String() + "&to=" + before.String(): false,
		"?limit=1": true,
	} {
		items, err := j.session.History(ctx, j.certificate, query)
		if err != nil {
			return err
		}
		if found := len(items) > 0 && items[0].Endorsement == j.endorsement.Endorsement; found != want {
			return fmt.Errorf("history%s: the new endorsement is first: %v, want %v", query, found, want)
		}
	}
	return nil
}

func (j *portalScenario) download(ctx context.Context, file, ending string) (err error) {
	if j.files[file], err = j.session.Download(ctx, j.endorsement, file); err != nil {
		return err
	}
	begins := map[string]string{"pdf": "%PDF-", "ofd": "PK\x03\x04", "preview": "<"}
	if !strings.HasPrefix(string(j.files[file]), begins[file]) {
		return fmt.Errorf("the %s begins %q", file, j.files[file][:8])
	}
	return j.keep(j.portal+"-"+j.holder.Username+"."+ending, j.files[file])
}

func (j *portalScenario) withdraw(ctx context.Context) error {
	after, err := j.session.Withdraw(ctx, j.endorsement, "不再参加该项目")
	if err != nil {
		return err
	}
	if err := expect("the state", after.State, "withdrawn"); err != nil {
		return err
	}
	byToken, err := j.api().Verify(ctx, map[string]string{"token": j.endorsement.Token()})
	if err != nil {
		return err
	}
	byPDF, err := j.api().VerifyFile(ctx, "application/pdf", j.files["pdf"], nil)
	if err != nil {
		return err
	}
	byOFD, err := j.api().VerifyFile(ctx, "application/ofd", j.files["ofd"], nil)
	if err != nil {
		return err
	}
	for _, v := range []Verdict{byToken, byPDF, byOFD} {
		if err := v.is("invalid", "copy", "fail"); err != nil {
			return err
		}
	}
	if err := j.saveJSON("verdict-withdrawn", byPDF.raw); err != nil {
		return err
	}
	_, err = j.session.Link(ctx, j.endorsement, "pdf")
	return refusal(err, "endorsement-withdrawn", "加注件已撤回")
}

func (j *portalScenario) logout(ctx context.Context) error {
	if err := j.session.Logout(ctx); err != nil {
		return err
	}
	return refusal(j.session.Do(ctx, http.MethodGet, "/v1/account", nil, nil), "session-expired", "")
}

// saveJSON keeps an answer as it came, but indented.
func (j *portalScenario) saveJSON(what string, answer []byte) error {
	var out bytes.Buffer
	if err := json.Indent(&out, answer, "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	return j.keep(j.portal+"-"+j.holder.Username+"-"+what+".json", out.Bytes())
}
