package issuetest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// The ids of the certificate and of its copy.
const (
	CertID = "01M80000000000000000000CA1"
	CopyID = "01M833FGAR0000000000000001"
)

// CopyTime returns when the copy was made: the time in CopyID.
func CopyTime() time.Time { return time.Date(2026, 11, 23, 10, 24, 7, 0, civil.Zone()) }

// Day parses a day, YYYY-MM-DD.
func Day(t testing.TB, s string) civil.Date {
	t.Helper()
	d, err := civil.Parse(s)
	must(t, err)
	return d
}

// Certificate returns the certificate of an invented holder, valid at CopyTime.
func Certificate(t testing.TB) certificate.Certificate {
	t.Helper()
	const (
		typeCode = "11100000000013338W999"
		issuer   = "11100000000013338W"
	)
	identifier, err := certificate.NewIdentifier(typeCode, issuer, "2021000001", "001")
	must(t, err)
	return certificate.Certificate{
		ID: CertID, Scheme: "constructor-1", TypeCode: typeCode, TypeName: "一级建造师注册证书",
		Title: "中华人民共和国一级建造师注册证书", Identifier: identifier, Version: "001",
		Number: "京1112019202000001", CertificateSerial: "00000001", QualificationNo: "2019000000000001",
		Holder: certificate.Holder{
			Name: "欧阳䶮", Sex: "男", Birth: Day(t, "1980-01-01"), IDType: "111", IDNumber: "110101198001010010",
		},
		Employer: certificate.Employer{Name: "某某建设集团第一工程有限公司", USCC: "91110000MA00000152"},
		Specialties: []certificate.Specialty{
			{Name: "建筑工程", Code: "10401001", From: Day(t, "2025-07-01"), To: Day(t, "2028-06-30")},
			{Name: "市政公用工程", Code: "10401010", From: Day(t, "2025-07-01"), To: Day(t, "2028-06-30")},
		},
		Issuer:   certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: issuer},
		IssuedOn: Day(t, "2020-12-11"), AreaCode: "110000", State: certificate.Valid,
		Sync: certificate.Sync{ReportedToMinistry: true, At: CopyTime().Add(-24 * time.Hour)},
	}
}

// Endorsement returns an endorsement for a bid, for 180 days from CopyTime.
func Endorsement(t testing.TB) endorsement.Endorsement {
	t.Helper()
	return endorsement.Endorsement{
		ID: CopyID, CertID: CertID, CertVersion: "001", Scheme: "constructor-1", MadeAt: CopyTime(),
		Maker:   endorsement.Maker{Account: "zhangsan", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: Day(t, "2026-11-23"), UseUntil: Day(t, "2027-05-22"), Limit: endorsement.DaysLimit(180),
		Purpose:   &endorsement.Purpose{Kind: "投标", Text: "某某大厦一期工程施工投标", ProjectCode: "P-2026-7"},
		Recipient: &endorsement.Recipient{Name: "乙公司（集团）", USCC: "91110000MA00000152"},

		StatusIndex: statuslist.NewIndex(1, 283031),
	}
}

// CopyOf returns the copy of c that Make prints for e. Without a QR code it names no service, and so no
// status list.
func CopyOf(e endorsement.Endorsement, c certificate.Certificate) endorsement.Copy {
	if e.QR == "" {
		e.StatusIndex = 0
	}
	return endorsement.NewCopy(e, c, "住房和城乡建设部政务服务门户", true)
}

// FirstFormat returns a copy of certificate c in format 1, with a digest of the identity
// number and its salt. The service no longer writes this format but still reads it.
func FirstFormat(copied endorsement.Copy, c certificate.Certificate) endorsement.Copy {
	salt := rand.Text()
	sum := sha256.Sum256([]byte(salt + ":" + c.Holder.IDType + ":" + c.Holder.IDNumber))
	copied.Format, copied.Status = endorsement.CopyFormat1, nil
	copied.Certificate.Holder.IDDigest = &endorsement.IDDigest{Salt: salt, SHA256: hex.EncodeToString(sum[:])}
	return copied
}
