package endorsement

import "github.com/jiazhu/jiazhu/shared/domain/scheme"

// The labels printed on a certificate. The layout takes them from here, so that the labels it
// prints and the texts a holder must not write are one list.
const (
	NameLabel          = "姓名"
	SexLabel           = "性别"
	BirthLabel         = "出生日期"
	NumberLabel        = "注册编号"
	EmployerLabel      = "聘用企业"
	SpecialtyLabel     = "注册专业"
	SignatureLabel     = "个人签名"
	SignatureDateLabel = "签名日期"
	WindowLabel        = "使用有效期"
	AuthorityLabel     = "发证机关"
	IssuedLabel        = "签发日期"
	IdentifierLabel    = "电子证照标识"
	CopyLabel          = "加注件编号"
	MadeLabel          = "加注时间"
	CodeLabel          = "扫码验真"
	StatementLabel     = "持证人声明" // before the holder's own words
)

// Labels returns the labels printed on a certificate.
func Labels() []string {
	return []string{
		NameLabel, SexLabel, BirthLabel, NumberLabel, EmployerLabel, SpecialtyLabel, SignatureLabel, SignatureDateLabel,
		WindowLabel, AuthorityLabel, IssuedLabel, IdentifierLabel, CopyLabel, MadeLabel, CodeLabel, StatementLabel,
	}
}

// LabelsOf returns the labels printed on a certificate of a scheme, and those of other kinds that mean
// the same with every kind.
func LabelsOf(s scheme.Scheme) []string {
	if s.Face == nil {
		return Labels()
	}
	return append(Labels(), s.Face.Labels()...)
}
