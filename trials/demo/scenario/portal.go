package scenario

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
)

// portalScenario is everything one holder does on one portal, from logging in to withdrawing.
type portalScenario struct {
	*Runner
	portal      string
	holder      seed.Holder
	session     *seed.Session
	certificate string
	endorsement client.Endorsement
	files       map[string][]byte
	key         string // idempotency key of endorsement
	ask         client.EndorsementAsk
}

// runPortal does what the manual shows (使用手册 一 and 二) with a holder whose certificate can be endorsed. Each
// step needs the one before it.
func (r *Runner) runPortal(ctx context.Context, portal string) {
	names := map[string]string{
		seed.Ministry: "一、通过住房和城乡建设部政务服务门户 · by the ministry's portal",
		seed.National: "二、通过国家政务服务平台 · by the national platform",
	}
	r.Heading(names[portal])
	j := &portalScenario{Runner: r, portal: portal, holder: r.holders["ready"], files: map[string][]byte{}}
	for _, s := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"登录: log in; the account shows name and masked numbers", j.login},
		{"without the face: the list as this portal has it, the detail refused → identity-required", j.tryUnidentified},
		{"实名身份认证: scan, number and face on the phone", func(ctx context.Context) error { return r.identifyByPhone(ctx, j.session) }},
		{"我的证照: the list shows the certificate", j.list},
		{"解除绑定, 绑定证照: an unbound certificate cannot be opened, a bound one can", j.rebind},
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
		{"核验: a file with one byte changed → 无效, and nothing else is shown", j.verifyTampered},
		{"核验回执: a signed receipt, as JSON and as a page; verified → 核验回执, and its page altered → 无法确认", j.receipt},
		{"核验记录: every verification is in the holder's ledger, with the agency's name", j.verifyAsAgency},
		{"授权查看: one reader sees the name for a day; nobody after the consent is revoked", j.tryConsent},
		{"撤回: withdraw the copy → 无效 by token, PDF and OFD; no more links", j.withdraw},
		{"登出: log out; the session has ended", j.logout},
	} {
		if !r.Step(s.name, func() error { return s.do(ctx) }) {
			return
		}
	}
}

func (j *portalScenario) login(ctx context.Context) (err error) {
	wrong := client.Login{Portal: j.portal, Username: j.holder.Username, Password: "not " + seed.Password}
	must.Do(checkRefusal(client.Check(j.API().Client().Login(ctx, wrong)), "login-failed", ""))
	j.session = must.Get(j.API().Login(ctx, j.portal, j.holder))
	account := must.Get(client.Read[client.Account](j.API().Client().GetAccount(ctx, j.bearer())))
	if !strings.Contains(account.Phone, "****") || !strings.Contains(account.IDNumber, "****") {
		return fmt.Errorf("the account shows numbers whole: %+v", account)
	}
	return seed.Expect("the account's name", account.Name, j.holder.Name)
}

func (j *portalScenario) bearer() client.RequestEditorFn { return client.Bearer(j.session.Token) }

func (j *portalScenario) openCertificate(ctx context.Context, certificate string) (client.CertificateDetail, error) {
	return client.Read[client.CertificateDetail](j.API().Client().GetCertificate(ctx, certificate, j.bearer()))
}

// tryUnidentified checks what each portal allows before identification (使用手册 §1.2, §2.2).
func (j *portalScenario) tryUnidentified(ctx context.Context) error {
	items, _, err := j.session.Certificates(ctx)
	if j.portal == seed.Ministry {
		return checkRefusal(err, "identity-required", "")
	}
	if err != nil || len(items) != 1 {
		return fmt.Errorf("the list has %d certificates: %w", len(items), err)
	}
	_, err = j.openCertificate(ctx, items[0].Certificate)
	return checkRefusal(err, "identity-required", "")
}

func (j *portalScenario) list(ctx context.Context) error {
	items, _ := must.Get2(j.session.Certificates(ctx))
	must.Do(seed.Expect("the number of certificates in the list", len(items), 1))
	j.certificate = items[0].Certificate
	must.Do(seed.Expect("证照颁发机构", items[0].Issuer, "住房和城乡建设部"))
	return seed.Expect("证照编号", items[0].Number, j.holder.Number)
}

func (j *portalScenario) rebind(ctx context.Context) error {
	must.Do(client.Check(j.API().Client().UnbindCertificate(ctx, j.certificate, j.bearer())))
	_, err := j.openCertificate(ctx, j.certificate)
	if j.portal == seed.National {
		err = checkRefusal(err, "not-bound", seed.TitleNotBound)
	}
	must.Do(err)
	return j.session.Bind(ctx, j.certificate)
}

