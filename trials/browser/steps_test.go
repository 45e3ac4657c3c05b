package browser

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
)

func api() *seed.API { return &seed.API{URL: service.URL} }

// logIn logs a holder in by the form, and goes to a page of the portal.
func (p *tab) logIn(portal string, h seed.Holder, page string) {
	p.Helper()
	p.visit("/" + portal + "/login?return=/" + portal + page)
	p.fill("用户名", h.Username)
	p.fill("密码", seed.Password)
	p.clickByName("登录")
	p.waitUntil(`!location.pathname.endsWith("/login")`)
}

// printSentence is a sentence of the manual as the pages print it, with full-width punctuation.
func printSentence(sentence string) string {
	for strings.Count(sentence, `"`) >= 2 {
		sentence = strings.Replace(strings.Replace(sentence, `"`, "“", 1), `"`, "”", 1)
	}
	return strings.NewReplacer(",", "，", "!", "！", ":", "：", ";", "；").Replace(sentence)
}

// code is what the QR dialog shows: the code's text and the number.
func (p *tab) code() (identityapp.Code, string) {
	p.Helper()
	p.waitUntil(`document.querySelector(".qr[data-state=pending]")`)
	text := js[string](p, `document.querySelector('.qr a[href*="/i#"]').href`)
	code, err := identityapp.ReadCode(text)
	if err != nil {
		p.Fatal(err)
	}
	return code, js[string](p, `document.querySelector(".qr .number").textContent`)
}

func app(h seed.Holder) identityapp.App {
	return identityapp.App{Signer: service.signer, Audience: service.URL, Device: "phone", Person: h.Person}
}

// lookNow has the page look at once, as it does for somebody who comes back from the app.
const lookNow = `document.dispatchEvent(new Event("visibilitychange"))`

// scan is the phone scanning the code on the page.
func (p *tab) scan(h seed.Holder) (identityapp.Code, string) {
	p.Helper()
	code, number := p.code()
	if err := api().Scan(p.Context(), app(h), code); err != nil {
		p.Fatal(err)
	}
	js[bool](p, lookNow)
	return code, number
}

// identify does what the QR dialog asks for, with another code where one has expired meanwhile.
func (p *tab) identify(h seed.Holder) {
	p.Helper()
	for {
		code, number := p.code()
		err := api().Scan(p.Context(), app(h), code)
		if err == nil {
			err = api().Assert(p.Context(), app(h), code, identityapp.Input{Number: number, Result: "pass"})
		}
		if err == nil {
			break
		}
		var refused *client.Problem
		if !errors.As(err, &refused) || refused.Code != client.ProblemCodeChallengeExpired {
			p.Fatal(err)
		}
		p.clickByName("刷新二维码")
	}
	js[bool](p, lookNow)
	p.waitUntil(`!document.querySelector("dialog.identify")`)
	p.waitUntilSettled()
}

// enter logs the holder in and goes on to where their certificate is endorsed.
func (p *tab) enter(portal string, h seed.Holder) {
	p.Helper()
	if portal == seed.Ministry {
		p.logIn(portal, h, "/certificates")
		p.identify(h)
	} else {
		p.logIn(portal, h, "/certificates")
		p.waitUntilSettled()
		p.clickByName("查看详情")
		p.identify(h)
		p.clickByName("证照加注服务")
	}
	p.waitUntil(`document.getElementById("endorse")`)
	p.waitUntilSettled()
}

// report has the registry report the holder's certificate with something changed.
func report(t *testing.T, h seed.Holder, change func(*client.ReportRow)) {
	t.Helper()
	registry, err := service.Target.Machine(seed.Registry)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background() // a test's own has ended when its clean-ups run
	token, err := registry.Token(ctx, "report")
	if err != nil {
		t.Fatal(err)
	}
	row, err := h.Row()
	if err != nil {
		t.Fatal(err)
	}
	change(&row)
	var done client.Report
	if err := api().Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: []client.ReportRow{row}}, &done); err != nil {
		t.Fatal(err)
	}
	if done.Refused > 0 {
		t.Fatalf("refused: %+v", done.Rows)
	}
}

// message is the newest short message of a kind to a number.
func message(t *testing.T, kind, to string) (code, url string) {
	t.Helper()
	var list []struct{ Kind, Code, URL string }
	if err := api().Do(t.Context(), seed.Call{Method: http.MethodGet, Path: "/messages.json?to=" + to}, &list); err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if m.Kind == kind {
			return m.Code, strings.TrimPrefix(m.URL, service.URL)
		}
	}
	t.Fatalf("no %s to %s", kind, to)
	return "", ""
}
