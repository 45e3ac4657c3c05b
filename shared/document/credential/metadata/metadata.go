// Package metadata writes an endorsed copy as the metadata elements of GB/T
// 36903-2018, under the pinyin keys that systems reading electronic certificates
// expect. An OFD file carries them as CustomData in its document information, beside
// the canonical JSON; verification derives them again from that JSON and requires them
// to be equal.
//
// The elements with JZJ are those of a copy (加注件): when it was made, by whom, for
// what purpose, and until when it may be used. Data for which the standard has no
// element has keys with KZ_ (扩展信息); a detail's key is KZ_ and its name, such as KZ_职务.
//
// The standard requires CZZTDM (持证主体代码), for a person the identity number. Its
// value here is a fixed text that does not depend on the number: see decision 27.
package metadata

import (
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// Element is one metadata element.
type Element struct {
	Name  string // pinyin key, "ZZBS"
	Value string
}

// undeclared is the purpose when the holder declared none, undisclosed the identity
// number of every holder.
const (
	undeclared  = "未声明"
	undisclosed = "不公开"
)

// Elements returns the elements of a copy in the order of the standard. digest is the
// copy's (Copy.Digest). Elements without a value are left out; the four of a copy are
// always present. Instants have fourteen digits in Asia/Shanghai, days are YYYY-MM-DD.
func Elements(c endorsement.Copy, digest string) []Element {
	elements := append(certificateElements(c.Certificate), holderElements(c.Certificate)...)
	elements = append(elements, copyElements(c)...)
	elements = append(elements, extensions(c, digest)...)
	present := elements[:0]
	for _, e := range elements {
		if e.Value != "" {
			present = append(present, e)
		}
	}
	return present
}

func certificateElements(r endorsement.CopiedRecord) []Element {
	from, to := period(r)
	return []Element{
		{"ZZMC", r.Title},
		{"ZZLXMC", r.TypeName},
		{"ZZLXDM", r.TypeCode},
		{"ZZBH", r.Number},
		{"ZZBS", r.Identifier},
		{"ZZBFJG", r.Issuer.Name},
		{"ZZBFJGDM", r.Issuer.Code},
		{"ZZBFRQ", r.IssuedOn.String()},
		{"ZZYXQQSRQ", from.String()},
		{"ZZYXQJZRQ", to.String()},
	}
}

func holderElements(r endorsement.CopiedRecord) []Element {
	return []Element{
		{"CZZT", r.Holder.Name},
		{"CZZTDM", holderCode(r.Holder)},
		{"CZZTDMLX", idTypeName(r.Holder.IDType)},
		{"CZZTDMLXDM", r.Holder.IDType},
	}
}

// holderCode returns an organisation's USCC, or the text in place of a person's identity number. Files
// of copies of format 1 have its digest.
func holderCode(h endorsement.CopiedHolder) string {
	if h.IDNumber != "" {
		return h.IDNumber
	}
	if h.IDDigest != nil {
		return "sha256:" + h.IDDigest.SHA256
	}
	return undisclosed
}

func copyElements(c endorsement.Copy) []Element {
	last := c.UseUntil.End().Add(-1) // usable through the end of its last day
	return []Element{
		{"JZJZZSJ", c.MadeAt.In(civil.Zone()).Format(instant)},
		{"JZJZZZ", c.Maker},
		{"JZJZZSY", purpose(c.Purpose)},
		{"JZJYXQJZSJ", last.Format(instant)},
	}
}

const instant = "20060102150405"

func extensions(c endorsement.Copy, digest string) []Element {
	names, codes, from, to := specialties(c.Certificate)
	elements := []Element{
		{"KZ_version", c.Certificate.Version},
		{"KZ_areaCode", c.Certificate.AreaCode},
		{"KZ_certSerial", c.Certificate.CertificateSerial},
		{"KZ_quaCertNum", c.Certificate.QualificationNo},
		{"KZ_empEnp", c.Certificate.Employer.Name},
		{"KZ_empEnpCode", c.Certificate.Employer.USCC},
		{"KZ_specSub", names},
		{"KZ_specSubCode", codes},
		{"KZ_subBeginDate", from},
		{"KZ_subEndDate", to},
	}
	for _, d := range c.Certificate.Details {
		elements = append(elements, Element{"KZ_" + d.Name, d.Value})
	}
	elements = append(elements, []Element{
		{"KZ_copyId", c.CopyID},
		{"KZ_useBeginDate", c.UseFrom.String()},
		{"KZ_useEndDate", c.UseUntil.String()},
		{"KZ_copyDigest", digest},
	}...)
	if c.Purpose != nil {
		elements = append(elements, Element{"KZ_projectCode", c.Purpose.ProjectCode})
	}
	if c.Recipient != nil {
		elements = append(elements, Element{"KZ_recipient", c.Recipient.Name}, Element{"KZ_recipientCode", c.Recipient.USCC})
	}
	return elements
}

func purpose(p *endorsement.Purpose) string {
	switch {
	case p == nil:
		return undeclared
	case p.Text == "":
		return p.Kind
	}
	return p.Kind + "：" + p.Text
}

// specialties returns the specialties' names, codes and days, each list in the same
// order, joined by semicolons.
func specialties(r endorsement.CopiedRecord) (names, codes, from, to string) {
	var lists [4][]string
	for _, s := range r.Specialties {
		for i, v := range [4]string{s.Name, s.Code, s.From.String(), s.To.String()} {
			lists[i] = append(lists[i], v)
		}
	}
	join := func(i int) string {
		joined := strings.Join(lists[i], ";")
		if strings.Trim(joined, ";") == "" {
			return ""
		}
		return joined
	}
	return join(0), join(1), join(2), join(3)
}

// period returns the first day of any specialty and the last day of any.
func period(r endorsement.CopiedRecord) (from, to civil.Date) {
	for _, s := range r.Specialties {
		if from.IsZero() || s.From.Before(from) {
			from = s.From
		}
		if s.To.After(to) {
			to = s.To
		}
	}
	return from, to
}

// idTypeName returns the name of a document type. For two types the standard's element 持证主体代码类型
// has another name than the document.
func idTypeName(code string) string {
	switch code {
	case certificate.ResidentID:
		return "公民身份号码"
	case "999":
		return "其他自然人有效证件代码"
	}
	return certificate.IDTypeName(code)
}
