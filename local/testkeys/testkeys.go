// Package testkeys keeps the keys of the local stack. The first start makes a test authority, a test seal and a key for
// everyone who has one in a deployment: the service, the portals, the registry, the identity app. Later starts find them
// again, so that a document made yesterday still verifies today.
//
// The whole directory is made beside its place and moved there in one step, so it is never incomplete.
package testkeys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// ErrIncomplete reports a directory that is not empty and lacks keys.
var ErrIncomplete = errors.New("testkeys: the directory of keys is incomplete; remove it to have new ones made")

// The parties that hold keys of their own.
const (
	Mohurd   = "mohurd-portal"             // 住房和城乡建设部政务服务门户
	Gjzwfw   = "gjzwfw-portal"             // 国家政务服务平台
	Registry = "mohurd-registry"           // reports certificates
	Capital  = "capital-registry"          // reports those of Beijing
	Agency   = "demo-agency"               // a bidding agency that verifies
	App      = "https://app.gjzwfw.gov.cn" // issuer of identity assertions
)

// Paths says where everything lies. Locations for the service's settings are
// given by Location.
type Paths struct {
	NamesKey     string // names people in the tables (NAMES_KEY)
	LimitsKey    string // names limits, codes and challenges (LIMITS_KEY)
	FieldKey     string // seals fields of records (FIELD_KEY)
	IntegrityKey string // tags what lies in the tables (INTEGRITY_KEY)
	Sign         string // directory of the keys that sign (SIGNING_KEYS): token, and in Office those of each issuing authority
	Trust        string // trust.json, public (TRUST)
	Status       string // directory of the key that signs status lists: status
	Verify       string // directory of the key that signs receipts: receipt
	Clients      string // directory of the clients' keys: <id>.key.pem
	AppKey       string // key of the identity app
	Timestamps   string // directory of the timestamp authority's key and of the lists of revoked certificates
}

// Location writes a path as the settings want it, file:///path.
func Location(path string) string { return "file://" + filepath.ToSlash(path) }

// ClientKey is the file of a client's private key.
func (p Paths) ClientKey(id string) string { return filepath.Join(p.Clients, id+".key.pem") }

func pathsIn(dir string) Paths {
	return Paths{
		NamesKey:     filepath.Join(dir, "names.key"),
		LimitsKey:    filepath.Join(dir, "limits.key"),
		FieldKey:     filepath.Join(dir, "field.key"),
		IntegrityKey: filepath.Join(dir, "integrity.key"),
		Sign:         filepath.Join(dir, "sign"),
		Trust:        filepath.Join(dir, "trust", "trust.json"),
		Status:       filepath.Join(dir, "status"),
		Verify:       filepath.Join(dir, "verify"),
		Clients:      filepath.Join(dir, "clients"),
		AppKey:       filepath.Join(dir, "app", "app.key.pem"),
		Timestamps:   filepath.Join(dir, "notary"),
	}
}

// requiredFiles lists every file there has to be.
func (p Paths) requiredFiles() []string {
	files := []string{p.NamesKey, p.LimitsKey, p.FieldKey, p.Trust, p.AppKey, filepath.Join(p.Verify, "receipt.key.pem")}
	for _, name := range officeFiles() {
		files = append(files, filepath.Join(p.Office(testca.Ministry), name))
	}
	return append(files, filepath.Join(p.Sign, "token.key.pem"))
}

func clientIDs() []string { return []string{Mohurd, Gjzwfw, Registry, Capital, Agency} }

// Ensure returns the authority in dir, after making it where dir does not exist
// or is empty. Each issuing authority of the schemes has keys and a seal afterwards.
// A directory with something else in it is ErrIncomplete. Private
// keys are readable by the owner alone. A new authority's certificates say that
// revocations are published at origin, http://127.0.0.1:8080.
func Ensure(dir, origin string, schemes scheme.Set) (Paths, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Paths{}, fmt.Errorf("testkeys: %w", err)
	}
	paths := pathsIn(dir)
	switch found, err := isComplete(dir, paths); {
	case err != nil:
		return Paths{}, err
	case found:
		return paths, paths.addMissing(schemes)
	}
	if _, err := create(dir, origin, schemes); err != nil {
		// Another start may have been quicker.
		if found, _ := isComplete(dir, paths); found {
			return paths, nil
		}
		return Paths{}, err
	}
	return paths, nil
}

// New makes an authority in dir as Ensure does, and returns it with the keys of its roots, which are kept
// nowhere: a program that plays another subscriber of the same authority has certificates issued by it.
// dir must not exist, or be empty; otherwise the error is ErrIncomplete.
func New(dir, origin string, schemes scheme.Set) (Paths, *testca.Authority, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Paths{}, nil, fmt.Errorf("testkeys: %w", err)
	}
	if found, err := isComplete(dir, pathsIn(dir)); found || err != nil {
		return Paths{}, nil, fmt.Errorf("%w: %s holds one", ErrIncomplete, dir)
	}
	ca, err := create(dir, origin, schemes)
	return pathsIn(dir), ca, err
}

// addMissing makes the keys of the clients that have none yet, whose public halves are settings read from these files,
// those of issuing authorities that have none, and the integrity key, which early versions did not make.
func (p Paths) addMissing(schemes scheme.Set) (err error) {
	defer must.Catch(&err)
	p.addOffices(context.Background(), time.Now(), schemes)
	for _, id := range clientIDs() {
		if _, err := os.Stat(p.ClientKey(id)); errors.Is(err, fs.ErrNotExist) {
			writeKey(p.ClientKey(id))
		}
	}
	if file := filepath.Join(p.Status, "status.key.pem"); isMissing(file) {
		bundle, key := p.readBundle(), writeKey(file)
		for _, of := range bundle.TokenKeys.Keys[:1] {
			bundle.StatusKeys.Keys = []credential.PublicKey{credential.NewPublicKey(key.PublicKey(), key.KeyID(), of.From, of.Until)}
		}
		writeFile(p.Trust, must.Get(json.MarshalIndent(bundle, "", "  ")))
	}
	if _, err := os.Stat(p.IntegrityKey); errors.Is(err, fs.ErrNotExist) {
		writeFile(p.IntegrityKey, must.Get(fieldcrypto.Generate("local")).Integrity)
	}
	return nil
}

func isMissing(file string) bool {
	_, err := os.Stat(file)
	return errors.Is(err, fs.ErrNotExist)
}

// isComplete reports whether dir holds an authority, or is free for one.
func isComplete(dir string, paths Paths) (found bool, err error) {
	defer must.Catch(&err)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("testkeys: %w", err)
	}
	paths.splitKeys()
	for _, path := range paths.requiredFiles() {
		if _, err := os.Stat(path); err != nil {
			return false, fmt.Errorf("%w: %w", ErrIncomplete, err)
		}
	}
	return true, nil
}

// create makes an authority beside dir and moves it there.
func create(dir, origin string, schemes scheme.Set) (ca *testca.Authority, err error) {
	defer must.Catch(&err)
	parent := filepath.Dir(dir)
	must.Do(os.MkdirAll(parent, 0o700))
	beside := must.Get(os.MkdirTemp(parent, ".testkeys-*"))
	defer os.RemoveAll(beside)
	ca = pathsIn(beside).writeKeys(context.Background(), time.Now(), origin, schemes)
	must.Do(pathsIn(beside).addMissing(schemes))
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("testkeys: %w", err)
	}
	must.Do(os.Rename(beside, dir))
	return ca, nil
}
