package main

import (
	"context"
	"errors"
	"flag"
	"time"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/sessions"
)

// dossier is everything kept about a holder (个人信息保护法 第四十五条).
type dossier struct {
	Accounts     []keptAccount     `json:"accounts"`
	Phones       []keptPhone       `json:"phones"`
	Bindings     []records.Binding `json:"bindings"`
	Certificates []keptCertificate `json:"certificates"`
	// Sessions, and what passes by itself: challenges, codes, links, limits, and which client put an account when.
	Sessions int `json:"sessions"`
	Passing  int `json:"passing"`
}

type keptAccount struct {
	Portal, Username, Name, IDType, IDNumber string
	RealNameLevel                            int
}

// keptPhone is what a portal states of the person's phone; the number is empty where it took it back.
type keptPhone struct {
	Portal, Number string
	BoundAt        time.Time
}

// keptCertificate is a certificate with what was made of it for the holder. Of one that is theirs no more, the
// versions from when it was are told.
type keptCertificate struct {
	ID            string                    `json:"id"`
	Certificate   *certificate.Certificate  `json:"certificate,omitempty"`
	Photo         []byte                    `json:"photo,omitempty"`
	Signature     []byte                    `json:"signature,omitempty"`
	Versions      []keptVersion             `json:"versions"`
	Endorsements  []endorsement.Endorsement `json:"endorsements"`
	Consents      []records.KeptConsent     `json:"consents"`
	Verifications []records.Sighting        `json:"verifications"`
}

// keptVersion is the certificate as a report left it, without the ID number.
type keptVersion struct {
	At          time.Time               `json:"at"`
	By          string                  `json:"by"`
	Certificate certificate.Certificate `json:"certificate"`
}

// errNobody says that the person named is in neither table.
var errNobody = errors.New("nothing is known of this person")

func (c console) export(ctx context.Context, args []string) error {
	f := c.flags("export", "HOLDER...")
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
	if err != nil {
		return err
	}
	return c.print(d)
}

func idTypeFlag(f *flag.FlagSet) *string {
	return f.String("id-type", certificate.ResidentID, "`CODE` of the document whose number is read from standard input (GB/T 36903, appendix A)")
}

// gather reads everything of a holder. Error: errNobody.
func (t tables) gather(ctx context.Context, h holder) (dossier, error) {
	d := dossier{Accounts: []keptAccount{}, Phones: []keptPhone{}, Certificates: []keptCertificate{}}
	for _, a := range h.Accounts {
		d.Accounts = append(d.Accounts, keptAccount{a.Portal, a.Username, a.Name, a.IDType, a.IDNumber, a.RealNameLevel})
	}
	for _, p := range h.Phones {
		d.Phones = append(d.Phones, keptPhone{p.Portal, p.Number, p.BoundAt})
	}
	there, err := t.people.Traces(ctx, h.Person)
	if err != nil {
		return d, err
	}
	d.Sessions, d.Passing = there.Sessions, there.Others
	if d.Bindings, err = t.register.Bindings(ctx, h.Holder); err != nil {
		return d, err
	}
	ids, err := t.register.EverHeld(ctx, h.Holder)
	if err != nil {
		return d, err
	}
	for _, id := range ids {
		k, err := t.kept(ctx, h.Holder, id)
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

// kept is what is kept of a certificate for a holder.
func (t tables) kept(ctx context.Context, holder, id string) (k keptCertificate, err error) {
	k.ID = id
	if err := t.present(ctx, holder, &k); err != nil {
		return k, err
	}
	versions, err := t.register.Versions(ctx, id)
	if err != nil && !errors.Is(err, records.ErrBroken) {
		return k, err
	}
	for _, v := range versions {
		if v.Holder == holder {
			k.Versions = append(k.Versions, keptVersion{v.At, v.By.Client, v.Certificate})
		}
	}
	if k.Endorsements, err = t.since(ctx, id, holder, ""); err != nil {
		return k, err
	}
	if k.Consents, err = t.register.KeptConsents(ctx, id, holder); err != nil {
		return k, err
	}
	for p := (records.Period{Limit: records.HistoryLimit}); ; {
		page, err := t.register.Sightings(ctx, id, holder, p)
		if err != nil {
			return k, err
		}
		k.Verifications = append(k.Verifications, page.Items...)
		if p.Cursor = page.Next; p.Cursor == "" {
			return k, nil
		}
	}
}

// present reads the record and the pictures of a certificate that is the holder's still.
func (t tables) present(ctx context.Context, holder string, k *keptCertificate) error {
	folder, err := t.register.Folder(ctx, k.ID, holder, "", records.Want{Images: true})
	if problem.Is(err, problem.CertificateNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if folder.Record, err = t.register.WithIDNumber(folder.Record); err != nil {
		return err
	}
	k.Certificate, k.Photo, k.Signature = &folder.Certificate, folder.Photo, folder.Signature
	return nil
}
