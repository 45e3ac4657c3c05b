package seed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Target is a running service with its test phone and its clients' keys.
type Target struct {
	URL   string // origin of the API, no slash at the end
	Keys  string // directory with clients/<id>.key.pem and app/app.key.pem
	Phone string // origin of the test phone: text messages and the identity app
	HTTP  *http.Client
}

// Seed creates the demo's holders with their certificates and accounts, unless they exist, and
// returns them. It stops at the first request that is refused.
func Seed(ctx context.Context, t Target) ([]Holder, error) {
	holders := Holders(civil.Of(time.Now()))
	return holders, t.Enter(ctx, holders)
}

// Enter does for these holders what Seed does for the demo's.
func (t Target) Enter(ctx context.Context, holders []Holder) error {
	if err := t.reportHolders(ctx, holders); err != nil {
		return fmt.Errorf("report the certificates: %w", err)
	}
	for _, portal := range []string{Ministry, National} {
		if err := t.Open(ctx, portal, holders...); err != nil {
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

// API is the target's service.
func (t Target) API() *API { return &API{URL: t.URL, HTTP: t.HTTP} }

// PhoneAPI is the target's test phone.
func (t Target) PhoneAPI() *API { return &API{URL: t.Phone, HTTP: t.HTTP} }

// Machine is one of the service's machine clients, with its key from the target's directory.
func (t Target) Machine(id string) (Machine, error) {
	signer, err := client.OpenSigner(filepath.Join(t.Keys, "clients", id+".key.pem"))
	return Machine{ID: id, Signer: signer, API: t.API()}, err
}

// Registry is the client id of the authority that reports certificates.
const Registry = "mohurd-registry"

func (t Target) reportHolders(ctx context.Context, holders []Holder) (err error) {
	defer must.Catch(&err)
	var rows []client.ReportRow
	for _, h := range holders {
		rows = append(rows, must.Get(h.Row()))
	}
	_, err = t.Report(ctx, rows...)
	return err
}

// Report reports rows for the registry and returns the answer. A refused row is an error.
func (t Target) Report(ctx context.Context, rows ...client.ReportRow) (done client.Report, err error) {
	defer must.Catch(&err)
	token := must.Get(must.Get(t.Machine(Registry)).Token(ctx, "report"))
	done = must.Get(client.Read[client.Report](t.API().Client().Report(ctx, nil, rows, client.Bearer(token))))
	return done, explainRefusals(done)
}

// explainRefusals returns the reasons why rows were refused.
func explainRefusals(r client.Report) (err error) {
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

// Open opens the holders' accounts on a portal, sets their passwords and binds their phones, unless that is
// done already. Holders without a phone have one until they have received the link.
func (t Target) Open(ctx context.Context, portal string, holders ...Holder) (err error) {
	defer must.Catch(&err)
	token := must.Get(must.Get(t.Machine(portal+"-portal")).Token(ctx, "accounts"))
	for _, h := range holders {
		if err := t.OpenAccount(ctx, portal, token, h); err != nil {
			return fmt.Errorf("%s: %w", h.Username, err)
		}
	}
	return nil
}

// OpenAccount opens the holder's account with the portal's access token, and sets its password with the link
// of the text message.
func (t Target) OpenAccount(ctx context.Context, portal, token string, h Holder) (err error) {
	defer must.Catch(&err)
	var done client.AccountPutDone
	put := func(phone client.PhoneStated) (err error) {
		done, err = client.Read[client.AccountPutDone](t.API().Client().PutAccount(ctx, h.Username, h.account(phone), client.Bearer(token)))
		return err
	}
	must.Do(put(client.StatePhone(h.Phone)))
	if !done.PasswordSet && !done.LinkWaitsUntil.IsZero() {
		return fmt.Errorf("too many password links were sent to its phone; the next can be sent at %s", done.LinkWaitsUntil.Format(time.RFC3339))
	}
	if !done.PasswordSet {
		must.Do(t.setPassword(ctx, portal, h.Username))
	}
	if h.NoPhone {
		return put(client.NoPhone)
	}
	return nil
}

// setPassword opens the link of the text message and sets a password.
func (t Target) setPassword(ctx context.Context, portal, username string) error {
	link := must.Get(findPasswordLink(must.Get(t.Messages(ctx)), portal, username))
	return client.Check(t.API().Client().SetPassword(ctx, client.PasswordChange{Link: link, New: Password}))
}

// bind binds what the holder can bind on the national platform (使用手册 §2.2). Where the list needs it, the holder
// is identified first.
func (t Target) bind(ctx context.Context, h Holder) (err error) {
	defer must.Catch(&err)
	if h.Unbound {
		return nil
	}
	session := must.Get(t.API().Login(ctx, National, h))
	_, bindable, err := session.Certificates(ctx)
	var p *client.Problem
	if errors.As(err, &p) && p.Code == client.ProblemCodeIdentityRequired {
		if err = t.identify(ctx, session); err == nil {
			_, bindable, err = session.Certificates(ctx)
		}
	}
	must.Do(err)
	for _, c := range bindable {
		must.Do(session.Bind(ctx, c.Certificate))
	}
	return session.Logout(ctx)
}

// identify identifies the holder with the app whose key is in the target's directory.
func (t Target) identify(ctx context.Context, s *Session) error {
	return s.Identify(ctx, t.App(must.Get(t.AppSigner()), s.Holder.Person))
}

// AppSigner opens the identity app's key.
func (t Target) AppSigner() (*client.Signer, error) {
	return client.OpenSigner(filepath.Join(t.Keys, "app", "app.key.pem"))
}

// App is the identity app on a person's phone.
func (t Target) App(signer *client.Signer, p Person) identityapp.App {
	return identityapp.App{Signer: signer, Audience: t.URL, Device: "phone-of-" + p.Phone, Person: p}
}
