// Package config reads all settings of the service from the environment, once at start, into typed
// values. It is the only shared package that knows the names of the variables.
//
// A function names the settings that it needs; the others need not be set:
//
//	settings, err := config.Load(os.Getenv, config.SessionsTable, config.Portals)
//
// A Lambda function's variables may have 4 KB together. Values that grow with the number of parties
// (portals, clients, issuers) may therefore be in a file, such as one in a layer; the variable then
// has its location.
package config

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// The variables.
const (
	RecordsTable     = "RECORDS_TABLE"
	LedgerTable      = "LEDGER_TABLE"
	SessionsTable    = "SESSIONS_TABLE"
	FilesBucket      = "FILES_BUCKET"
	JournalBucket    = "JOURNAL_BUCKET"      // keeps what restoring a table must not undo; see package journal
	PublicURL        = "PUBLIC_URL"          // the public origin, "https://jiazhu.example.cn", without a final slash
	Portals          = "PORTALS"             // JSON, or the location of a file of it: id to Portal
	Clients          = "CLIENTS"             // JSON, or the location of a file of it: list of identity.Client
	Issuers          = "ISSUERS"             // JSON, or the location of a file of it: list of Issuer
	MessagesURL      = "MESSAGES_URL"        // URL of the message gateway; https, or on this machine
	MessagesSecret   = "MESSAGES_SECRET"     // its bearer secret
	NamesKey         = "NAMES_KEY"           // location of the key for the hashes of people; see package fieldcrypto
	LimitsKey        = "LIMITS_KEY"          // location of the key for the hashes of limits, codes and challenges
	FieldKey         = "FIELD_KEY"           // location of the keys that encrypt fields
	IntegrityKey     = "INTEGRITY_KEY"       // location of the keys for the tags of table items; every function has them
	SigningKeys      = "SIGNING_KEYS"        // location of the private signing keys; only endorse has them
	ReceiptKey       = "RECEIPT_KEY"         // location of the private key that signs receipts and manifests; verify and jobs have it
	TimestampURL     = "TIMESTAMP_URL"       // the time-stamping authority (RFC 3161) of signatures; none by default
	SealTimestampURL = "SEAL_TIMESTAMP_URL"  // the time-stamping authority (GB/T 20520, SM2) of seals; TIMESTAMP_URL's by default
	LongTerm         = "LONG_TERM"           // "true" puts proofs against revocation into every PDF; needs TIMESTAMP_URL
	Trust            = "TRUST"               // location of the public trust bundle
	Schemes          = "SCHEMES"             // location of the directory of the kinds of certificate, *.yaml; those of the program by default
	TestSeal         = "TEST_SEAL"           // "true" marks every document 测试
	ChallengeSeconds = "CHALLENGE_SECONDS"   // life of an identity challenge, 30 to 600; default 120
	FormerItems      = "FORMER_ITEMS"        // "true" writes items as the version before reads them, for the days after an upgrade
	FileDaysAfterUse = "FILE_DAYS_AFTER_USE" // for how many days after a copy's last day its files are kept
	EdgeSecret       = "EDGE_SECRET"         // secret of the edge network before the API; no such network by default
)

// Config is the settings that were set; the rest are zero, except
// ChallengeLife, which has a default.
type Config struct {
	RecordsTable, LedgerTable, SessionsTable string
	FilesBucket, JournalBucket               string
	PublicURL                                string
	Portals                                  map[string]Portal
	Clients                                  []identity.Client
	Issuers                                  []Issuer
	Messages                                 Messages
	NamesKey, LimitsKey, FieldKey            Location
	IntegrityKey                             Location
	SigningKeys, Trust, ReceiptKey           Location
	Schemes                                  Location
	TimestampURL, SealTimestampURL           string
	LongTerm                                 bool
	TestSeal                                 bool
	FormerItems                              bool
	ChallengeLife                            time.Duration
	FileDaysAfterUse                         int
	EdgeSecrets                              []string // one, or two while it is changed
}

