package credential

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// MaxManifest bounds a manifest in bytes: more than 2000 entries have whose paths are as long as may be.
const MaxManifest = 16 << 20

// manifestType distinguishes manifests from every other JWS (RFC 8725, 3.11).
const manifestType = "jiazhu-manifest+jwt"

// Manifest is the result of a job (批量核验): every entry of an archive with its verdict, in one compact
// JWS, signed as a receipt is. An entry that is added, removed or changed is noticed, because the entries
// and their number are signed together. What a Receipt proves, a Manifest proves of each entry.
type Manifest struct {
	Format   string          `json:"format"` // ManifestFormat
	Job      string          `json:"job"`    // a ULID
	At       time.Time       `json:"at"`     // when the last entry was judged, to the second, +08:00
	Service  string          `json:"service"`
	Asker    Asker           `json:"asker"` // the authenticated organisation
	Question ReceiptQuestion `json:"question"`
	Archive  ManifestArchive `json:"archive"`
	Count    int             `json:"count"` // of Entries
	Entries  []ManifestEntry `json:"entries"`
	// PassedOver counts the archive's files of an operating system, which are not among the entries.
	PassedOver int  `json:"passedOver,omitempty"`
	Test       bool `json:"test,omitempty"` // from a service with test keys: no legal force
}

// ManifestFormat is the format of a manifest.
const ManifestFormat = "jiazhu-manifest/1"

// ManifestArchive is the archive whose entries were judged.
type ManifestArchive struct {
	SHA256 string `json:"sha256"` // in hex
	Size   int64  `json:"size"`
}

// ManifestEntry is a file of the archive and its verdict; of one that was not read, why it was not.
type ManifestEntry struct {
	Path       string          `json:"path"`
	SHA256     string          `json:"sha256,omitempty"` // none if it was not read
	Size       int64           `json:"size"`
	Refused    string          `json:"refused,omitempty"` // why it was not read
	Text       string          `json:"text,omitempty"`    // in Chinese: the same in words, else the first check that did not pass
	CheckedAt  time.Time       `json:"checkedAt"`
	Given      string          `json:"given,omitempty"` // as a receipt's given.kind
	AsOf       civil.Date      `json:"asOf,omitzero"`   // the day the verdict is for; none if it was not read
	CopyDigest string          `json:"copyDigest,omitempty"`
	Claim      *ReceiptClaim   `json:"claim,omitempty"`
	Verdict    string          `json:"verdict"`     // valid, invalid, unknown or receipt
	Name       string          `json:"verdictName"` // the same in Chinese
	Code       int             `json:"code"`        // GB/T 36906
	Checks     []ManifestCheck `json:"checks,omitempty"`
	Ends       *ReceiptEnding  `json:"ends,omitempty"`
	Newer      bool            `json:"newer,omitempty"`
	Scan       *ManifestScan   `json:"scan,omitempty"` // of a file that is no original
}

// ManifestCheck is a finding, without its text.
type ManifestCheck struct {
	Check  string `json:"check"`
	Result string `json:"result"`
	Reason string `json:"reason"`
}

// ManifestScan is what was found in a file that is no original, such as a scan or a merged one.
type ManifestScan struct {
	Pages  int              `json:"pages"`
	Unread []ManifestUnread `json:"unread,omitempty"`
	Codes  []ManifestCode   `json:"codes,omitempty"`

	Several int `json:"several,omitempty"` // codes with several tokens, of which none was judged
}

// ManifestUnread is a page that was not searched, or not wholly; page 0 is the whole file.
type ManifestUnread struct {
	Page   int    `json:"page"`
	Reason string `json:"reason"`
}

// ManifestCode is a QR code of this service on a page of a scan, judged as a token.
type ManifestCode struct {
	Page    int             `json:"page"`
	LeadsTo string          `json:"leadsTo,omitempty"` // host of its address, if that is not the service's
	Claim   *ReceiptClaim   `json:"claim,omitempty"`
	Verdict string          `json:"verdict"`
	Name    string          `json:"verdictName"`
	Text    string          `json:"text,omitempty"`
	Code    int             `json:"code"`
	Ends    string          `json:"ends,omitempty"` // the last day of use
	Checks  []ManifestCheck `json:"checks,omitempty"`
}

// IssueManifest signs a manifest. It fails when the signer fails, or when ParseManifest would refuse it.
func IssueManifest(ctx context.Context, signer Signer, m Manifest) (string, error) {
	m.Format, m.At, m.Count = ManifestFormat, m.At.In(civil.Zone()).Truncate(time.Second), len(m.Entries)
	if err := m.check(); err != nil {
		return "", fmt.Errorf("credential: issue a manifest: %w", err)
	}
	text, err := sign(ctx, signer, header{algorithm, receiptKeyID(signer.KeyID()), manifestType}, m)
	if err != nil {
		return "", fmt.Errorf("credential: issue a manifest: %w", err)
	}
	if len(text) > MaxManifest {
		return "", fmt.Errorf("credential: issue a manifest: %w: %d bytes long", ErrMalformed, len(text))
	}
	return text, nil
}

func (m Manifest) signingTime() time.Time { return m.At }

// ParseManifest returns the content of a manifest that one of the keys signed while it was in use. It
// returns the errors of ParseReceipt, and with an error an empty Manifest.
func ParseManifest(text string, keys Keys) (Manifest, error) {
	m, err := open[Manifest](text, MaxManifest, manifestType, keys)
	if err != nil {
		return Manifest{}, err
	}
	if err := m.check(); err != nil {
		return Manifest{}, err
	}
	return m, nil
}

func (m Manifest) check() error {
	id, err := ulid.ParseStrict(m.Job)
	switch {
	case err != nil || id.String() != m.Job:
		return fmt.Errorf("%w: a manifest's job", ErrMalformed)
	case m.Format != ManifestFormat || m.At.IsZero() || m.Service == "" || m.Asker.Client == "" || m.Asker.ClientName == "":
		return fmt.Errorf("%w: the manifest is incomplete", ErrMalformed)
	case !isSHA256(m.Archive.SHA256) || m.Count != len(m.Entries) || m.Count == 0:
		return fmt.Errorf("%w: the manifest's archive", ErrMalformed)
	}
	for i, e := range m.Entries {
		if err := e.check(); err != nil {
			return fmt.Errorf("%w: entry %d: %w", ErrMalformed, i, err)
		}
	}
	return nil
}

func (e ManifestEntry) check() error {
	switch {
	case !slices.Contains([]string{"valid", "invalid", "unknown", "receipt"}, e.Verdict) || e.Name == "" || e.CheckedAt.IsZero():
		return errors.New("its verdict is incomplete")
	case (e.SHA256 == "") == (e.Refused == ""), e.AsOf.IsZero() != (e.Refused != ""), e.SHA256 != "" && !isSHA256(e.SHA256):
		return errors.New("it is neither read nor refused")
	case e.Refused != "" && (e.Verdict != "unknown" || e.Text == "" || e.Claim != nil):
		return errors.New("it is refused, and has a verdict")
	}
	return nil
}
