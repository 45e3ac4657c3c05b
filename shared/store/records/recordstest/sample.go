package recordstest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// Sample is the certificate of 张三: 一级建造师 in Beijing, valid until 30 June 2028, with the
// pictures that are given.
func Sample(now time.Time, photo, signature []byte) certificate.Certificate {
	c := certificate.Certificate{
		ID: records.NewID(now), Scheme: "constructor-1", TypeCode: "11100000000013338W999",
		TypeName: "一级建造师注册证书", Title: "中华人民共和国一级建造师注册证书",
		Version: "001", Number: "京1112019202000001", CertificateSerial: "00000001",
		Holder: certificate.Holder{
			Name: "张三", Sex: "男", Birth: day(1980, 1, 1), IDType: "111", IDNumber: ZhangSan().IDNumber,
		},
		Employer:    certificate.Employer{Name: "示例建设集团有限公司", USCC: "91110000MA00000152"},
		Specialties: []certificate.Specialty{{Name: "建筑工程", Code: "10401001", From: day(2025, 7, 1), To: day(2028, 6, 30)}},
		Issuer:      certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: "11100000000013338W"},
		IssuedOn:    day(2020, 12, 11), AreaCode: "110000", State: certificate.Valid,
		Photo: describeImage(photo, "image/jpeg"), SignatureImage: describeImage(signature, "image/png"),
		Sync: certificate.Sync{ReportedToMinistry: true, At: now},
	}
	c.Identifier, _ = certificate.NewIdentifier(c.TypeCode, c.Issuer.Code, c.ID, c.Version)
	return c
}

func day(year int, month time.Month, d int) civil.Date {
	return civil.Date{Year: year, Month: month, Day: d}
}

func describeImage(data []byte, mime string) *certificate.Image {
	if data == nil {
		return nil
	}
	sum := sha256.Sum256(data)
	return &certificate.Image{SHA256: hex.EncodeToString(sum[:]), MIME: mime, Bytes: len(data)}
}

// Photo returns a JPEG of this width and height in pixels.
func Photo(t *testing.T, width, height int) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := jpeg.Encode(&data, stripedImage(width, height), nil); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// Signature returns a PNG of this width and height in pixels.
func Signature(t *testing.T, width, height int) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := png.Encode(&data, stripedImage(width, height)); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func stripedImage(width, height int) image.Image {
	picture := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.SetGray(x, y, color.Gray{Y: uint8(x / 8 * 16)})
		}
	}
	return picture
}
