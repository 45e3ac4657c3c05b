package seed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Target is a running service with the parties around it.
type Target struct {
	URL   string // origin of the API, no slash at the end
	Keys  string // folder with clients/<id>.key.pem and app/app.key.pem
	Phone string // origin of the stand-in for phones: messages and the identity app
	HTTP  *http.Client
}

// Seed makes the demo's holders, certificates and accounts, or finds them already there, and
// returns them. It stops at the first thing that a holder, a portal or an authority would
// not have been able to do.
func Seed(ctx context.Context, t Target) ([]Holder, error) {
	holders := Holders(civil.Of(time.Now()))
	return holders, t.Enter(ctx, holders)
}

// Enter does for these holders what Seed does for the demo's.
func (t Target) Enter(ctx context.Context, holders []Holder) error {
	if err := t.report(ctx, holders); err != nil {
		return fmt.Errorf("report the certificates: %w", err)
	}
	for _, portal := range []string{Ministry, National} {
		if err := t.open(ctx, portal, holders); err != nil {
			return fmt.Errorf("open accounts on %s: %w", portal, err)
		}
	}
	for _, h := range holders {
		if err := t.bind(ctx, h); err != nil {
			return fmt.Errorf("bind the certificate of %s: %w", h.Name, err)
		}
	}
	return nil
}

func (t Target) api() *API { return &API{URL: t.URL, HTTP: t.HTTP} }

func (t Target) client() *http.Client { return t.api().client() }

// Machine is one of the service's machine clients, with its key from the target's folder.
func (t Target) Machine(id string) (Machine, error) {
	signer, err := OpenSigner(filepath.Join(t.Keys, "clients", id+".key.pem"))
	return Machine{ID: id, Signer: signer, API: t.api()}, err
}

// Registry is the client id of the authority that reports certificates.
const Registry = "mohurd-registry"

func (t Target) report(ctx context.Context, holders []Holder) error {
	var rows []Row
	for _, h := range holders {
		row, err := h.Row()
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	_, err := t.Report(ctx, rows...)
	return err
}

// Report is what became of reported rows.
type Report struct {
	Report                       string
	Accepted, Unchanged, Refused int
	Rows                         []struct {
		Row                                  int
		Number, Result, Certificate, Version string
		Errors                               []struct{ Field, Rule, Detail, Suggestion string }
	}
}

func (r Report) refusals() (err error) {
	for _, row := range r.Rows {
		for _, e := range row.Errors {
			err = errors.Join(err, fmt.Errorf("row %d (%s): %s %s: %s", row.Row, row.Number, e.Field, e.Rule, e.Detail))
		}
	}
	if err == nil && r.Refused > 0 {
		return fmt.Errorf("%d rows refused without a reason", r.Refused)
	}
	return err
}

// open makes one portal's accounts. The holders' phones decide nothing yet: those without one
// need it to receive the link, and lose it afterwards.
func (t Target) open(ctx context.Context, portal string, holders []Holder) error {
	machine, err := t.Machine(portal + "-portal")
	if err != nil {
		return err
	}
	token, err := machine.Token(ctx, "accounts")
	if err != nil {
		return err
	}
	for _, h := range holders {
		if err := t.account(ctx, portal, token, h); err != nil {
			return fmt.Errorf("%s: %w", h.Username, err)
		}
	}
	return nil
}

func (t Target) account(ctx context.Context, portal, token string, h Holder) error {
	var done client.AccountPutDone
	put := func(phone client.PhoneStated) error {
		res, err := t.api().generatedClient().PutAccount(ctx, h.Username, h.account(phone), client.Bearer(token))
		return read(&done, res, err)
	}
	if err := put(client.StatePhone(h.Phone)); err != nil {
		return err
	}
	if !done.PasswordSet && done.LinkWaitsUntil != nil {
		return fmt.Errorf("its phone was sent too many password links; another can be sent from %s on", done.LinkWaitsUntil)
	}
	if !done.PasswordSet {
		if err := t.setPassword(ctx, portal, h.Username); err != nil {
			return err
		}
	}
	if h.NoPhone {
		return put(client.NoPhone)
	}
	return nil
}

// setPassword does what the holder does with the message: opens the link and chooses a password.
func (t Target) setPassword(ctx context.Context, portal, username string) error {
	list, err := messages(ctx, t.client(), t.Phone)
	if err != nil {
		return err
	}
	link, err := passwordLink(list, portal, username)
	if err != nil {
		return err
	}
	res, err := t.api().generatedClient().SetPassword(ctx, client.PasswordChange{Link: &link, New: Password})
	return read(nil, res, err)
}

// bind binds what the holder can bind on the national platform, as the manual's §2.2 shows. An account that never
// showed the face is asked for it first.
func (t Target) bind(ctx context.Context, h Holder) error {
	if h.Unbound {
		return nil
	}
	session, err := t.api().Login(ctx, National, h)
	if err != nil {
		return err
	}
	_, bindable, err := session.Certificates(ctx)
	var p *Problem
	if errors.As(err, &p) && p.Code == "identity-required" {
		if err = t.show(ctx, session); err == nil {
			_, bindable, err = session.Certificates(ctx)
		}
	}
	if err != nil {
		return err
	}
	for _, c := range bindable {
		if err := session.Bind(ctx, c.Certificate); err != nil {
			return err
		}
	}
	return session.Logout(ctx)
}

// show shows the holder's face to the app whose key is in the target's folder.
func (t Target) show(ctx context.Context, s *Session) error {
	signer, err := OpenSigner(filepath.Join(t.Keys, "app", "app.key.pem"))
	if err != nil {
		return err
	}
	return s.Identify(ctx, App{Signer: signer, Audience: t.URL, Device: "phone-of-" + s.Holder.Phone, Person: s.Holder.Person})
}
