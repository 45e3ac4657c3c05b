package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
	"github.com/jiazhu/jiazhu/trials/model"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// sources is what is forged from, and what a holder has besides.
type sources struct {
	genuine      forgery.Genuine
	holderCopies forgery.HolderCopies
	invalid      forgery.ReceiptFiles // the receipt of a forged file
	number       forgery.ReceiptFiles // of a number and a name
	imitating    identifiedHolder     // asks for copies with words that imitate the panel
	probes       []probe
}

// sourceMaker makes the sources by the public API: holders endorse, withdraw and consent, the authority reports. Its
// steps stop at an error (package must).
type sourceMaker struct {
	*testservice.Service
	sources
	holder seed.Holder // has the genuine copies
}

func makeSources(ctx context.Context, s *testservice.Service) (made sources, err error) {
	defer must.Catch(&err)
	d := &sourceMaker{Service: s, holder: s.Holder("ready")}
	since := s.Today.AddDays(-issuedDaysAgo - 100) // so that it could be endorsed then
	d.holder.Specialty = []seed.Specialty{{Name: d.holder.Specialty[0].Name, From: since, To: since.AddYears(3).AddDays(-1)}}
	d.holder.IssuedOn = since
	d.holderCopies.Today = s.Today
	h := d.enter(ctx, d.holder)
	d.makeGenuineCopies(ctx, h)
	d.withdrawCopy(ctx, h)
	d.supersedeCopy(ctx)
	d.reportChanges(ctx)
	d.correctHolders(ctx)
	d.imitating = d.enter(ctx, seed.EndorsableHolder(110, s.Today))
	return d.sources, nil
}

// identifiedHolder is a holder, logged in and identified, with a certificate.
type identifiedHolder struct {
	*seed.Session
	certificate string
}

// enter reports a holder's certificate, opens their accounts, logs them in and shows their face.
func (d *sourceMaker) enter(ctx context.Context, h seed.Holder) identifiedHolder {
	must.Do(d.Target.Enter(ctx, []seed.Holder{h}))
	return d.logIn(ctx, h)
}

func (d *sourceMaker) logIn(ctx context.Context, h seed.Holder) identifiedHolder {
	session, certificate := must.Get2(d.LogInWithCertificate(ctx, seed.Ministry, h))
	return identifiedHolder{session, certificate}
}

// declaredUse is what the genuine copies are for.
func declaredUse() client.EndorsementAsk {
	return client.EndorsementAsk{
		Purpose:   client.Purpose{Kind: "投标", Text: "示例医院门诊楼施工投标", ProjectCode: "DEMO-001"},
		Recipient: client.Recipient{Name: "示例公共资源交易中心"},
	}
}

// endorse makes a copy, downloads its files and has its code verified, with a receipt.
func (d *sourceMaker) endorse(ctx context.Context, h identifiedHolder, ask client.EndorsementAsk) (forgery.Copy, client.Endorsement) {
	made := must.Get(h.Endorse(ctx, h.certificate, ask))
	download := func(kind string) []byte { return must.Get(h.Download(ctx, made, kind)) }
	return d.readCopy(ctx, made, download), made
}

// consent gives a consent to everything that one can show, and returns its link.
func consent(ctx context.Context, h identifiedHolder, made client.Endorsement) string {
	return must.Get(h.Consent(ctx, made, "示例单位", "name", "birth", "photo", "idNumber")).Link
}

func (d *sourceMaker) readCopy(ctx context.Context, made client.Endorsement, download func(kind string) []byte) forgery.Copy {
	receipt := d.receipt(ctx, client.VerificationAsk{Token: made.Token()})
	return must.Get(forgery.ReadCopy(download("pdf"), download("ofd"), made.VerifyURL, receipt))
}

