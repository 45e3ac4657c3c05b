package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// accountView is the content of the page 账户信息 (使用手册 §3.2), with masked numbers.
type accountView struct {
	Username          string            `json:"username"`
	Portal            string            `json:"portal"`
	PortalName        string            `json:"portalName"`
	Name              string            `json:"name"`
	Phone             *string           `json:"phone"` // masked; null when unbound
	PhoneBound        bool              `json:"phoneBound"`
	IDType            string            `json:"idType"`
	IDTypeName        string            `json:"idTypeName"`
	IDNumber          string            `json:"idNumber"` // masked
	IDValidFrom       civil.Date        `json:"idValidFrom"`
	IDValidUntil      civil.Date        `json:"idValidUntil"` // "" is 长期
	RealNameLevel     int               `json:"realNameLevel"`
	RealNameLevelName string            `json:"realNameLevelName"`
	IdentifiedUntil   api.Instant       `json:"identifiedUntil"`        // null unless stepped up now
	Organisation      *organisationView `json:"organisation,omitempty"` // for which the person acts
}

// organisationView is an organisation for which a person acts.
type organisationView struct {
	Name string `json:"name"`
	USCC string `json:"uscc"`
}

func (a *app) view(account identity.Account, phone identity.Phone, session identity.Session, now time.Time) accountView {
	v := accountView{
		Username: account.Username, Portal: account.Portal, PortalName: a.portals[account.Portal].Name,
		Name: account.Name, PhoneBound: phone.IsBound(),
		IDType: account.IDType, IDTypeName: certificate.IDTypeName(account.IDType),
		IDNumber:    certificate.MaskIDNumber(account.IDNumber),
		IDValidFrom: account.IDValidFrom, IDValidUntil: account.IDValidUntil,
		RealNameLevel: account.RealNameLevel, RealNameLevelName: identity.RealNameLevelName(account.RealNameLevel),
	}
	if o := account.Organisation; o != nil {
		v.Organisation = &organisationView{o.Name, o.USCC}
	}
	if session.IsIdentified(now) {
		v.IdentifiedUntil = api.Instant(session.IdentifiedUntil)
	}
	if phone.IsBound() {
		masked := certificate.MaskPhone(phone.Number)
		v.Phone = &masked
	}
	return v
}

// account returns the session's own account.
func (a *app) account(ctx context.Context, r *api.Request) (*api.Response, error) {
	account, phone, err := a.store.Profile(ctx, r.Session.Portal, r.Session.Username, r.Session.Holder)
	if err != nil {
		return nil, translateNotFound(err)
	}
	return api.JSON(http.StatusOK, a.view(account, phone, *r.Session, r.Time)), nil
}

// translateNotFound turns the error for a missing account into the one for an ended session.
func translateNotFound(err error) error {
	if errors.Is(err, sessions.ErrNotFound) {
		return problem.New(problem.SessionExpired).WithCause(err)
	}
	return err
}
