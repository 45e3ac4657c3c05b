package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// sealStatus is a seal or signing certificate as shown to an operator.
type sealStatus struct {
	Issuer  string              `json:"issuer"` // code of the issuing authority
	Seal    string              `json:"seal"`   // number of the seal, or fingerprint of the certificate
	What    string              `json:"what,omitempty"`
	State   sealhistory.State   `json:"state"`
	Changes sealhistory.History `json:"changes"`
}

func describeSeal(n sealhistory.Name, what string, h sealhistory.History) sealStatus {
	return sealStatus{n.Issuer, n.ID, what, h.Current(), append(sealhistory.History{}, h...)}
}

const keysFlagText = "a `DIRECTORY` of signing keys, as SIGNING_KEYS names it, for what the seals and certificates in it are; private keys in it are not read"

// listSeals prints every seal and signing certificate that was ever changed, and with -keys those in use.
func (c console) listSeals(ctx context.Context, args []string) error {
	f := c.flags("seals list", "")
	alwaysJSON(f)
	directory := f.String("keys", "", keysFlagText)
	if _, err := parse(f, args, 0, 0); err != nil {
		return err
	}
	used, err := readSealNames(*directory)
	if err != nil {
		return err
	}
	t, err := c.tables(ctx, onThing("seals", "all"))
	if err != nil {
		return err
	}
	read, err := t.certificates.ReadSeals(ctx)
	if err != nil {
		return err
	}
	all := []sealStatus{}
	for n, h := range read.Of {
		all = append(all, describeSeal(n, used[n], h))
	}
	for n, what := range used {
		if read.Of[n] == nil {
			all = append(all, describeSeal(n, what, nil))
		}
	}
	slices.SortFunc(all, func(a, b sealStatus) int { return cmp.Or(cmp.Compare(a.Issuer, b.Issuer), cmp.Compare(a.Seal, b.Seal)) })
	return c.print(all)
}

// changeSeal changes the state of a seal or signing certificate.
func (c console) changeSeal(ctx context.Context, args []string) error {
	f := c.flags("seals state", "ISSUER SEAL STATE")
	alwaysJSON(f)
	why := f.String("why", "", "the reason, a `TEXT` without personal data")
	from := f.String("at", "", "the `TIME` from which a revocation holds, such as 2026-11-23T10:00:00Z; default now")
	directory := f.String("keys", "", keysFlagText+"; a seal that was never changed has to be in it, unless -foreign is given")
	foreign := f.Bool("foreign", false, "change a seal that was never changed, and whose files are not here")
	sure := f.Bool("yes", false, "do it; without it, the command only prints what it would do")
	names, err := parse(f, args, 3, 3)
	if err != nil {
		return err
	}
	name, change := sealhistory.Name{Issuer: names[0], ID: names[1]}, sealhistory.Change{State: sealhistory.State(names[2]), Recorded: c.now()}
	if err := name.CheckName(); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if change.Why, err = certificate.NormalizeText(*why, maxWhy); err != nil || change.Why == "" || certificate.CheckImpersonal(change.Why) != nil {
		return fmt.Errorf("%w: -why must give the reason, in visible characters and without an identity or mobile number", errUsage)
	}
	if *from != "" {
		if change.At, err = time.Parse(time.RFC3339, *from); err != nil {
			return fmt.Errorf("%w: -at must be a time, such as 2026-11-23T10:00:00Z: %q", errUsage, *from)
		}
	}
	used, err := readSealNames(*directory)
	if err != nil {
		return err
	}
	t, err := c.tables(ctx, onThing("seal", name.Issuer+":"+name.ID))
	if err != nil {
		return err
	}
	change.By = "operator:" + c.audit.entry.Who.name()
	read, err := t.certificates.ReadSeals(ctx)
	if err != nil {
		return err
	}
	if read.Of[name] == nil && used[name] == "" && !*foreign {
		return fmt.Errorf("%w: no seal or certificate %s of %s was ever changed, nor is one in -keys DIRECTORY; jiazhu seals list -keys DIRECTORY names those in use, -foreign changes another", errUsage, name.ID, name.Issuer)
	}
	next, err := read.Of[name].Add(change)
	if err != nil {
		return fmt.Errorf("it is %s: %w", read.Of[name].Current(), err)
	}
	if *sure {
		if err := t.storeSeal(ctx, read, name, next); err != nil {
			return err
		}
	}
	c.audit.noteCounts(map[string]sealhistory.State{"from": read.Of[name].Current(), "to": next.Current()})
	return c.print(describeSeal(name, used[name], next))
}

// storeSeal writes a history with one more change.
func (t tables) storeSeal(ctx context.Context, read records.Seals, name sealhistory.Name, next sealhistory.History) error {
	err := t.certificates.ChangeSeal(ctx, t.journal, read, name, next)
	if errors.Is(err, records.ErrSealsChanged) {
		return fmt.Errorf("%w; nothing was changed, repeat the command", err)
	}
	return err
}

// readSealNames returns what the seals and signing certificates in a directory of keys are, and none
// without a directory.
func readSealNames(directory string) (map[sealhistory.Name]string, error) {
	used := map[sealhistory.Name]string{}
	if directory == "" {
		return used, nil
	}
	entries, err := os.ReadDir(directory)
	if err != nil {
		return nil, fmt.Errorf("%w: -keys: %w", errUsage, err)
	}
	for _, e := range entries {
		if !e.IsDir() || certificate.CheckUSCC(e.Name()) != nil {
			continue
		}
		of := filepath.Join(directory, e.Name())
		data, err := os.ReadFile(filepath.Join(of, "seal.esl"))
		if err != nil {
			return nil, fmt.Errorf("%w: -keys: %w", errUsage, err)
		}
		seal, err := ses.ParseSeal(data)
		if err != nil {
			return nil, fmt.Errorf("%w: -keys: %s: %w", errUsage, of, err)
		}
		used[sealhistory.Name{Issuer: e.Name(), ID: seal.ID}] = "electronic seal " + seal.Name
		for file, what := range map[string]string{"pdf.chain.pem": "certificate that signs PDFs", "seal.chain.pem": "certificate that uses the electronic seal"} {
			text, err := os.ReadFile(filepath.Join(of, file))
			if err != nil {
				return nil, fmt.Errorf("%w: -keys: %w", errUsage, err)
			}
			chain, err := keys.ParseChain(text)
			if err != nil || len(chain) == 0 {
				return nil, fmt.Errorf("%w: -keys: %s/%s has no certificate", errUsage, of, file)
			}
			used[sealhistory.Name{Issuer: e.Name(), ID: sealhistory.Fingerprint(chain[0])}] = what
		}
	}
	return used, nil
}
