package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
	"github.com/jiazhu/jiazhu/trials/model"
)

// testService is where the scene is played: the running service, by its public API.
type testService struct {
	root   string // the repository
	stack  *stack.Stack
	target seed.Target
	api    *seed.API
	app    *client.Signer
	today  civil.Date
}

func openTestService(root string, s *stack.Stack) (*testService, error) {
	app, err := client.OpenSigner(s.Paths.AppKey)
	return &testService{
		root: root, stack: s, target: seed.Target{URL: s.URL, Keys: s.Keys, Phone: s.URL}, api: &seed.API{URL: s.URL}, app: app, today: civil.Of(time.Now()),
	}, err
}

// identifiedHolder is a holder, logged in and identified, with a certificate.
type identifiedHolder struct {
	*seed.Session
	certificate string
}

// loginAndIdentify logs a holder in and identifies them.
func (d *testService) loginAndIdentify(ctx context.Context, h seed.Holder) (identifiedHolder, error) {
	session, err := d.api.Login(ctx, seed.Ministry, h)
	if err != nil {
		return identifiedHolder{}, err
	}
	app := identityapp.App{Signer: d.app, Audience: d.target.URL, Device: "phone-of-" + h.Phone, Person: h.Person}
	if err := session.Identify(ctx, app); err != nil {
		return identifiedHolder{}, err
	}
	items, _, err := session.Certificates(ctx)
	if err != nil || len(items) != 1 {
		return identifiedHolder{}, fmt.Errorf("%s has %d certificates: %w", h.Name, len(items), err)
	}
	return identifiedHolder{session, items[0].Certificate}, nil
}

// declaredUse is what the genuine copies are for.
func declaredUse() client.EndorsementAsk {
	return client.EndorsementAsk{
		Purpose:   client.Purpose{Kind: "投标", Text: "示例医院门诊楼施工投标", ProjectCode: "DEMO-001"},
		Recipient: client.Recipient{Name: "示例公共资源交易中心"},
	}
}

// endorse makes a copy, downloads its files and has its code verified, with a receipt.
func (d *testService) endorse(ctx context.Context, h identifiedHolder, ask client.EndorsementAsk) (forgery.Copy, client.Endorsement, error) {
	made, err := h.Endorse(ctx, h.certificate, ask)
	if err != nil {
		return forgery.Copy{}, made, err
	}
	c, err := d.fetch(ctx, made, func(kind string) ([]byte, error) { return h.Download(ctx, made, kind) })
	return c, made, err
}

func (d *testService) fetch(ctx context.Context, made client.Endorsement, download func(kind string) ([]byte, error)) (forgery.Copy, error) {
	files := map[string][]byte{}
	for _, kind := range []string{"pdf", "ofd"} {
		var err error
		if files[kind], err = download(kind); err != nil {
			return forgery.Copy{}, err
		}
	}
	receipt, err := d.receipt(ctx, client.VerificationAsk{Token: made.Token()})
	if err != nil {
		return forgery.Copy{}, err
	}
	return forgery.ReadCopy(files["pdf"], files["ofd"], made.VerifyURL, receipt)
}

// receipt asks for a receipt, as text and as a page.
func (d *testService) receipt(ctx context.Context, ask client.VerificationAsk) (r forgery.ReceiptFiles, err error) {
	page, err := d.api.Send(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/verifications", JSON: ask, Header: map[string]string{"Accept": "application/pdf"},
	})
	if err != nil {
		return r, err
	}
	if page.Status != http.StatusOK {
		return r, fmt.Errorf("the page of a receipt: %d %.200s", page.Status, page.Body)
	}
	ask.WantReceipt = true
	v, err := d.api.VerifyAs(ctx, "", ask)
	return forgery.ReceiptFiles{Text: v.Receipt, Page: page.Body}, err
}

// past is how long ago the copy was made that has expired: its 180 days are over.
const issuedDaysAgo = 200

// makeExpiredCopy makes a copy in the past, with a function of the service that was told another time.
func (d *testService) makeExpiredCopy(ctx context.Context, h identifiedHolder) (forgery.Copy, error) {
	folder, err := os.MkdirTemp("", "jiazhu-steered-")
	if err != nil {
		return forgery.Copy{}, err
	}
	defer os.RemoveAll(folder)
	if err := model.Build(ctx, d.root, folder, "endorse"); err != nil {
		return forgery.Copy{}, err
	}
	clock := filepath.Join(folder, "clock")
	if err := model.NewClock(clock).Set(time.Now().AddDate(0, 0, -issuedDaysAgo)); err != nil {
		return forgery.Copy{}, err
	}
	url, end, err := d.stack.StartGateway(stack.FunctionSet{Functions: folder, Environment: map[string]string{model.ClockFile: clock}})
	if err != nil {
		return forgery.Copy{}, err
	}
	defer end()
	then := *h.Session
	then.API = &seed.API{URL: url}
	made, err := then.Endorse(ctx, h.certificate, client.EndorsementAsk{})
	if err != nil {
		return forgery.Copy{}, fmt.Errorf("endorse %d days ago: %w", issuedDaysAgo, err)
	}
	return d.fetch(ctx, made, func(kind string) ([]byte, error) { return d.readStoredFile(ctx, made, kind) })
}

// readStoredFile is a file as it lies in the bucket: of an expired copy the service gives no links any more.
func (d *testService) readStoredFile(ctx context.Context, made client.Endorsement, kind string) ([]byte, error) {
	config, err := d.stack.Storage.Config(ctx)
	if err != nil {
		return nil, err
	}
	bucket, key := template.BucketName("Files"), fmt.Sprintf("endorsements/%s/%s/%s.%s", made.Certificate, made.Endorsement, made.File(kind).SHA256, kind)
	object, err := s3.NewFromConfig(config, func(o *s3.Options) { o.BaseEndpoint = &d.stack.Storage.S3 }).GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, err
	}
	defer object.Body.Close()
	return io.ReadAll(object.Body)
}
