package seed

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"

	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
)

// parity takes the machine-readable copy out of both documents and compares.
func (j *portalScenario) parity(context.Context) error {
	fromPDF, err := pdf.Read(j.files["pdf"])
	if err != nil {
		return err
	}
	fromOFD, err := ofd.Read(j.files["ofd"])
	if err != nil {
		return err
	}
	if len(fromPDF.Attachments) != 1 || len(fromOFD.Attachments) != 1 {
		return fmt.Errorf("%d and %d attachments", len(fromPDF.Attachments), len(fromOFD.Attachments))
	}
	one, other := fromPDF.Attachments[0].Data, fromOFD.Attachments[0].Data
	sum := sha256.Sum256(one)
	if bytes.Contains(one, []byte(j.holder.IDNumber())) {
		return errors.New("the copy has the holder's ID number")
	}
	return errors.Join(
		expect("the OFD's copy", string(other), string(one)),
		expect("its digest", hex.EncodeToString(sum[:]), j.endorsement.CopyDigest),
		j.saveJSON("certificate", one),
	)
}

func (j *portalScenario) verifyToken(ctx context.Context) error {
	v, err := j.api().Verify(ctx, map[string]string{"token": j.endorsement.Token()})
	if err != nil {
		return err
	}
	if err := v.is("valid", "copy", "pass"); err != nil {
		return err
	}
	if v.Subject == nil || v.Subject.Name == j.holder.Name {
		return fmt.Errorf("the public verdict names the holder: %+v", v.Subject)
	}
	return j.saveJSON("verdict-token", v.raw)
}

func (j *portalScenario) verifyNumber(ctx context.Context) error {
	v, err := j.api().Verify(ctx, map[string]string{"number": j.holder.Number, "name": j.holder.Name})
	if err != nil {
		return err
	}
	if result, _ := v.Result("certificate"); result != "pass" {
		return fmt.Errorf("the certificate is not found valid: %+v", v)
	}
	other, err := j.api().Verify(ctx, map[string]string{"number": j.holder.Number, "name": "李四"})
	if err != nil {
		return err
	}
	if other.Subject != nil {
		return fmt.Errorf("another name is told about the holder: %+v", other.Subject)
	}
	return expect("GB/T 36906's code for another name", other.Code, 10)
}

func (j *portalScenario) verifyFile(ctx context.Context, kind, file string) error {
	raw, err := j.api().VerifyFile(ctx, kind, j.files[file], nil)
	if err != nil {
		return err
	}
	if err := raw.is("valid", "integrity", "pass"); err != nil {
		return err
	}
	encoded, err := j.api().Verify(ctx, map[string]string{"file": base64.StdEncoding.EncodeToString(j.files[file])})
	if err != nil {
		return err
	}
	if err := encoded.is("valid", "issuer", "pass"); err != nil {
		return err
	}
	return j.saveJSON("verdict-"+file, raw.raw)
}

// verifyAsked asks the questions a tender's clerk has.
func (j *portalScenario) verifyAsked(ctx context.Context) error {
	last := today().AddDays(180)
	for _, q := range []struct {
		ask                    map[string]string
		verdict, check, result string
	}{
		{map[string]string{"asOf": last.String()}, "valid", "reliance", "pass"},
		{map[string]string{"asOf": last.AddDays(1).String()}, "invalid", "reliance", "fail"},
		{map[string]string{"specialty": "建筑工程"}, "valid", "specialty", "pass"},
		{map[string]string{"specialty": "铁路工程"}, "invalid", "specialty", "fail"},
		{map[string]string{"recipient": "示例公共资源交易中心"}, "valid", "purpose", "pass"},
		{map[string]string{"recipient": "另一家单位"}, "invalid", "purpose", "fail"},
	} {
		q.ask["token"] = j.endorsement.Token()
		v, err := j.api().Verify(ctx, q.ask)
		if err != nil {
			return err
		}
		if err := v.is(q.verdict, q.check, q.result); err != nil {
			return fmt.Errorf("%v: %w", q.ask, err)
		}
	}
	v, err := j.api().VerifyFile(ctx, "application/pdf", j.files["pdf"], url.Values{"asOf": {last.AddDays(1).String()}})
	if err != nil {
		return err
	}
	return v.is("invalid", "reliance", "fail")
}

func (j *portalScenario) verifyTampered(ctx context.Context) error {
	for file, kind := range map[string]string{"pdf": "application/pdf", "ofd": "application/ofd"} {
		changed := append([]byte{}, j.files[file]...)
		changed[len(changed)/3] ^= 1
		v, err := j.api().VerifyFile(ctx, kind, changed, nil)
		if err != nil {
			return err
		}
		if v.Verdict == "valid" || v.Subject != nil {
			return fmt.Errorf("a changed %s: %+v", file, v)
		}
	}
	return nil
}
