package inputs

import (
	"fmt"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/trials/bench/documents"
)

// Count is how many certificates there are: more than any writer of ours remembers
// anything of, so that each has to be made from the beginning.
func Count() int { return 64 }

// holder is an invented name. Each has a rare character, many of them one beyond the
// basic plane, where writers of PDF go wrong first. No two names have the same
// characters.
func holder(i int) string {
	surnames := []string{"欧阳", "王", "李", "赵", "陈", "孙", "周", "吴", "郑", "冯", "褚", "卫", "蒋", "沈", "韩", "杨"}
	rare := []string{"䶮", "㛃", "𠅤", "𬱖", "𫖯", "𬍛", "㑇", "𬙊", "喆", "堃", "甪", "䥽", "镕"}
	common := []string{"", "伟", "芳", "敏"}
	return surnames[i%len(surnames)] + rare[i%len(rare)] + common[i/len(surnames)]
}

func certificates() ([]endorsement.Copy, error) {
	copies := make([]endorsement.Copy, 0, Count())
	for i := range Count() {
		c, err := certificateOf(i)
		if err != nil {
			return nil, fmt.Errorf("inputs: %w", err)
		}
		e := endorsement.Endorsement{
			ID: fmt.Sprintf("01M833FGAR00000000000000%02d", i), CertID: c.ID, CertVersion: c.Version, Scheme: c.Scheme,
			MadeAt:  documents.SigningTime().Add(time.Duration(i) * time.Second),
			Maker:   endorsement.Maker{Account: "holder", Portal: "mohurd", Auth: "face:challenge"},
			UseFrom: civil.Of(documents.SigningTime()), UseUntil: civil.Of(documents.SigningTime()).AddDays(180), Limit: endorsement.DaysLimit(180),
			Purpose: &endorsement.Purpose{
				Kind: "投标", Text: fmt.Sprintf("某某大厦%s期工程施工投标", numeral(i)), ProjectCode: fmt.Sprintf("P-2026-%d", 7+i),
			},
			Recipient: &endorsement.Recipient{Name: "乙公司（集团）", USCC: "91110000MA00000152"},
			QR:        "https://jiazhu.example.cn/v#" + token(i),
		}
		copies = append(copies, endorsement.NewCopy(e, c, "住房和城乡建设部政务服务门户", true))
	}
	return copies, nil
}

func certificateOf(i int) (certificate.Certificate, error) {
	const (
		typeCode = "11100000000013338W999"
		issuer   = "11100000000013338W"
	)
	identifier, err := certificate.NewIdentifier(typeCode, issuer, fmt.Sprintf("20210000%02d", i+1), "001")
	if err != nil {
		return certificate.Certificate{}, err
	}
	from, to := day(2025, time.July, 1), day(2028, time.June, 30)
	return certificate.Certificate{
		ID: fmt.Sprintf("01M80000000000000000000C%02d", i), Scheme: "constructor-1",
		TypeCode: typeCode, TypeName: "一级建造师注册证书", Title: "中华人民共和国一级建造师注册证书",
		Identifier: identifier, Version: "001",
		Number: fmt.Sprintf("京11120192020%05d", i+1), CertificateSerial: fmt.Sprintf("%08d", i+1),
		QualificationNo: fmt.Sprintf("2019%012d", i+1),
		Holder: certificate.Holder{
			Name: holder(i), Sex: []string{"男", "女"}[i%2], Birth: day(1980, time.January, i%28+1), IDType: "111", IDNumber: "110101198001010010",
		},
		Employer: certificate.Employer{Name: "某某建设集团第" + numeral(i) + "工程有限公司", USCC: "91110000MA00000152"},
		Specialties: []certificate.Specialty{
			{Name: "建筑工程", Code: "10401001", From: from, To: to},
			{Name: "市政公用工程", Code: "10401010", From: from, To: to},
		},
		Issuer:   certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: issuer},
		IssuedOn: day(2020, time.December, 11), AreaCode: "110000", State: certificate.Valid,
		Sync: certificate.Sync{ReportedToMinistry: true, At: documents.SigningTime().Add(-24 * time.Hour)},
	}, nil
}

func day(year int, month time.Month, d int) civil.Date {
	return civil.Of(time.Date(year, month, d, 0, 0, 0, 0, civil.Zone()))
}

func numeral(i int) string {
	return []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}[i%10]
}

// token is as long as a real one; the QR code only has to hold it.
func token(i int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	const length = 330
	var b strings.Builder
	for n := range length {
		b.WriteByte(letters[(n*n*7+n*31+i*13)%len(letters)])
	}
	return b.String()
}
