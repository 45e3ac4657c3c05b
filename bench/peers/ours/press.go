package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg" // the photo
	_ "image/png"  // the other pictures
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/bench/peers/inputs"
	"github.com/jiazhu/jiazhu/shared/credential/metadata"
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/render/face"
	"github.com/jiazhu/jiazhu/shared/render/font"
	"github.com/jiazhu/jiazhu/shared/render/ofd"
	"github.com/jiazhu/jiazhu/shared/render/page"
	"github.com/jiazhu/jiazhu/shared/render/pdf"
	"github.com/jiazhu/jiazhu/shared/scheme"
	"github.com/jiazhu/jiazhu/shared/seal/cms"
	"github.com/jiazhu/jiazhu/shared/seal/keys"
	"github.com/jiazhu/jiazhu/shared/seal/ses"
)

// press has everything a document is made with.
type press struct {
	layout *face.Layout
	pdf    *pdf.Writer
	ofd    *ofd.Writer
	stamp  *page.Picture
	esl    []byte
	keyPDF keys.Signer
	keyOFD keys.Signer
	signer string // name in the PDF signer's certificate
	room   int    // of its signature, bytes
	cases  []kase
}

// kase is one certificate as the service has it when it begins.
type kase struct {
	scheme      scheme.Scheme
	copy        endorsement.Copy
	photo, hand *page.Picture
}

func newPress(dir string) (*press, error) {
	fonts, err := font.Load()
	if err != nil {
		return nil, err
	}
	p := &press{layout: face.New(fonts), pdf: pdf.NewWriter(fonts), ofd: ofd.NewWriter(fonts)}
	if err := p.readKeys(dir); err != nil {
		return nil, err
	}
	schemes, err := scheme.Load()
	if err != nil {
		return nil, err
	}
	for i := range inputs.Count() {
		k, err := readCase(filepath.Join(dir, fmt.Sprintf(inputs.CaseFormat, i)), schemes)
		if err != nil {
			return nil, err
		}
		p.cases = append(p.cases, k)
	}
	return p, nil
}

func (p *press) readKeys(dir string) (err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if p.keyPDF, err = keys.Open("file://"+dir, inputs.PDFKey); err != nil {
		return err
	}
	if p.keyOFD, err = keys.Open("file://"+dir, inputs.SealKey); err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(p.keyPDF.Chain()[0])
	if err != nil {
		return err
	}
	p.signer = leaf.Subject.CommonName
	if p.room, err = cms.Room(p.keyPDF, 0); err != nil {
		return err
	}
	if p.esl, err = os.ReadFile(filepath.Join(dir, inputs.SealFile)); err != nil {
		return err
	}
	p.stamp, err = picture(filepath.Join(dir, inputs.StampFile))
	return err
}

func readCase(dir string, schemes scheme.Set) (k kase, err error) {
	data, err := os.ReadFile(filepath.Join(dir, inputs.DataFile))
	if err != nil {
		return k, err
	}
	if err := json.Unmarshal(data, &k.copy); err != nil {
		return k, fmt.Errorf("%s: %w", dir, err)
	}
	var ok bool
	if k.scheme, ok = schemes.ByID(k.copy.Certificate.Scheme); !ok {
		return k, fmt.Errorf("%s: no scheme %q", dir, k.copy.Certificate.Scheme)
	}
	if k.photo, err = picture(filepath.Join(dir, inputs.PhotoFile)); err != nil {
		return k, err
	}
	k.hand, err = picture(filepath.Join(dir, inputs.HandFile))
	return k, err
}

func picture(path string) (*page.Picture, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	size, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &page.Picture{MIME: "image/" + kind, Data: data, Width: size.Width, Height: size.Height}, nil
}

// job is what both documents of a certificate are made from.
type job struct {
	kase
	sheet page.Sheet
	data  []byte // the canonical copy
	id    [16]byte
}

func (p *press) lay(i int) (j job, err error) {
	j.kase = p.cases[i]
	if j.data, err = j.copy.Canonical(); err != nil {
		return j, err
	}
	sum := sha256.Sum256(j.data)
	copy(j.id[:], sum[:])
	j.sheet, err = p.layout.Certificate(face.Input{
		Scheme: j.scheme, Copy: j.copy, Photo: j.photo, Signature: j.hand, QRText: j.copy.QR, Test: j.copy.Test,
	})
	return j, err
}

func (p *press) onlyPDF(ctx context.Context, i int) ([][]byte, error) {
	j, err := p.lay(i)
	if err != nil {
		return nil, err
	}
	file, err := p.writePDF(ctx, j)
	return [][]byte{file}, err
}

func (p *press) onlyOFD(ctx context.Context, i int) ([][]byte, error) {
	j, err := p.lay(i)
	if err != nil {
		return nil, err
	}
	file, err := p.writeOFD(ctx, j)
	return [][]byte{file}, err
}

func (p *press) pair(ctx context.Context, i int) ([][]byte, error) {
	j, err := p.lay(i)
	if err != nil {
		return nil, err
	}
	first, err := p.writePDF(ctx, j)
	if err != nil {
		return nil, err
	}
	second, err := p.writeOFD(ctx, j)
	return [][]byte{first, second}, err
}

func (p *press) writePDF(ctx context.Context, j job) ([]byte, error) {
	record := j.copy.Certificate
	return p.pdf.Write(ctx, pdf.Document{
		Sheet: j.sheet, Title: record.Title, Author: record.Issuer.Name, Subject: "注册编号 " + record.Number,
		Keywords: record.Identifier, At: j.copy.MadeAt, ID: j.id,
		Attachment: &pdf.Attachment{Name: inputs.DataFile, MIME: "application/json", Description: "加注件数据", Data: j.data},
		Stamp:      p.stamp,
		Signer: pdf.Signature{
			Name: p.signer, Reason: "证照加注", Room: p.room,
			Sign: func(ctx context.Context, digest []byte) ([]byte, error) { return cms.Sign(ctx, p.keyPDF, digest) },
		},
	})
}

func (p *press) writeOFD(ctx context.Context, j job) ([]byte, error) {
	record := j.copy.Certificate
	elements := metadata.Of(j.copy)
	data := make([]ofd.Datum, len(elements))
	for i, e := range elements {
		data[i] = ofd.Datum(e)
	}
	return p.ofd.Write(ctx, ofd.Document{
		Sheet: j.sheet, Title: record.Title, Author: record.Issuer.Name, Subject: "注册编号 " + record.Number,
		At: j.copy.MadeAt, ID: hex.EncodeToString(j.id[:]), CustomData: data,
		Attachment: &ofd.Attachment{Name: inputs.DataFile, MIME: "application/json", Description: "加注件数据", Data: j.data},
		ValidFrom:  j.copy.UseFrom, ValidUntil: j.copy.UseUntil,
		Seal: ofd.Seal{
			ESL: p.esl,
			Sign: func(ctx context.Context, hash []byte, property string, at time.Time) ([]byte, error) {
				return ses.Sign(ctx, p.keyOFD, p.esl, hash, property, at)
			},
		},
	})
}
