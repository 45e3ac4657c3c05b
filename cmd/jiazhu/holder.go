package main

import (
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/records"
)

// dossier is everything kept about a holder (个人信息保护法 第四十五条).
type dossier struct {
	Accounts     []keptAccount     `json:"accounts"`
	Certificates []keptCertificate `json:"certificates"`
}

type keptAccount struct {
	Portal, Username, Name, IDType, IDNumber string
	RealNameLevel                            int
	Phone                                    string `json:",omitempty"` // as the portal states it
}

// keptCertificate is a certificate with what was made of it for the holder. Of one that is another
// person's since, only its id is told.
type keptCertificate struct {
	ID            string                    `json:"id"`
	Certificate   *certificate.Certificate  `json:"certificate,omitempty"`
	Photo         []byte                    `json:"photo,omitempty"`
	Signature     []byte                    `json:"signature,omitempty"`
	Endorsements  []endorsement.Endorsement `json:"endorsements"`
	Consents      []records.Consent         `json:"consents"`
	Verifications []records.Sighting        `json:"verifications"`
}

func (c console) export(ctx context.Context, args []string) error {
	f := c.flags("export", "HOLDER...")
	idType := f.String("id-type", "111", "`CODE` of the document whose number is read from standard input (GB/T 36903, appendix A)")
	alwaysJSON(f)
	names, err := parse(f, args, 1, -1)
	if err != nil {
		return err
	}
	t, h, err := c.person(ctx, *idType, names)
	if err != nil {
		return err
	}
	d, err := c.gather(ctx, t, h)
	if err != nil {
		return err
	}
	return c.print(d)
}

func (c console) gather(ctx context.Context, t tables, h holder) (dossier, error) {
	d := dossier{Certificates: []keptCertificate{}}
	for _, a := range h.accounts {
		phone, err := t.people.Phone(ctx, h.key, a.Portal)
		if err != nil {
			return d, err
		}
		d.Accounts = append(d.Accounts, keptAccount{a.Portal, a.Username, a.Name, a.IDType, a.IDNumber, a.RealNameLevel, phone.Number})
	}
	held, err := t.register.ByHolder(ctx, h.key, "")
	if err != nil {
		return d, err
	}
	for _, r := range held {
		k, err := c.kept(ctx, t, h.key, r.Certificate.ID)
		if err != nil {
			return d, err
		}
		folder, err := t.register.Folder(ctx, k.ID, h.key, "", records.Want{Images: true})
		if err != nil {
			return d, err
		}
		if folder.Record, err = t.register.WithIDNumber(folder.Record); err != nil {
			return d, err
		}
		k.Certificate, k.Photo, k.Signature = &folder.Certificate, folder.Photo, folder.Signature
		d.Certificates = append(d.Certificates, k)
	}
	former, err := t.register.Formerly(ctx, h.key)
	if err != nil {
		return d, err
	}
	for _, id := range former {
		k, err := c.kept(ctx, t, h.key, id)
		if err != nil {
			return d, err
		}
		d.Certificates = append(d.Certificates, k)
	}
	return d, nil
}

// kept is what was made of a certificate for a holder.
func (c console) kept(ctx context.Context, t tables, holder, id string) (k keptCertificate, err error) {
	k.ID = id
	if k.Endorsements, err = t.since(ctx, id, holder, ""); err != nil {
		return k, err
	}
	for _, e := range k.Endorsements {
		consents, err := t.register.Consents(ctx, id, holder, e.ID, c.now())
		if err != nil {
			return k, err
		}
		k.Consents = append(k.Consents, consents...)
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

// erased counts what was removed, and what stays because the law wants it.
type erased struct {
	Accounts, Bindings, Consents   int
	CertificatesKept, EndorsedKept int
}

// erase removes what was kept for the holder's own use, see docs/decisions.
func (c console) erase(ctx context.Context, args []string) error {
	f := c.flags("erase", "HOLDER...")
	sure := f.Bool("yes", false, "do it; without it, only what would be done is said")
	asJSON := f.Bool("json", false, "print JSON")
	names, err := parse(f, args, 1, -1)
	if err != nil {
		return err
	}
	t, h, err := c.person(ctx, certificate.ResidentID, names)
	if err != nil {
		return err
	}
	d, err := c.gather(ctx, t, h)
	if err != nil {
		return err
	}
	done, err := c.remove(ctx, t, h, d, *sure)
	c.audit.counted(done)
	if err != nil {
		return fmt.Errorf("%w\n  what was done is done; the same command does the rest", err)
	}
	if *asJSON {
		return c.print(done)
	}
	verb := map[bool]string{true: "erased", false: "would be erased, with -yes"}[*sure]
	fmt.Fprintf(c.out, "%s: %d accounts with phone and sessions, %d consents, bindings of %d certificates\nkept: %d certificates, %d endorsements and their ledger\n",
		verb, done.Accounts, done.Consents, done.Bindings, done.CertificatesKept, done.EndorsedKept)
	return nil
}

// remove takes away consents and bindings first and the accounts last, so that a second try still
// finds whose they are.
func (c console) remove(ctx context.Context, t tables, h holder, d dossier, sure bool) (done erased, err error) {
	for _, k := range d.Certificates {
		if k.Certificate != nil {
			done.CertificatesKept++
		}
		done.EndorsedKept += len(k.Endorsements)
		done.Bindings++
		for _, consent := range k.Consents {
			done.Consents++
			if !sure {
				continue
			}
			if err := t.register.RevokeConsent(ctx, k.ID, h.key, consent.Endorsement, consent.ID, c.now()); err != nil {
				return done, err
			}
		}
		for _, a := range h.accounts {
			if !sure {
				continue
			}
			if err := t.register.Unbind(ctx, k.ID, h.key, a.Portal); err != nil {
				return done, err
			}
		}
	}
	for _, a := range h.accounts {
		done.Accounts++
		if !sure {
			continue
		}
		if err := t.people.Erase(ctx, a); err != nil {
			return done, err
		}
	}
	return done, nil
}
