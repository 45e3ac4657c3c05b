package main

import (
	"encoding/json"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// openAccountRequest is what a portal states about a person.
type openAccountRequest struct {
	Name          string            `json:"name"`
	IDType        string            `json:"idType"`
	IDNumber      string            `json:"idNumber"`
	IDValidFrom   civil.Date        `json:"idValidFrom"`
	IDValidUntil  civil.Date        `json:"idValidUntil"` // "" is 长期
	Phone         json.RawMessage   `json:"phone"`        // a number; null: the portal states none; absent: the stated one stays
	RealNameLevel int               `json:"realNameLevel"`
	Organisation  *organisationView `json:"organisation"` // for which the person acts; null or absent: for themself
	PasswordLink  bool              `json:"passwordLink"` // send a link even if a password is set: it was forgotten
}

// phone returns the number that the portal states once this request is stored, given the one that
// it states now. It is empty for none.
func (ask *openAccountRequest) phone(stated string) string {
	if ask.Phone == nil {
		return stated
	}
	var said string // null gives ""; checkPhone has checked that it is a string otherwise
	_ = json.Unmarshal(ask.Phone, &said)
	return said
}

// apply writes the request's values into the account. A link that was sent to another phone than
// the one stated stops working.
func (ask *openAccountRequest) apply(account identity.Account, phone string, now time.Time) identity.Account {
	account.Name, account.IDType, account.IDNumber = ask.Name, ask.IDType, ask.IDNumber
	account.IDValidFrom, account.IDValidUntil = ask.IDValidFrom, ask.IDValidUntil
	account.RealNameLevel, account.UpdatedAt = ask.RealNameLevel, now
	if account.Link != nil && account.Link.SentTo != phone {
		account.Link = nil
	}
	return account
}

// check normalises the values, and returns invalid-field with all that are wrong.
func (ask *openAccountRequest) check() error {
	p := problem.New(problem.InvalidField)
	for _, f := range []*problem.Field{
		ask.checkName(), ask.checkIDType(), ask.checkIDNumber(), ask.checkValidity(), ask.checkPhone(), ask.checkLevel(), ask.checkOrganisationName(), ask.checkUSCC(),
	} {
		if f != nil {
			p = p.WithField(*f)
		}
	}
	if len(p.Fields) == 0 {
		return nil
	}
	return p
}

func field(pointer, rule, zh, en string) *problem.Field {
	return &problem.Field{Pointer: pointer, Rule: rule, Detail: problem.Text{ZH: zh, EN: en}}
}

// fieldFromRule turns the error of a certificate rule into one of a field of this request.
func fieldFromRule(pointer string, err error) *problem.Field {
	f := api.DescribeField(pointer, err)
	return &f
}

// checkName applies the rules of certificates, so that the holder's two names compare equal.
func (ask *openAccountRequest) checkName() *problem.Field {
	name, err := certificate.NormalizeHolderName(ask.IDType, ask.Name)
	if err != nil {
		return fieldFromRule("/name", err)
	}
	ask.Name = name
	return nil
}

func (ask *openAccountRequest) checkIDType() *problem.Field {
	if !certificate.IsPersonal(ask.IDType) {
		return field("/idType", "idType.unknown", "证件类型代码不在 GB/T 36903 附录 A 之列（"+certificate.ListIDTypes()+"）；其他证件填 999", "This is not an ID type of GB/T 36903, appendix A: "+certificate.ListIDTypes()+". It is 999 for another document.")
	}
	return nil
}

func (ask *openAccountRequest) checkIDNumber() *problem.Field {
	ask.IDNumber = certificate.NormalizeDocument(ask.IDType, ask.IDNumber)
	if err := certificate.CheckDocument(ask.IDType, ask.IDNumber); err != nil {
		return fieldFromRule("/idNumber", err)
	}
	return nil
}

func (ask *openAccountRequest) checkValidity() *problem.Field {
	switch {
	case ask.IDValidFrom.IsZero():
		return field("/idValidFrom", "required", "缺少身份证有效开始日期", "The first day of validity is missing.")
	case !ask.IDValidUntil.IsZero() && ask.IDValidUntil.Before(ask.IDValidFrom):
		return field("/idValidUntil", "order", "身份证有效结束日期早于开始日期", "Validity ends before it begins.")
	}
	return nil
}

func (ask *openAccountRequest) checkPhone() *problem.Field {
	if ask.Phone == nil || string(ask.Phone) == "null" {
		return nil
	}
	phone, err := identity.NormalizePhone(ask.phone(""))
	if err != nil {
		f := fieldFromRule("/phone", err)
		f.Detail.ZH += "未绑定时为 null。"
		f.Detail.EN += " It is null when none is bound."
		return f
	}
	ask.Phone = json.RawMessage(`"` + phone + `"`)
	return nil
}

func (ask *openAccountRequest) checkOrganisationName() *problem.Field {
	if ask.Organisation == nil {
		return nil
	}
	name, err := certificate.NormalizeOrganisationName(ask.Organisation.Name)
	if err != nil {
		return fieldFromRule("/organisation/name", err)
	}
	ask.Organisation.Name = name
	return nil
}

func (ask *openAccountRequest) checkUSCC() *problem.Field {
	if ask.Organisation == nil {
		return nil
	}
	ask.Organisation.USCC = certificate.NormalizeDocument(certificate.OrganisationCode, ask.Organisation.USCC)
	if err := certificate.CheckUSCC(ask.Organisation.USCC); err != nil {
		return fieldFromRule("/organisation/uscc", err)
	}
	return nil
}

func (ask *openAccountRequest) checkLevel() *problem.Field {
	if ask.RealNameLevel < 1 || ask.RealNameLevel > identity.RealNameLevels {
		return field("/realNameLevel", "range", "实名等级为 1 至 4", "The real-name level is 1 to 4.")
	}
	return nil
}
