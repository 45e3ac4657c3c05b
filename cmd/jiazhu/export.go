package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// holderExport is everything that is stored about a holder (个人信息保护法 第四十五条). Its times are in
// Asia/Shanghai.
type holderExport struct {
	Accounts     []exportedAccount     `json:"accounts"`
	Phones       []exportedPhone       `json:"phones"`
	Puts         []exportedPut         `json:"puts"`
	Bindings     []records.Binding     `json:"bindings"`
	Certificates []exportedCertificate `json:"certificates"`
	// The number of sessions, and of items that expire by themselves: challenges, codes, links,
	// limits, faces, puts.
	Sessions int `json:"sessions"`
	Passing  int `json:"passing"`
}

type exportedAccount struct {
	Portal        string               `json:"portal"`
	Username      string               `json:"username"`
	Name          string               `json:"name"`
	IDType        string               `json:"idType"`
	IDNumber      string               `json:"idNumber"`
	IDValidFrom   civil.Date           `json:"idValidFrom"`
	IDValidUntil  civil.Date           `json:"idValidUntil"` // empty is 长期
	RealNameLevel int                  `json:"realNameLevel"`
	Organisation  *client.Organisation `json:"organisation,omitempty"` // for which the person acts
	PasswordSet   bool                 `json:"passwordSet"`
	Link          *exportedLink        `json:"link,omitempty"`
	FaceShownAt   time.Time            `json:"faceShownAt,omitzero"` // by a session since a link last set the password
	Devices       int                  `json:"devices"`              // that the account knows, by hashes
	Sessions      []exportedSession    `json:"sessions"`
	CreatedAt     time.Time            `json:"createdAt"`
	UpdatedAt     time.Time            `json:"updatedAt"`
}

type exportedLink struct {
	SentTo    string    `json:"sentTo"`
	SentAt    time.Time `json:"sentAt,omitzero"`
	ExpiresAt time.Time `json:"expiresAt"`
}

type exportedSession struct {
	CreatedAt       time.Time `json:"createdAt"`
	ExpiresAt       time.Time `json:"expiresAt"`
	IdentifiedUntil time.Time `json:"identifiedUntil,omitzero"`
	VouchedBy       string    `json:"vouchedBy,omitempty"` // the identity app
}

// exportedPhone is the phone that a portal states for the person. The number is empty if the portal
// withdrew it.
type exportedPhone struct {
	Portal  string    `json:"portal"`
	Number  string    `json:"number"`
	BoundAt time.Time `json:"boundAt"`
}

// exportedPut says which client stored which account when, and what it changed.
type exportedPut struct {
	At       time.Time `json:"at"`
	Client   string    `json:"client"`
	Portal   string    `json:"portal"`
	Username string    `json:"username"`
	Did      []string  `json:"did,omitempty"`
}

// exportedCertificate is a certificate with what was made of it for the holder. If the holder was
// corrected to another person, only the versions of this holder's time are included.
type exportedCertificate struct {
	ID            string                    `json:"id"`
	Certificate   *certificate.Certificate  `json:"certificate,omitempty"`
	Photo         []byte                    `json:"photo,omitempty"`
	Signature     []byte                    `json:"signature,omitempty"`
	Versions      []exportedVersion         `json:"versions"`
	Endorsements  []endorsement.Endorsement `json:"endorsements"`
	Consents      []exportedConsent         `json:"consents"`
	Verifications []exportedVerification    `json:"verifications"`
}

type exportedConsent struct {
	ID          string    `json:"id"`
	Endorsement string    `json:"endorsement"`
	Version     string    `json:"version"`
	Fields      []string  `json:"fields"`
	To          string    `json:"to"`
	Until       time.Time `json:"until"`
	RevokedAt   time.Time `json:"revokedAt,omitzero"`
	Sealed      bool      `json:"sealed"` // it still contains the ID number
}

// isOpen reports whether erasing has something to end, like records.KeptConsent.Open.
func (c exportedConsent) isOpen(at time.Time) bool {
	return c.RevokedAt.IsZero() && at.Before(c.Until) || c.Sealed
}

type exportedVerification struct {
	ID           string    `json:"id"`
	At           time.Time `json:"at"`
	Version      string    `json:"version"`
	Endorsement  string    `json:"endorsement,omitempty"`
	Channel      string    `json:"channel"`
	Verdict      string    `json:"verdict"`
	Organisation string    `json:"organisation,omitempty"`
	Client       string    `json:"client,omitempty"`
	Asker        string    `json:"asker,omitempty"`
	Purpose      string    `json:"purpose,omitempty"`
	Consent      string    `json:"consent,omitempty"`
	Shown        []string  `json:"shown,omitempty"`
}

