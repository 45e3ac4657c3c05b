package credential

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// MaxReceipt bounds a receipt in bytes. A typical one has about 2500.
const MaxReceipt = 16 << 10

// The formats. Receipts of version 1 have no format member.
const (
	ReceiptFormat  = "jiazhu-receipt/3" // what IssueReceipt writes
	ReceiptFormat2 = "jiazhu-receipt/2" // which calls a self-stated name "name"
)

// receiptType distinguishes receipts from every other JWS (RFC 8725, 3.11).
const receiptType = "jiazhu-receipt+jwt"

// Receipt is the result of a verification, signed, for the records of the caller: a
// compact JWS, ES256, with one accepted encoding like a token. It states what was true
// when it was made. It proves, also years later and without the service, that the
// service stated it; it does not prove that the statement still holds, and it is not
// evidence of the file it is about. It holds everything that its page shows.
type Receipt struct {
	Format     string          `json:"format,omitempty"` // ReceiptFormat or ReceiptFormat2; "" of version 1
	ID         string          `json:"id"`               // a ULID made for At
	At         time.Time       `json:"at"`               // to the second, +08:00
	Service    string          `json:"service"`          // the origin that answered
	Asker      Asker           `json:"asker,omitzero"`
	Given      Given           `json:"given"`
	CopyDigest string          `json:"copyDigest,omitempty"` // of the claimed copy, in hex: from the file, or for a token from the registry
	Claim      *ReceiptClaim   `json:"claim,omitempty"`      // nil if no trusted key signed what was examined
	Question   ReceiptQuestion `json:"question,omitzero"`
	Verdict    ReceiptVerdict  `json:"verdict"`
	Test       bool            `json:"test,omitempty"` // from a service with test keys: no legal force
}

// Asker is the caller of a verification. Only Client and ClientName are authenticated.
type Asker struct {
	Name           string `json:"name,omitempty"`           // SelfStatedName in versions 1 and 2
	SelfStatedName string `json:"selfStatedName,omitempty"` // the caller's own statement (自称), unchecked
	Client         string `json:"client,omitempty"`         // id of the authenticated organisation
	ClientName     string `json:"clientName,omitempty"`     // its registered name; none in version 1
}

// SelfStated returns the name the caller stated, in any version; "" if none.
func (a Asker) SelfStated() string { return a.Name + a.SelfStatedName }

// Given is the input that was examined.
type Given struct {
	Kind   string `json:"kind"`             // token, pdf, ofd, file or number; in version 1 also receipt
	SHA256 string `json:"sha256,omitempty"` // of the file, or of the token's text; in hex; empty for a number
}

// ReceiptClaim describes the copy, or for a number the certificate alone. Only content
// signed by a trusted key, or a number that was found, makes a claim.
type ReceiptClaim struct {
	Endorsement string     `json:"endorsement,omitempty"`
	Certificate string     `json:"certificate"`
	Number      string     `json:"number"`
	Name        string     `json:"name"`              // masked
	Version     string     `json:"version,omitempty"` // the certificate's edition, where a number was given
	From        civil.Date `json:"from,omitzero"`
	Until       civil.Date `json:"until,omitzero"`
}

// ReceiptQuestion is what the caller asked about; empty members were not asked.
type ReceiptQuestion struct {
	AsOf      civil.Date `json:"asOf,omitzero"`
	Specialty string     `json:"specialty,omitempty"`
	Purpose   string     `json:"purpose,omitempty"`
	Recipient string     `json:"recipient,omitempty"`
}

// ReceiptVerdict is the verdict in the terms of package verdict.
type ReceiptVerdict struct {
	Overall string         `json:"overall"` // valid, invalid or unknown
	AsOf    civil.Date     `json:"asOf"`    // the day the verdict is for
	Code    int            `json:"code"`    // GB/T 36906
	Checks  []ReceiptCheck `json:"checks"`
	Ends    *ReceiptEnding `json:"ends,omitempty"`
	Newer   bool           `json:"newer,omitempty"`
}

// ReceiptCheck is one finding.
type ReceiptCheck struct {
	Check  string `json:"check"`
	Result string `json:"result"`
	Reason string `json:"reason"`
	Text   string `json:"text,omitempty"` // in Chinese; none in version 1
}

// ReceiptEnding is the last day of use, where one is known, and the rule that
// sets it.
type ReceiptEnding struct {
	On   civil.Date `json:"on,omitzero"`
	Rule string     `json:"rule"`
	Text string     `json:"text,omitempty"` // in Chinese; none in version 1
}

// IssueReceipt signs a receipt in the current format. It fails when the signer fails,
// or when ParseReceipt would refuse the receipt.
func IssueReceipt(ctx context.Context, signer Signer, r Receipt) (string, error) {
	r.Format, r.At = ReceiptFormat, r.At.In(civil.Zone()).Truncate(time.Second)
	if err := r.check(); err != nil {
		return "", fmt.Errorf("credential: issue a receipt: %w", err)
	}
	text, err := sign(ctx, signer, header{algorithm, receiptKeyID(signer.KeyID()), receiptType}, r)
	if err != nil {
		return "", fmt.Errorf("credential: issue a receipt: %w", err)
	}
	if len(text) > MaxReceipt {
		return "", fmt.Errorf("credential: issue a receipt: %w: %d bytes long", ErrMalformed, len(text))
	}
	return text, nil
}

func (r Receipt) signingTime() time.Time { return r.At }

