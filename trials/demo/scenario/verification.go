package scenario

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
)

// parity extracts the machine-readable copy from both documents and compares them.
func (j *portalScenario) parity(context.Context) error {
	fromPDF := must.Get(pdf.Read(j.files["pdf"]))
	fromOFD := must.Get(ofd.Read(j.files["ofd"]))
	if len(fromPDF.Attachments) != 1 || len(fromOFD.Attachments) != 1 {
		return fmt.Errorf("%d and %d attachments", len(fromPDF.Attachments), len(fromOFD.Attachments))
	}
	one, other := fromPDF.Attachments[0].Data, fromOFD.Attachments[0].Data
	sum := sha256.Sum256(one)
	if bytes.Contains(one, []byte(j.holder.IDNumber())) {
		return errors.New("the copy has the holder's ID number")
	}
	return errors.Join(
		seed.Expect("the OFD's copy", string(other), string(one)),
		seed.Expect("its digest", hex.EncodeToString(sum[:]), j.endorsement.CopyDigest),
		j.saveJSON("certificate", json.RawMessage(one)),
	)
}

func (j *portalScenario) verifyToken(ctx context.Context) error {
	v := must.Get(j.API().Verify(ctx, client.VerificationAsk{Token: j.endorsement.Token()}))
	must.Do(checkVerdict(v, "valid", "copy", "pass"))
	if v.Subject == nil || v.Subject.Name == j.holder.Name {
		return fmt.Errorf("the public verdict names the holder: %+v", v.Subject)
	}
	return j.saveJSON("verdict-token", v)
}

func (j *portalScenario) verifyNumber(ctx context.Context) error {
	v := must.Get(j.API().Verify(ctx, client.VerificationAsk{Number: j.holder.Number, Name: j.holder.Name}))
	if result, _ := v.Result("certificate"); result != "pass" {
		return fmt.Errorf("the certificate is not found valid: %+v", v)
	}
	other := must.Get(j.API().Verify(ctx, client.VerificationAsk{Number: j.holder.Number, Name: "李四"}))
	if other.Subject != nil {
		return fmt.Errorf("with another name the verdict shows the holder: %+v", other.Subject)
	}
	return seed.Expect("GB/T 36906's code for another name", other.Code, 10)
}

func (j *portalScenario) verifyFile(ctx context.Context, kind, file string) error {
	raw := must.Get(j.API().VerifyFile(ctx, kind, j.files[file], nil))
	must.Do(checkVerdict(raw, "valid", "integrity", "pass"))
	encoded := must.Get(j.API().Verify(ctx, client.VerificationAsk{File: j.files[file]}))
	must.Do(checkVerdict(encoded, "valid", "issuer", "pass"))
	return j.saveJSON("verdict-"+file, raw)
}

// verifyAsked asks what a clerk who handles tenders has to know.
func (j *portalScenario) verifyAsked(ctx context.Context) error {
	last := today().AddDays(180)
	for _, q := range []struct {
		ask     client.VerificationAsk
		verdict client.VerdictVerdict
		check   client.RowCheck
		result  client.RowResult
	}{
		{client.VerificationAsk{AsOf: last.String()}, "valid", "reliance", "pass"},
		{client.VerificationAsk{AsOf: last.AddDays(1).String()}, "invalid", "reliance", "fail"},
		{client.VerificationAsk{Specialty: "建筑工程"}, "valid", "specialty", "pass"},
		{client.VerificationAsk{Specialty: "铁路工程"}, "invalid", "specialty", "fail"},
		{client.VerificationAsk{Recipient: "示例公共资源交易中心"}, "valid", "purpose", "pass"},
		{client.VerificationAsk{Recipient: "另一家单位"}, "invalid", "purpose", "fail"},
	} {
		q.ask.Token = j.endorsement.Token()
		v := must.Get(j.API().Verify(ctx, q.ask))
		if err := checkVerdict(v, q.verdict, q.check, q.result); err != nil {
			return fmt.Errorf("%+v: %w", q.ask, err)
		}
	}
	v := must.Get(j.API().VerifyFile(ctx, "application/pdf", j.files["pdf"], &client.VerifyParams{AsOf: new(last.AddDays(1).String())}))
	return checkVerdict(v, "invalid", "reliance", "fail")
}

func (j *portalScenario) verifyTampered(ctx context.Context) error {
	for file, kind := range map[string]string{"pdf": "application/pdf", "ofd": "application/ofd"} {
		changed := append([]byte{}, j.files[file]...)
		changed[len(changed)/3] ^= 1
		v := must.Get(j.API().VerifyFile(ctx, kind, changed, nil))
		if v.Verdict == "valid" || v.Subject != nil {
			return fmt.Errorf("a changed %s: %+v", file, v)
		}
	}
	return nil
}