// exportedVersion is the certificate after one report, without the ID number.
type exportedVersion struct {
	At          time.Time               `json:"at"`
	By          string                  `json:"by"`
	Certificate certificate.Certificate `json:"certificate"`
}

// errNobody says that the named person is in neither table.
var errNobody = errors.New("nothing is known of this person")

func (c console) export(ctx context.Context, args []string) error {
	f := c.flags("export", "HOLDER...")
	several := severalFlag(f)
	idType := idTypeFlag(f)
	alwaysJSON(f)
	names, err := parse(f, args, 1, -1)
	if err != nil {
		return err
	}
	t, h, err := c.person(ctx, *idType, names)
	if err != nil {
		return err
	}
	d, err := t.gather(ctx, h)
	if err == nil && !*several {
		err = d.checkOneName()
	}
	if err != nil {
		return err
	}
	return c.print(d)
}

func idTypeFlag(f *flag.FlagSet) *string {
	return f.String("id-type", certificate.ResidentID, "`CODE` of the document whose number is read from standard input (GB/T 36903, appendix A)")
}

func severalFlag(f *flag.FlagSet) *bool {
	return f.Bool("several-names", false, "do it although the document is on record under several names")
}

// checkOneName returns an error where accounts and certificates of a document whose number does not
// name a person have several names: they may be several people's.
func (d holderExport) checkOneName() error {
	idType, names := "", []string{}
	note := func(ofType, name string) {
		idType = ofType
		if !slices.ContainsFunc(names, func(known string) bool { return certificate.IsSameName(known, name) }) {
			names = append(names, name)
		}
	}
	for _, a := range d.Accounts {
		note(a.IDType, a.Name)
	}
	for _, k := range d.Certificates {
		if k.Certificate != nil {
			note(k.Certificate.Holder.IDType, k.Certificate.Holder.Name)
		}
	}
	if len(names) < 2 || certificate.NamesPerson(idType) {
		return nil
	}
	return fmt.Errorf("the document is on record under the names %s, and its number alone does not say who somebody is; nothing was done. "+
		"Find out whether this is one person: then repeat it with -several-names. Otherwise take each portal's account by jiazhu accounts revoke", strings.Join(names, ", "))
}

// gather reads everything about a holder. Error: errNobody.
func (t tables) gather(ctx context.Context, h holder) (holderExport, error) {
	d := holderExport{Accounts: []exportedAccount{}, Phones: []exportedPhone{}, Puts: []exportedPut{}, Bindings: []records.Binding{}, Certificates: []exportedCertificate{}}
	for _, a := range h.Accounts {
		k, err := t.exportAccount(ctx, a)
		if err != nil {
			return d, err
		}
		d.Accounts = append(d.Accounts, k)
	}
	for _, p := range h.Phones {
		d.Phones = append(d.Phones, exportedPhone{p.Portal, p.Number, toBeijingTime(p.BoundAt)})
	}
	puts, err := t.sessions.PutsOf(ctx, h.Person)
	if err != nil {
		return d, err
	}
	for _, p := range puts {
		d.Puts = append(d.Puts, exportedPut{toBeijingTime(p.At), p.Client, p.Portal, p.Username, p.Did})
	}
	there, err := t.sessions.Traces(ctx, h.Person)
	if err != nil {
		return d, err
	}
	d.Sessions, d.Passing = there.Sessions, there.Others
	bindings, err := t.certificates.Bindings(ctx, h.Holder)
	if err != nil {
		return d, err
	}
	d.Bindings = append(d.Bindings, bindings...)
	ids, err := t.certificates.ListCertificatesEverHeld(ctx, h.Holder)
	if err != nil {
		return d, err
	}
	for _, id := range ids {
		k, err := t.exportCertificate(ctx, h.Holder, id)
		if err != nil {
			return d, err
		}
		d.Certificates = append(d.Certificates, k)
	}
	if there == (sessions.Erased{}) && len(d.Bindings)+len(d.Certificates) == 0 {
		return d, errNobody
	}
	return d, nil
}

// toBeijingTime converts a time to Asia/Shanghai; the zero time stays zero.
func toBeijingTime(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.In(civil.Zone())
}