// ParseReceipt returns the content of a receipt that one of the keys signed while it
// was in use. It returns ErrMalformed, ErrUnknownKey, ErrSignature or ErrKeyDays, and
// with an error an empty Receipt. An unfounded claim, which version 1 allowed, is left
// out.
func ParseReceipt(text string, keys Keys) (Receipt, error) {
	r, err := open[Receipt](text, MaxReceipt, receiptType, keys)
	if err != nil {
		return Receipt{}, err
	}
	if err := r.check(); err != nil {
		return Receipt{}, err
	}
	if r.At = r.At.In(civil.Zone()); !r.mayClaim() {
		r.Claim = nil
	}
	return r, nil
}

// ReceiptKeyID returns the `kid` under which a key signs receipts.
func ReceiptKeyID(signer Signer) string { return receiptKeyID(signer.KeyID()) }

// KeyIDOf returns the `kid` in the header of a token or receipt, or "". It is not
// verified.
func KeyIDOf(text string) string {
	part, _, _ := strings.Cut(text, ".")
	head, err := decode[header](part)
	if err != nil {
		return ""
	}
	return head.KeyID
}

func (r Receipt) check() error {
	id, err := ulid.ParseStrict(r.ID)
	_, offset := r.At.Zone()
	switch {
	case err != nil || id.String() != r.ID:
		return fmt.Errorf("%w: a receipt's id", ErrMalformed)
	case !id.Timestamp().Truncate(time.Second).Equal(r.At) || offset != 8*60*60:
		return fmt.Errorf("%w: a receipt's time", ErrMalformed)
	case r.Service == "" || r.Given.Kind == "" || r.Verdict.AsOf.IsZero() || len(r.Verdict.Checks) == 0:
		return fmt.Errorf("%w: the receipt is incomplete", ErrMalformed)
	case r.Claim != nil && (r.Claim.Certificate == "" || r.Claim.Number == ""):
		return fmt.Errorf("%w: the receipt's claim is incomplete", ErrMalformed)
	case !slices.Contains([]string{"valid", "invalid", "unknown"}, r.Verdict.Overall):
		return fmt.Errorf("%w: a receipt's verdict", ErrMalformed)
	}
	switch r.Format {
	case "":
		return r.checkVersion1()
	case ReceiptFormat2:
		return r.checkVersion2()
	case ReceiptFormat:
		if r.Asker.Name != "" {
			return fmt.Errorf("%w: a receipt of version 3 with a member of version 2", ErrMalformed)
		}
		return r.checkTexts()
	}
	return fmt.Errorf("%w: a receipt's format", ErrMalformed)
}

// checkVersion1 refuses members in version 1 that only version 2 has.
func (r Receipt) checkVersion1() error {
	later := r.Asker.SelfStatedName != "" || r.CopyDigest != "" || r.Asker.ClientName != "" || r.Verdict.Ends != nil && r.Verdict.Ends.Text != "" || r.Claim != nil && r.Claim.Version != ""
	for _, c := range r.Verdict.Checks {
		later = later || c.Text != ""
	}
	if later {
		return fmt.Errorf("%w: a receipt of version 1 with members of version 2", ErrMalformed)
	}
	return nil
}

// checkVersion2 refuses members in version 2 that only version 3 has.
func (r Receipt) checkVersion2() error {
	if r.Asker.SelfStatedName != "" {
		return fmt.Errorf("%w: a receipt of version 2 with a member of version 3", ErrMalformed)
	}
	return r.checkTexts()
}

// checkTexts requires every text that the receipt's page shows, and grounds for the
// claim.
func (r Receipt) checkTexts() error {
	for _, c := range r.Verdict.Checks {
		if c.Check == "" || c.Result == "" || c.Reason == "" || c.Text == "" {
			return fmt.Errorf("%w: a row of the receipt is incomplete", ErrMalformed)
		}
	}
	kinds := []string{"token", "pdf", "ofd", "file", "number"}
	switch digest := r.Given.SHA256; {
	case !slices.Contains(kinds, r.Given.Kind) || (digest == "") != (r.Given.Kind == "number") || digest != "" && !isSHA256(digest):
		return fmt.Errorf("%w: what the receipt was given", ErrMalformed)
	case r.Verdict.Ends != nil && r.Verdict.Ends.Text == "":
		return fmt.Errorf("%w: the receipt's last day is incomplete", ErrMalformed)
	case (r.Asker.Client == "") != (r.Asker.ClientName == ""):
		return fmt.Errorf("%w: who asked is incomplete", ErrMalformed)
	case !r.mayClaim():
		return fmt.Errorf("%w: the receipt's claim has no grounds", ErrMalformed)
	case r.Claim != nil && (r.Claim.Version == "") == (r.Given.Kind == "number"):
		return fmt.Errorf("%w: the version that the receipt claims", ErrMalformed)
	case r.CopyDigest != "" && (!isSHA256(r.CopyDigest) || r.Claim == nil || r.Claim.Endorsement == ""):
		return fmt.Errorf("%w: the digest of a copy", ErrMalformed)
	}
	return nil
}

// mayClaim reports whether the receipt's claim has grounds: a copy only where
// integrity and issuer passed, a certificate alone only where a number was given.
// Version 1 also allowed the claim of an unknown file or of another receipt.
func (r Receipt) mayClaim() bool {
	switch {
	case r.Claim == nil:
		return true
	case r.Given.Kind == "receipt":
		return false
	case r.Given.Kind == "number":
		return r.Claim.Endorsement == ""
	}
	return r.Claim.Endorsement != "" && r.hasPassed("integrity") && r.hasPassed("issuer")
}

// hasPassed reports whether the check is present and passed in every entry.
func (r Receipt) hasPassed(check string) bool {
	passed := false
	for _, c := range r.Verdict.Checks {
		if c.Check == check {
			if passed = c.Result == "pass"; !passed {
				return false
			}
		}
	}
	return passed
}

func isSHA256(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size && hex.EncodeToString(raw) == text
}