// receipt asks for a receipt, as text and as a page.
func (d *sourceMaker) receipt(ctx context.Context, ask client.VerificationAsk) forgery.ReceiptFiles {
	page := must.Get(d.API.Send(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/verifications", JSON: ask, Header: map[string]string{"Accept": "application/pdf"},
	}))
	if page.Status != http.StatusOK {
		must.Do(fmt.Errorf("the page of a receipt: %d %.200s", page.Status, page.Body))
	}
	ask.WantReceipt = true
	return forgery.ReceiptFiles{Text: must.Get(d.API.VerifyAs(ctx, "", ask)).Receipt, Page: page.Body}
}

func (d *sourceMaker) makeGenuineCopies(ctx context.Context, h identifiedHolder) {
	d.addVoid("expired", d.makeExpiredCopy(ctx, h), false)
	var made, theirs client.Endorsement
	d.genuine.Copy, made = d.endorse(ctx, h, declaredUse())
	d.genuine.Second, _ = d.endorse(ctx, h, client.EndorsementAsk{Purpose: client.Purpose{Kind: "入职"}})
	d.holderCopies.Day, _ = d.endorse(ctx, h, client.EndorsementAsk{UseUntil: d.Today.String()})
	other := d.enter(ctx, d.Holder("several specialties, one ending soon"))
	d.genuine.Other, theirs = d.endorse(ctx, other, declaredUse())
	d.genuine.Photograph = must.Get(forgery.Photograph(d.genuine.Copy))
	link := withConsentOf(made.VerifyURL, consent(ctx, other, theirs))
	d.probes = append(d.probes,
		probe{name: "a good copy with the consent of another holder's", link: link},
		probe{name: "a receipt of a receipt", ask: d.askReceiptOfReceipt},
	)
	broken := bytes.Clone(d.genuine.Copy.PDF)
	broken[len(broken)/2] ^= 1
	d.invalid = d.receipt(ctx, client.VerificationAsk{File: broken})
	d.number = d.receipt(ctx, client.VerificationAsk{Number: d.holder.Number, Name: d.holder.Name})
}

func (d *sourceMaker) askReceiptOfReceipt(ctx context.Context) (shown string, err error) {
	ask := client.VerificationAsk{Receipt: d.genuine.Copy.Receipt.Text, WantReceipt: true}
	if v, err := d.API.VerifyAs(ctx, "", ask); err == nil && v.Receipt != "" {
		return "it was given", nil
	}
	return "", nil
}

func (d *sourceMaker) addVoid(what string, c forgery.Copy, hidden bool) {
	d.holderCopies.Void = append(d.holderCopies.Void, forgery.VoidCopy{What: what, Copy: c, Hidden: hidden})
}

// issuedDaysAgo is how long ago the expired copy was made: its 180 days are over.
const issuedDaysAgo = 200

// makeExpiredCopy makes a copy in the past, with a function of the service whose clock is set.
func (d *sourceMaker) makeExpiredCopy(ctx context.Context, h identifiedHolder) forgery.Copy {
	directory := must.Get(os.MkdirTemp("", "jiazhu-past-"))
	defer os.RemoveAll(directory)
	must.Do(model.Build(ctx, d.Root, directory, "endorse"))
	clock := filepath.Join(directory, "clock")
	must.Do(model.NewClock(clock).Set(time.Now().AddDate(0, 0, -issuedDaysAgo)))
	past := stack.FunctionSet{Functions: directory, Environment: map[string]string{model.ClockFile: clock}}
	url, end := must.Get2(d.StartGateway(past))
	defer end()
	then := *h.Session
	then.API = &seed.API{URL: url}
	made := must.Get(then.Endorse(ctx, h.certificate, client.EndorsementAsk{}))
	return d.readCopy(ctx, made, func(kind string) []byte { return d.readStoredFile(ctx, made, kind) })
}

