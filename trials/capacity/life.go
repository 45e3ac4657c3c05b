package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// life is one invented holder from the report of the certificate to the last log-out, with the machine clients
// around them, all at an address of their own. Every life is the same but for the names in it. Its steps stop at an
// error (package must).
type life struct {
	seed.Target
	order     int
	addresses []string                                   // the holder's, and somebody else's
	api       *seed.API                                  // from the holder's address
	otherAPI  *seed.API                                  // from somebody else's
	isJudged  func(ctx context.Context, job string) bool // whether the queue is done with a job
	// takePlaces does what endorse does at every 64th copy, with the function's code but in this process, because all
	// lives have less copies.
	takePlaces func(ctx context.Context)

	holder      seed.Holder
	registry    string // access tokens
	portal      string
	agency      string
	session     *seed.Session
	challenge   string
	certificate string
	endorsement client.Endorsement
	pdf, ofd    []byte
}

// agency is the machine client that verifies for an organisation.
const agency = "demo-agency"

// newLife gets what a life needs of others, uncounted: access tokens, and the phone that endorsing asks for.
func (c *counter) newLife(ctx context.Context, order int) *life {
	l := &life{order: order, holder: holder(order)}
	var apis []*seed.API
	for network := range byte(2) {
		address := net.IPv4(127, 0, 1+network, byte(order+1))
		client := faultproxy.Client(address)
		client.Transport.(*http.Transport).DisableCompression = true
		client.Transport = c.transport(client.Transport)
		apis = append(apis, &seed.API{URL: c.URL, HTTP: client})
		l.addresses = append(l.addresses, address.String())
	}
	l.api, l.otherAPI, l.Target = apis[0], apis[1], c.Target
	l.HTTP, l.isJudged, l.takePlaces = l.api.HTTP, c.isJudged, c.takePlaces
	l.registry, l.portal = l.token(ctx, seed.Registry, "report"), l.token(ctx, seed.Ministry+"-portal", "accounts")
	l.agency = l.token(ctx, agency, "verify")
	must.Do(l.Open(ctx, seed.National, l.holder))
	return l
}

// holder is the demo's first holder, who lacks nothing, born on another day under another number.
func holder(order int) seed.Holder {
	h := seed.Holders(civil.Of(time.Now()))[0]
	h.Birth = h.Birth.AddDays(order + 1)
	h.Order = 50 + order
	h.Phone = fmt.Sprintf("1380001%04d", order)
	h.Username = fmt.Sprintf("simulated%02d", order)
	h.Number = h.Number[:len(h.Number)-5] + fmt.Sprintf("%05d", 90000+order)
	return h
}

func (l *life) token(ctx context.Context, client, scope string) string {
	return must.Get(must.Get(l.Machine(client)).Token(ctx, scope))
}

// step is one scenario of a life.
type step struct {
	name, what string
	do         func(context.Context)
}

// steps are in the order of a life.
func (l *life) steps() []step {
	verify := func(token string, ask client.VerificationAsk) func(context.Context) {
		return func(ctx context.Context) {
			ask.Token = l.endorsement.Token()
			checkValid(l.api.VerifyAs(ctx, token, ask))
		}
	}
	return []step{
		{"token", "a machine client proves itself", func(ctx context.Context) { l.token(ctx, agency, "verify") }},
		{"report-row", "an authority reports one certificate, with both pictures", l.report},
		{"report-change", "the same with another employer, the pictures as they were", func(ctx context.Context) {
			l.holder.Employer++
			l.report(ctx)
		}},
		{"account", "a portal opens an account; the holder sets a password", func(ctx context.Context) {
			must.Do(l.OpenAccount(ctx, seed.Ministry, l.portal, l.holder))
		}},
		{"login", "登录", func(ctx context.Context) { l.session = must.Get(l.api.Login(ctx, seed.Ministry, l.holder)) }},
		{"identify", "实名身份认证: code, scan, face, outcome", l.identify},
		{"poll", "the page asks how an identification stands", l.poll},
		{"list", "我的证照", func(ctx context.Context) {
			items, _ := must.Get2(l.session.Certificates(ctx))
			must.Do(seed.Expect("the number of certificates in the list", len(items), 1))
			l.certificate = items[0].Certificate
		}},
		{"preflight", "what is in the way", func(ctx context.Context) { must.Get(l.session.Preflight(ctx, l.certificate)) }},
		{"endorse", "证照加注", func(ctx context.Context) {
			l.endorsement = must.Get(l.session.Endorse(ctx, l.certificate, client.EndorsementAsk{
				Purpose: client.Purpose{Kind: "投标", Text: "示例项目"}, Recipient: client.Recipient{Name: "示例单位"},
			}))
		}},
		{"places", "endorse takes places in the status lists, for 64 copies", l.takePlaces},
		{"history", "加注历史", func(ctx context.Context) {
			must.Get(l.session.History(ctx, l.certificate, client.ListEndorsementsParams{}))
		}},
		{"preview", "预览: a card of the history comes into view", func(ctx context.Context) {
			e := l.endorsement
			l.get(ctx, "/v1/certificates/"+e.Certificate+"/endorsements/"+e.Endorsement+"/preview", l.session.Token)
		}},
		{"download-pdf", "pdf下载: a link, and the file by it", func(ctx context.Context) {
			l.pdf = must.Get(l.session.Download(ctx, l.endorsement, "pdf"))
		}},
		{"download-ofd", "OFD下载: likewise", func(ctx context.Context) {
			l.ofd = must.Get(l.session.Download(ctx, l.endorsement, "ofd"))
		}},
		{"verify-page", "a phone opens the page behind a QR code for the first time", l.openPage},
		{"verify-code", "核验 by QR code", verify("", client.VerificationAsk{})},
		{"verify-receipt", "核验 by QR code, with a receipt", verify("", client.VerificationAsk{WantReceipt: true})},
		{"verify-pdf", "核验 of an uploaded PDF", func(ctx context.Context) {
			checkValid(l.api.VerifyFile(ctx, "application/pdf", l.pdf, nil))
		}},
		{"verify-ofd", "核验 of an uploaded OFD", func(ctx context.Context) {
			checkValid(l.api.VerifyFile(ctx, "application/ofd", l.ofd, nil))
		}},
		{"verify-organisation", "核验 by an organisation that proved itself", verify(l.agency, client.VerificationAsk{StatedPurpose: "评标"})},
		{"verify-batch", "核验 of ten QR codes in one request", func(ctx context.Context) {
			items := slices.Repeat([]client.BatchItem{{Token: l.endorsement.Token()}}, 10)
			res, err := l.api.Client().VerifyBatch(ctx, client.BatchAsk{Items: items})
			answer := must.Get(client.Read[client.BatchAnswer](res, err))
			must.Do(seed.Expect("the last verdict", answer.Items[9].Verdict, "valid"))
		}},
		{"verify-job", "批量核验 of an archive of a thousand files", l.runJob},
		{"verify-number", "核验 by number and name", func(ctx context.Context) {
			l.verifyNumber(ctx, l.api, l.holder.Number, true)
		}},
		{"verify-nobody", "核验 by a number that nobody has", func(ctx context.Context) { // from elsewhere, as by a guesser
			l.verifyNumber(ctx, l.otherAPI, l.holder.Number[:len(l.holder.Number)-5]+fmt.Sprintf("%05d", 80000+l.order), false)
		}},
		{"ledger", "核验记录", func(ctx context.Context) { must.Get(l.session.Ledger(ctx, l.certificate)) }},
		{"withdraw", "撤回", func(ctx context.Context) { must.Get(l.session.Withdraw(ctx, l.endorsement, "不再参加")) }},
		{"logout", "退出", func(ctx context.Context) { must.Do(l.session.Logout(ctx)) }},
	}
}

