package main

import (
	"context"
	"crypto/rand"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

type tokenResponse struct {
	Token     string `json:"access_token"`
	Type      string `json:"token_type"`
	ExpiresIn int    `json:"expires_in"` // seconds
	Scope     string `json:"scope"`
}

// tokenError is an error of RFC 6749, 5.2, with the members of a problem added.
type tokenError struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	api.Problem
}

// token issues an access token to a machine client for a signed assertion (RFC 6749, 4.4; RFC 7523,
// 2.2). No secret is shared with any client.
func (a *app) token(ctx context.Context, r *api.Request) (*api.Response, error) {
	form, fault := clientForm(r)
	if fault == nil && form.Get("grant_type") != "client_credentials" {
		fault = refuse(r, "unsupported_grant_type", problem.NewInvalidField("/grant_type", "value",
			"只支持 client_credentials", "Only client_credentials is supported."))
	}
	if fault != nil {
		return fault, nil
	}
	statement, err := a.readClient(r, form)
	if err != nil {
		return a.refuseClient(r, err), nil
	}
	client, _ := a.client(statement.Issuer)
	scopes, ok := selectScopes(client, form.Get("scope"))
	if !ok {
		return refuse(r, "invalid_scope", problem.New(problem.Forbidden).WithDetail(
			"该客户端没有所请求的权限范围", "The client does not have the scope it asks for.")), nil
	}
	token := rand.Text()
	client.Scopes, client.Keys = scopes, jose.JSONWebKeySet{}
	grant := identity.Grant{Hash: identity.HashToken(token), Client: client, ExpiresAt: r.Time.Add(identity.GrantLife)}
	err = a.store.PutGrant(ctx, grant, oneTimeTokenOf(statement))
	if errors.Is(err, sessions.ErrChanged) {
		return a.refuseReplay(r, statement), nil
	}
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusOK, tokenResponse{
		Token: token, Type: "Bearer", ExpiresIn: int(identity.GrantLife.Seconds()), Scope: strings.Join(scopes, " "),
	}), nil
}

// readClient reads the assertion by which a client proves itself, for a token or to end one (RFC 7521, 4.2).
func (a *app) readClient(r *api.Request, form url.Values) (identity.Statement, error) {
	statement, err := identity.ReadStatement(form.Get("client_assertion"), a.publicURL+"/v1/token", a.keysOf, r.Time, nil)
	switch name := form.Get("client_id"); {
	case err != nil:
	case statement.Subject != statement.Issuer:
		err = identity.NewStatementError(identity.FaultSubject, statement.Issuer, "the statement's subject is not its issuer")
	case name != "" && name != statement.Issuer:
		err = identity.NewStatementError(identity.FaultSubject, statement.Issuer, "client_id is not the statement's issuer")
	}
	return statement, err
}

// formParameters are the parameters that a request of a client may have.
var formParameters = [...]string{
	"grant_type", "scope", "token", "token_type_hint", "client_assertion_type", "client_assertion", "client_id", "client_secret",
}

// clientForm reads the parameters of a request by which a client proves itself, or returns the answer that refuses
// them.
func clientForm(r *api.Request) (url.Values, *api.Response) {
	media, _, err := mime.ParseMediaType(r.Header["content-type"])
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, refuse(r, "invalid_request", problem.New(problem.UnsupportedMediaType))
	}
	unreadable := problem.New(problem.InvalidField).WithDetail(
		"请求内容不是合法的 application/x-www-form-urlencoded。", "The body is not properly encoded as application/x-www-form-urlencoded.")
	body, err := r.Body()
	if err != nil {
		return nil, refuse(r, "invalid_request", unreadable)
	}
	if len(body) > api.MaxBody {
		return nil, refuse(r, "invalid_request", problem.New(problem.BodyTooLarge))
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, refuse(r, "invalid_request", unreadable)
	}
	for _, name := range formParameters { // RFC 6749, 3.2; others are ignored
		if len(form[name]) > 1 {
			return nil, refuse(r, "invalid_request", problem.NewInvalidField("/"+name, "repeated", "参数重复", "The parameter is there twice."))
		}
	}
	scheme, _, _ := strings.Cut(r.Header["authorization"], " ")
	basic := strings.EqualFold(scheme, "basic")
	switch {
	case basic && !form.Has("client_assertion"):
		return nil, refuseBasic(r)
	case basic, form.Has("client_secret"): // RFC 6749, 2.3
		return nil, refuse(r, "invalid_request", problem.New(problem.InvalidField).WithDetail(
			"客户端身份只能用 client_assertion 证明，不能同时使用其他方式。", "A client proves itself by client_assertion alone, and not in a second way."))
	case form.Get("client_assertion_type") != assertionType:
		return nil, refuse(r, "invalid_request", problem.NewInvalidField("/client_assertion_type", "value",
			"须为 "+assertionType, "It has to be "+assertionType+"."))
	case form.Get("client_assertion") == "":
		return nil, refuse(r, "invalid_request", problem.NewInvalidField("/client_assertion", "required", "缺少客户端断言", "It is missing."))
	}
	return form, nil
}

// refuse answers in the form of RFC 6749, with status 400 for every error other than the client's
// identity.
func refuse(r *api.Request, code string, p *problem.Problem) *api.Response {
	refused := *p
	refused.Status = http.StatusBadRequest
	header := map[string]string{"content-language": r.Lang, "pragma": "no-cache"}
	if code == "invalid_client" {
		refused.Status = http.StatusUnauthorized
	}
	return &api.Response{Status: refused.Status, Header: header, Code: p.Code, Body: tokenError{
		Error: code, Description: p.Detail.EN, Problem: api.Describe(&refused, r),
	}}
}

func (a *app) client(id string) (identity.Client, bool) {
	for _, c := range a.clients {
		if c.ID == id {
			return c, true
		}
	}
	return identity.Client{}, false
}

func (a *app) keysOf(issuer string) (jose.JSONWebKeySet, bool) {
	c, ok := a.client(issuer)
	return c.Keys, ok
}

// selectScopes returns the requested scopes, or all of the client's if none are requested. It
// returns false if the client lacks one of them.
func selectScopes(c identity.Client, asked string) ([]string, bool) {
	scopes := strings.Fields(asked)
	if len(scopes) == 0 {
		return c.Scopes, true
	}
	for _, scope := range scopes {
		if !c.May(scope) {
			return nil, false
		}
	}
	return scopes, true
}