// exportAccount returns what is stored about an account. Hashes of the password, devices and tokens
// are left out, since nobody can read anything from them.
func (t tables) exportAccount(ctx context.Context, a identity.Account) (k exportedAccount, err error) {
	k = exportedAccount{
		Portal: a.Portal, Username: a.Username, Name: a.Name, IDType: a.IDType, IDNumber: a.IDNumber,
		IDValidFrom: a.IDValidFrom, IDValidUntil: a.IDValidUntil, RealNameLevel: a.RealNameLevel, PasswordSet: a.PasswordHash != "",
		Devices: len(a.Devices), Sessions: []exportedSession{}, CreatedAt: toBeijingTime(a.CreatedAt), UpdatedAt: toBeijingTime(a.UpdatedAt),
	}
	k.Organisation = describeOrganisation(a.Organisation)
	if l := a.Link; l != nil {
		k.Link = &exportedLink{l.SentTo, toBeijingTime(l.SentAt), toBeijingTime(l.ExpiresAt)}
	}
	shown, err := t.sessions.FaceShownAt(ctx, a)
	if err != nil {
		return k, err
	}
	k.FaceShownAt = toBeijingTime(shown)
	open, err := t.sessions.SessionsOf(ctx, a)
	for _, s := range open {
		k.Sessions = append(k.Sessions, exportedSession{toBeijingTime(s.CreatedAt), toBeijingTime(s.ExpiresAt), toBeijingTime(s.IdentifiedUntil), s.VouchedBy})
	}
	return k, err
}

// exportCertificate returns what is stored about a certificate for a holder.
func (t tables) exportCertificate(ctx context.Context, holder, id string) (k exportedCertificate, err error) {
	k = exportedCertificate{
		ID: id, Versions: []exportedVersion{}, Endorsements: []endorsement.Endorsement{}, Consents: []exportedConsent{}, Verifications: []exportedVerification{},
	}
	if err := t.readCertificate(ctx, holder, &k); err != nil {
		return k, err
	}
	versions, err := t.certificates.Versions(ctx, id)
	if err != nil && !errors.Is(err, records.ErrBroken) {
		return k, err
	}
	for _, v := range versions {
		if v.Holder == holder {
			v.Certificate.Sync.At = toBeijingTime(v.Certificate.Sync.At)
			k.Versions = append(k.Versions, exportedVersion{toBeijingTime(v.At), v.By.Client, v.Certificate})
		}
	}
	copies, err := t.endorsementsSince(ctx, id, holder, "")
	if err != nil {
		return k, err
	}
	for _, e := range copies {
		e.MadeAt = toBeijingTime(e.MadeAt)
		if e.WithdrawnAt != nil {
			at := toBeijingTime(*e.WithdrawnAt)
			e.WithdrawnAt = &at
		}
		k.Endorsements = append(k.Endorsements, e)
	}
	consents, err := t.certificates.KeptConsents(ctx, id, holder)
	if err != nil {
		return k, err
	}
	for _, c := range consents {
		kept := exportedConsent{ID: c.ID, Endorsement: c.Endorsement, Version: c.Version, Fields: c.Fields, To: c.To, Until: toBeijingTime(c.Until), Sealed: c.Sealed}
		if c.RevokedAt != nil {
			kept.RevokedAt = toBeijingTime(*c.RevokedAt)
		}
		k.Consents = append(k.Consents, kept)
	}
	for p := (records.Period{Limit: records.HistoryLimit}); ; {
		page, err := t.certificates.ListVerifications(ctx, id, holder, p)
		if err != nil {
			return k, err
		}
		for _, s := range page.Items {
			at, err := records.TimeOf(s.ID)
			if err != nil {
				return k, err
			}
			k.Verifications = append(k.Verifications, exportedVerification{
				s.ID, toBeijingTime(at), s.Version, s.Endorsement, s.Channel, s.Verdict, s.Organisation, s.Client, s.Asker, s.Purpose, s.Consent, s.Shown,
			})
		}
		if p.Cursor = page.Next; p.Cursor == "" {
			return k, nil
		}
	}
}

// readCertificate reads the record and the pictures of a certificate that still belongs to the
// holder.
func (t tables) readCertificate(ctx context.Context, holder string, k *exportedCertificate) error {
	folder, err := t.certificates.ReadCertificate(ctx, k.ID, records.Person{Holder: holder, AnyName: true}, records.ReadOptions{Images: true})
	if errors.Is(err, records.ErrCertificateNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if folder.Record, err = t.certificates.WithIDNumber(folder.Record); err != nil {
		return err
	}
	folder.Certificate.Sync.At = toBeijingTime(folder.Certificate.Sync.At)
	k.Certificate, k.Photo, k.Signature = &folder.Certificate, folder.Photo, folder.Signature
	return nil
}