// report reports the certificate with pictures that are the same in every life, so that their lengths are.
func (l *life) report(ctx context.Context) {
	row, first := must.Get(l.holder.Row()), must.Get(holder(0).Row())
	row.Photo, row.SignatureImage = first.Photo, first.SignatureImage
	res, err := l.api.Client().Report(ctx, nil, []client.ReportRow{row}, client.Bearer(l.registry))
	must.Do(seed.Expect("the number of accepted rows", must.Get(client.Read[client.Report](res, err)).Accepted, 1))
}

func (l *life) identify(ctx context.Context) {
	app := l.App(must.Get(l.AppSigner()), l.holder.Person)
	c := must.Get(l.session.OpenChallenge(ctx))
	l.challenge = c.Challenge
	code := must.Get(identityapp.ReadCode(c.QR.Text))
	must.Do(l.api.Scan(ctx, app, code))
	must.Do(l.api.Assert(ctx, app, code, identityapp.Input{Number: c.Number, Result: "pass"}))
	l.poll(ctx)
}

func (l *life) poll(ctx context.Context) {
	must.Do(seed.Expect("the challenge", must.Get(l.session.Look(ctx, l.challenge)).State, "verified"))
}

// verifyNumber asks for a certificate by number and name, which says nothing of a copy.
func (l *life) verifyNumber(ctx context.Context, api *seed.API, number string, found bool) {
	v := must.Get(api.Verify(ctx, client.VerificationAsk{Number: number, Name: l.holder.Name}))
	must.Do(seed.Expect("whether a subject is shown", v.Subject != nil, found))
}

func checkValid(v client.Verdict, err error) {
	must.Do(err)
	must.Do(seed.Expect("the verdict", v.Verdict, "valid"))
}

var namedFile = regexp.MustCompile(`(?:href|src)="(/v/[^"]+)"`)

// openPage fetches what a browser does on its first visit by a QR code: the page, the files that it names, the service
// worker, which keeps what the page has fetched, and the published keys.
func (l *life) openPage(ctx context.Context) {
	for _, file := range namedFile.FindAllSubmatch(l.get(ctx, "/v", ""), -1) {
		l.get(ctx, string(file[1]), "")
	}
	l.get(ctx, "/v/sw.js", "")
	must.Get(l.api.Send(ctx, seed.Call{Method: http.MethodGet, Path: "/.well-known/jwks.json"}))
}

// get fetches a file compressed, as browsers do.
func (l *life) get(ctx context.Context, path, token string) []byte {
	reply := must.Get(l.api.Send(ctx, seed.Call{Method: http.MethodGet, Path: path, Token: token, Header: map[string]string{"Accept-Encoding": "gzip"}}))
	must.Do(seed.Expect("the status of "+path, reply.Status, http.StatusOK))
	return must.Get(io.ReadAll(must.Get(gzip.NewReader(bytes.NewReader(reply.Body)))))
}
