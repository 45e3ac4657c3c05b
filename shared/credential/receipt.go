package credential

import (
	"context"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/civil"
)

// MaxReceipt bounds a receipt in bytes. One has about 1500.
const MaxReceipt = 8 << 10

// receiptType keeps receipts apart from everything else that is a JWS
// (RFC 8725, 3.11).
const receiptType = "jiazhu-receipt+jwt"

// Receipt is what a verification found, signed, for the file of whoever asked:
// a compact JWS, ES256, in one accepted spelling like a token. It states what
// was true when it was made. It proves that the service said so, years later and
// without the service; it never proves that the same still holds.
type Receipt struct {
	ID       string          `json:"id"`      // a ULID made for At
	At       time.Time       `json:"at"`      // to the second, +08:00
	Service  string          `json:"service"` // the origin that answered
	Asker    Asker           `json:"asker,omitzero"`
	Given    Given           `json:"given"`
	Claim    *ReceiptClaim   `json:"claim,omitempty"` // nil where nothing could be believed
	Question ReceiptQuestion `json:"question,omitzero"`
	Verdict  ReceiptVerdict  `json:"verdict"`
	Test     bool            `json:"test,omitempty"` // of a service with test keys: no legal force
}

// Asker is who asked.
type Asker struct {
	Name   string `json:"name,omitempty"`   // as they called themselves (自称); nobody checked
	Client string `json:"client,omitempty"` // id of the organisation that proved itself
}

// Given is what was examined.
type Given struct {
	Kind   string `json:"kind"`             // token, pdf, ofd, file, number or receipt
	SHA256 string `json:"sha256,omitempty"` // of the file, or of the token's text; in hex. None of a number
}

// ReceiptClaim is the copy, or the certificate alone where no copy was given.
type ReceiptClaim struct {
	Endorsement string     `json:"endorsement,omitempty"`
	Certificate string     `json:"certificate"`
	Number      string     `json:"number"`
	Name        string     `json:"name"` // masked
	From        civil.Date `json:"from,omitzero"`
	Until       civil.Date `json:"until,omitzero"`
}

// ReceiptQuestion is what was asked; empty is not asked.
type ReceiptQuestion struct {
	AsOf      civil.Date `json:"asOf,omitzero"`
	Specialty string     `json:"specialty,omitempty"`
	Purpose   string     `json:"purpose,omitempty"`
	Recipient string     `json:"recipient,omitempty"`
}

// ReceiptVerdict is the answer in the words of package verdict.
type ReceiptVerdict struct {
	Overall string         `json:"overall"` // valid, invalid or unknown
	AsOf    civil.Date     `json:"asOf"`    // the day it was judged for
	Code    int            `json:"code"`    // GB/T 36906
	Checks  []ReceiptCheck `json:"checks"`
	Ends    *ReceiptEnding `json:"ends,omitempty"`
	Newer   bool           `json:"newer,omitempty"`
}

// ReceiptCheck is one row.
type ReceiptCheck struct {
	Check  string `json:"check"`
	Result string `json:"result"`
	Reason string `json:"reason"`
}

// ReceiptEnding is the last day of use, where one is known, and the rule that
// sets it.
type ReceiptEnding struct {
	On   civil.Date `json:"on,omitzero"`
	Rule string     `json:"rule"`
}

// IssueReceipt signs a receipt. It fails when the signer does, or when the
// receipt could not be read back.
func IssueReceipt(ctx context.Context, signer Signer, r Receipt) (string, error) {
	r.At = r.At.In(civil.Zone()).Truncate(time.Second)
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

func (r Receipt) signedAt() time.Time { return r.At }

// ParseReceipt returns what a receipt says that one of the keys signed while it
// was in use. It returns ErrMalformed, ErrUnknownKey, ErrSignature or ErrKeyDays,
// and nothing with any of them.
func ParseReceipt(text string, keys Keys) (Receipt, error) {
	r, err := open[Receipt](text, MaxReceipt, receiptType, keys)
	if err != nil {
		return Receipt{}, err
	}
	if err := r.check(); err != nil {
		return Receipt{}, err
	}
	r.At = r.At.In(civil.Zone())
	return r, nil
}

// ReceiptKeyID is the `kid` of the key that signed a receipt.
func ReceiptKeyID(signer Signer) string { return receiptKeyID(signer.KeyID()) }

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
	}
	switch r.Verdict.Overall {
	case "valid", "invalid", "unknown":
		return nil
	}
	return fmt.Errorf("%w: verdict %q", ErrMalformed, r.Verdict.Overall)
}