// readStoredFile reads a file from the bucket.
func (d *sourceMaker) readStoredFile(ctx context.Context, made client.Endorsement, kind string) []byte {
	bucket := template.BucketName("Files")
	key := seed.FileKey(made, kind)
	object := must.Get(d.Objects().GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key}))
	defer object.Body.Close()
	return must.Get(io.ReadAll(object.Body))
}

// withdrawCopy withdraws a copy that had a consent.
func (d *sourceMaker) withdrawCopy(ctx context.Context, h identifiedHolder) {
	copied, made := d.endorse(ctx, h, declaredUse())
	link := consent(ctx, h, made)
	must.Get(h.Withdraw(ctx, made, "不再参加该项目"))
	d.addVoid("withdrawn", copied, true)
	d.probes = append(d.probes,
		probe{name: "a withdrawn copy with its consent", link: link},
		probe{name: "a good copy with the consent of a withdrawn one", link: withConsentOf(d.genuine.Copy.Link, link)},
		probe{name: "another holder's copy with the consent of a withdrawn one", link: withConsentOf(d.genuine.Other.Link, link)},
	)
}

// supersedeCopy makes copies of which the second ends the first, and is not yet valid.
func (d *sourceMaker) supersedeCopy(ctx context.Context) {
	h := d.enter(ctx, d.Holder("level-two constructor, Beijing"))
	first, _ := d.endorse(ctx, h, client.EndorsementAsk{})
	later := client.EndorsementAsk{UseFrom: d.Today.AddDays(2).String(), UseUntil: d.Today.AddDays(30).String()}
	d.holderCopies.NotYet, _ = d.endorse(ctx, h, later)
	d.addVoid("superseded", first, false)
}

// reportChanges makes copies, and then the authority reports what ends them.
func (d *sourceMaker) reportChanges(ctx context.Context) {
	for i, c := range []struct {
		what   string
		change func(row *client.ReportRow)
	}{
		{"the certificate was cancelled since", func(row *client.ReportRow) { row.State = "04" }},
		{"the certificate was suspended since", func(row *client.ReportRow) { row.State = "02" }},
		{"the certificate was revoked since", func(row *client.ReportRow) { row.State = "07" }},
		{"the holder has another employer since", func(row *client.ReportRow) { row.Employer.Name = "示例另一工程有限公司" }},
		{"the specialty has ended since", func(row *client.ReportRow) { row.Specialties[0].To = d.Today.AddDays(-1).String() }},
		{"the holder has another name since", func(row *client.ReportRow) { row.Holder.Name = "张四" }},
	} {
		holder := seed.EndorsableHolder(140+i, d.Today)
		copied, _ := d.endorse(ctx, d.enter(ctx, holder), declaredUse())
		row := must.Get(holder.Row())
		c.change(&row)
		must.Get(d.Target.Report(ctx, row))
		d.addVoid(c.what, copied, false)
	}
}

// correctHolders has the authority correct the holders of two certificates: the numbers stay, the persons are others,
// one of the same name.
func (d *sourceMaker) correctHolders(ctx context.Context) {
	for i, who := range []string{"of the same name", "of another name"} {
		former, rightful := seed.EndorsableHolder(120+i, d.Today), seed.EndorsableHolder(130+i, d.Today)
		if rightful.Number = former.Number; i == 1 {
			rightful.Name = "吴守正"
		}
		if (former.Name == rightful.Name) != (i == 0) {
			must.Do(errors.New("the names of the invented holders have changed"))
		}
		h := d.enter(ctx, former)
		copied, made := d.endorse(ctx, h, declaredUse())
		link := consent(ctx, h, made)
		must.Get(d.Target.Report(ctx, must.Get(rightful.Row())))
		must.Do(d.OpenAccounts(ctx, rightful))
		d.addVoid("the number was corrected to a holder "+who, copied, true)
		d.probes = append(d.probes, probe{name: "the former holder's copy with its consent, the rightful one " + who, link: link})
		d.probes = append(d.probes, formerHolderProbes(d.logIn(ctx, rightful), made, who)...)
	}
}
