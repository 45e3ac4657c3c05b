package seed

import (
	"context"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

// Machine is a machine client of a running service: a portal, an authority, or an organisation that verifies.
type Machine struct {
	ID     string
	Signer *client.Signer
	API    *API
}

func (m Machine) client() client.Machine { return client.Machine{ID: m.ID, Signer: m.Signer} }

// Token proves the machine client and returns an access token.
func (m Machine) Token(ctx context.Context, scope string) (string, error) {
	return m.API.Client().Authenticate(ctx, m.client(), scope)
}

// Exchange returns an access token for an assertion that is signed already.
func (m Machine) Exchange(ctx context.Context, assertion, scope string) (string, error) {
	return m.API.Client().ExchangeAssertion(ctx, assertion, scope)
}

// Assertion is the client's proof of itself, valid for two minutes.
func (m Machine) Assertion(now time.Time, id string) (string, error) {
	return m.client().Assertion(m.API.URL, now, id)
}

// Announce announces a file of so many bytes.
func (m Machine) Announce(ctx context.Context, bytes int64) (client.Drop, error) {
	token, err := m.Token(ctx, "report")
	if err != nil {
		return client.Drop{}, err
	}
	c := m.API.Client()
	return client.Read[client.Drop](c.AnnounceDrop(ctx, client.AnnounceDropJSONRequestBody{Bytes: bytes}, client.Bearer(token)))
}

// Put uploads an announced file.
func (m Machine) Put(ctx context.Context, d client.Drop, file io.Reader, bytes int64) error {
	return (&API{URL: m.API.URL}).Client().PutFile(ctx, d, file, bytes)
}

// Follow asks at intervals until the file's import has ended, and calls seen with each answer.
func (m Machine) Follow(ctx context.Context, report string, every time.Duration, seen func(client.Intake)) (client.Intake, error) {
	return m.API.Client().FollowReport(ctx, m.client(), report, every, seen)
}

// RefusedRows reads the refused rows of an imported file.
func (m Machine) RefusedRows(ctx context.Context, i client.Intake) ([]byte, error) {
	if i.Result == nil {
		return nil, nil
	}
	res, err := m.API.Client().GetFile(ctx, i.Result.URL)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}
