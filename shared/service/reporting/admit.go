package reporting

import (
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// anyValue stands for all areas, or all kinds of certificate, of a client.
const anyValue = "*"

// Permission is what a client may report: its areas and its kinds of certificate.
type Permission struct {
	Areas   []string // GB/T 2260 codes, or "990000" for the army; "*" is everywhere
	Schemes []string // ids of schemes; "*" is all
}

// covers reports whether one of an authority's areas contains the area code. GB/T 2260 codes nest:
// a province's ends in four zeros and a city's in two. "*" contains every area.
func covers(areas []string, code string) bool {
	for _, area := range areas {
		if area == anyValue {
			return true
		}
		for strings.HasSuffix(area, "00") {
			area = area[:len(area)-2]
		}
		if len(area) >= 2 && strings.HasPrefix(code, area) {
			return true
		}
	}
	return false
}

// MayBegin reports whether the client may enter a certificate of this number: its areas contain the
// whole area that the number names, whose authority assigns such numbers. A constructor's names the
// province that it begins with; some kinds of numbers name none.
func (o Permission) MayBegin(n certificate.Number) bool {
	return !n.HasArea() || covers(o.Areas, n.Area())
}

// Keeps reports whether the client reports for the area of a certificate in the register.
func (o Permission) Keeps(c certificate.Certificate) bool { return covers(o.Areas, c.AreaCode) }

// Reports reports whether the client reports this kind of certificate.
func (o Permission) Reports(scheme string) bool {
	return slices.Contains(o.Schemes, anyValue) || slices.Contains(o.Schemes, scheme)
}

// admit refuses a row for a kind of certificate, an area or a number that the client may not
// report. before is the register's certificate of this number, nil if there is none; number is the
// grammar of its kind.
//
// A number that is not in the register belongs to the province it begins with: only a client of
// that province enters it, for an area of the province. From then on the certificate moves to
// another province or client only by a transfer: the present keeper releases it (state 06), and the
// next names operation 08 and the same holder.
func (o Permission) admit(now certificate.Certificate, before *certificate.Certificate, number *certificate.Grammar) *certificate.FieldError {
	switch {
	case !o.Reports(now.Scheme):
		return refuse("/scheme", "scheme.foreign", "该类证照不在本单位（上报所用的客户端）负责的范围内。", "Certificates of this kind are not among those that this client reports.")
	case !covers(o.Areas, now.AreaCode):
		return refuse("/areaCode", "area.foreign", "该地区不在本单位（上报所用的客户端）负责的范围内。", "That area is not among those for which this client reports.")
	case before == nil:
		return o.admitNew(now, number)
	case before.Scheme != now.Scheme:
		return refuse("/scheme", "scheme.other",
			"该注册编号已登记为另一类证照。", "The number is registered as another kind of certificate.")
	case now.Operation == certificate.TransferIn, !o.Keeps(*before), now.AreaCode[:2] != before.AreaCode[:2]:
		return o.admitTransfer(now, *before)
	}
	return nil
}

func (o Permission) admitNew(now certificate.Certificate, number *certificate.Grammar) *certificate.FieldError {
	n, err := number.Parse(now.Number)
	switch {
	case err != nil || !n.InArea(now.AreaCode):
		return refuse("/areaCode", "number.province",
			"注册编号的省份与行政区划代码不一致：首次上报须在编号所属省份办理。",
			"The area is not in the province that the number begins with, where a number is reported first.")
	case !o.MayBegin(n):
		return refuse("/number", "number.foreign",
			"该编号由省级主管部门首次上报，该客户端不负责全省。",
			"A number is reported first by the authority of the whole province it begins with, which this client is not.")
	}
	return nil
}

// admitTransfer accepts a certificate that moves to another area (转入). A row of the present keeper
// for the present area is no transfer, so the keeper can send its row again.
func (o Permission) admitTransfer(now, before certificate.Certificate) *certificate.FieldError {
	switch {
	case now.AreaCode == before.AreaCode && o.Keeps(before) && before.State != certificate.Transferring:
		return nil
	case before.State != certificate.Transferring && !o.Keeps(before):
		return refuse("/areaCode", "area.kept",
			"该证书由其他地区管理，尚未办理转出。如该编号应属本地区，可提出编号争议。",
			"Another area keeps this certificate and has not transferred it. If the number is yours, dispute it.")
	case before.State != certificate.Transferring:
		return refuse("/areaCode", "area.kept",
			"该证书尚未办理转出，不能改到其他省份。", "The certificate has not been transferred out, so its province cannot change.")
	case now.Operation != certificate.TransferIn:
		return refuse("/operation", "transfer.operation",
			"该证书正在办理转出，改到其他地区须填写办理事项“转入”（08）。",
			"The certificate is being transferred; another area takes it by operation 08.")
	case !now.Holder.HasSameDocument(before.Holder):
		return refuse("/holder/idNo", "transfer.holder",
			"转入不能更换持证人：证件类型和号码须与转出前一致。",
			"A transfer keeps the holder: document type and number are those of before.")
	}
	return nil
}

func refuse(field, rule, zh, en string) *certificate.FieldError {
	return &certificate.FieldError{Field: field, Rule: rule, Detail: problem.Text{ZH: zh, EN: en}}
}