func (j *portalScenario) detail(ctx context.Context) error {
	d := must.Get(j.openCertificate(ctx, j.certificate))
	notes := strings.Join(d.Notes, "|")
	for what, pair := range map[string][2]string{
		"the title":  {d.Title, "中华人民共和国一级建造师注册证书"},
		"持证主体":       {d.Holder, j.holder.Name},
		"the notice": {d.Notice, seed.TitlePilot},
		"the notes":  {notes, "1.使用有效截止日期必须在注册有效期内;|2.使用有效期限定为180天。"},
	} {
		must.Do(seed.Expect(what, pair[0], pair[1]))
	}
	return seed.Expect("the number of specialties", len(d.Specialties), len(j.holder.Specialty))
}

func (j *portalScenario) preflight(ctx context.Context) error {
	p := must.Get(j.session.Preflight(ctx, j.certificate))
	if !p.Ready || p.Window == nil {
		return fmt.Errorf("not ready: %+v", p)
	}
	return seed.Expect("使用有效期截止日期", p.Window.UseUntil, today().AddDays(180).String())
}

func (j *portalScenario) endorse(ctx context.Context) (err error) {
	j.key = rand.Text()
	j.ask = client.EndorsementAsk{
		Purpose:   client.Purpose{Kind: "投标", Text: "示例医院门诊楼施工投标", ProjectCode: "DEMO-001"},
		Recipient: client.Recipient{Name: "示例公共资源交易中心"},
	}
	j.endorsement, _ = must.Get2(j.session.EndorseOnce(ctx, j.certificate, j.key, j.ask))
	must.Do(j.saveJSON("endorsement", j.endorsement))
	for what, pair := range map[string][2]string{
		"the message": {j.endorsement.Message, seed.TitleDone},
		"使用有效期截止日期":   {j.endorsement.UseUntil, today().AddDays(180).String()},
		"the limit":   {j.endorsement.Limit, "180D"},
		"the state":   {string(j.endorsement.State), "ready"},
	} {
		must.Do(seed.Expect(what, pair[0], pair[1]))
	}
	return nil
}

func (j *portalScenario) repeatEndorsement(ctx context.Context) error {
	again, replayed := must.Get2(j.session.EndorseOnce(ctx, j.certificate, j.key, j.ask))
	must.Do(seed.Expect("whether the answer is marked as an earlier one", replayed, true))
	must.Do(seed.Expect("the endorsement", again.Endorsement, j.endorsement.Endorsement))
	_, _, err := j.session.EndorseOnce(ctx, j.certificate, j.key, client.EndorsementAsk{})
	return checkRefusal(err, "idempotency-key-reused", "")
}

func (j *portalScenario) history(ctx context.Context) error {
	day, before := today().String(), today().AddDays(-1).String()
	for query, want := range map[client.ListEndorsementsParams]bool{
		{}:                           true,
		{From: &day, To: &day}:       true,
		{From: &before, To: &before}: false,
		{Limit: new(1)}:              true,
	} {
		items := must.Get(j.session.History(ctx, j.certificate, query))
		if found := len(items) > 0 && items[0].Endorsement == j.endorsement.Endorsement; found != want {
			return fmt.Errorf("history %+v: the new endorsement is first: %v, want %v", query, found, want)
		}
	}
	return nil
}

func (j *portalScenario) download(ctx context.Context, file, ending string) (err error) {
	j.files[file] = must.Get(j.session.Download(ctx, j.endorsement, file))
	begins := map[string]string{"pdf": "%PDF-", "ofd": "PK\x03\x04", "preview": "<"}
	if !strings.HasPrefix(string(j.files[file]), begins[file]) {
		return fmt.Errorf("the %s begins %q", file, j.files[file][:8])
	}
	return j.keep(j.portal+"-"+j.holder.Username+"."+ending, j.files[file])
}

func (j *portalScenario) withdraw(ctx context.Context) error {
	after := must.Get(j.session.Withdraw(ctx, j.endorsement, "不再参加该项目"))
	must.Do(seed.Expect("the state", after.State, client.EndorsementStateWithdrawn))
	byToken := must.Get(j.API().Verify(ctx, client.VerificationAsk{Token: j.endorsement.Token()}))
	byPDF := must.Get(j.API().VerifyFile(ctx, "application/pdf", j.files["pdf"], nil))
	byOFD := must.Get(j.API().VerifyFile(ctx, "application/ofd", j.files["ofd"], nil))
	for _, v := range []client.Verdict{byToken, byPDF, byOFD} {
		must.Do(checkVerdict(v, "invalid", "copy", "fail"))
	}
	must.Do(j.saveJSON("verdict-withdrawn", byPDF))
	_, err := j.session.Link(ctx, j.endorsement, "pdf")
	return checkRefusal(err, "endorsement-withdrawn", "加注件已撤回")
}

func (j *portalScenario) logout(ctx context.Context) error {
	must.Do(j.session.Logout(ctx))
	return checkRefusal(client.Check(j.API().Client().GetAccount(ctx, j.bearer())), "session-expired", "")
}

// saveJSON keeps an answer as indented JSON.
func (j *portalScenario) saveJSON(what string, answer any) error {
	return j.keepJSON(j.portal+"-"+j.holder.Username+"-"+what, answer)
}