// Load reads the variables. Those named in needs must be set; any that is set
// must be well formed. The error lists everything that is wrong, by variable,
// and repeats no secret.
func Load(getenv func(string) string, needs ...string) (Config, error) {
	var errs []error
	for _, name := range needs {
		if getenv(name) == "" {
			errs = append(errs, fmt.Errorf("%s is not set", name))
		}
	}
	cfg := Config{ChallengeLife: identity.ChallengeLife}
	for name, read := range readers(&cfg) {
		if value := getenv(name); value != "" {
			if err := read(value); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	if cfg.LongTerm && cfg.TimestampURL == "" {
		errs = append(errs, fmt.Errorf("%s: proofs for the long term need a time stamp, and %s is not set", LongTerm, TimestampURL))
	}
	errs = append(errs, cfg.checkIssuers())
	if err := errors.Join(errs...); err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	return cfg, nil
}

// Sealer returns the field encryption with those of its keys whose locations are set.
func (cfg Config) Sealer() (*fieldcrypto.Sealer, error) {
	var files fieldcrypto.KeyFiles
	for into, at := range map[*[]byte]Location{
		&files.Names: cfg.NamesKey, &files.Limits: cfg.LimitsKey, &files.Field: cfg.FieldKey, &files.Integrity: cfg.IntegrityKey,
	} {
		if at.Path() == "" {
			continue
		}
		data, err := at.Read()
		if err != nil {
			return nil, err
		}
		*into = data
	}
	return fieldcrypto.New(files)
}

// SchemesAt reads the kinds of certificate that a value of SCHEMES names.
func SchemesAt(value string) (scheme.Set, error) {
	cfg, err := Load(func(name string) string {
		if name != Schemes {
			return ""
		}
		return value
	})
	if err != nil {
		return scheme.Set{}, err
	}
	return cfg.ReadSchemes()
}

// ReadSchemes reads the kinds of certificate: those in the directory of SCHEMES, or else those of the
// program.
func (cfg Config) ReadSchemes() (scheme.Set, error) {
	at := cfg.Schemes.Path()
	if at == "" {
		return scheme.Load()
	}
	set, err := scheme.LoadFrom(os.DirFS(at))
	if err != nil {
		return scheme.Set{}, fmt.Errorf("config: %s: %s: %w", Schemes, at, err)
	}
	return set, nil
}

func readers(cfg *Config) map[string]func(string) error {
	return map[string]func(string) error{
		RecordsTable:     text(&cfg.RecordsTable),
		LedgerTable:      text(&cfg.LedgerTable),
		SessionsTable:    text(&cfg.SessionsTable),
		FilesBucket:      text(&cfg.FilesBucket),
		JournalBucket:    text(&cfg.JournalBucket),
		PublicURL:        origin(&cfg.PublicURL),
		Portals:          document(cfg.readPortals),
		Clients:          document(cfg.readClients),
		Issuers:          document(cfg.readIssuers),
		MessagesURL:      secureAddress(&cfg.Messages.URL),
		MessagesSecret:   text(&cfg.Messages.Secret),
		NamesKey:         location(&cfg.NamesKey),
		LimitsKey:        location(&cfg.LimitsKey),
		FieldKey:         location(&cfg.FieldKey),
		IntegrityKey:     location(&cfg.IntegrityKey),
		SigningKeys:      location(&cfg.SigningKeys),
		TimestampURL:     address(&cfg.TimestampURL),
		SealTimestampURL: address(&cfg.SealTimestampURL),
		LongTerm:         boolean(&cfg.LongTerm),
		Trust:            location(&cfg.Trust),
		Schemes:          location(&cfg.Schemes),
		ReceiptKey:       location(&cfg.ReceiptKey),
		TestSeal:         boolean(&cfg.TestSeal),
		FormerItems:      boolean(&cfg.FormerItems),
		EdgeSecret:       edgeSecrets(&cfg.EdgeSecrets),
		FileDaysAfterUse: count(&cfg.FileDaysAfterUse, endorsement.MostDaysAfterUse),
		ChallengeSeconds: seconds(&cfg.ChallengeLife, 30*time.Second, 10*time.Minute),
	}
}
