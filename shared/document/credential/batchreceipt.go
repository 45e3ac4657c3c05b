package credential

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// MaxBatchReceipt bounds a batch's receipt in bytes. One of a hundred files has about 90 000.
const MaxBatchReceipt = 256 << 10

// BatchFormat is the format of a batch's receipt.
const BatchFormat = "jiazhu-batch/1"

// batchType distinguishes it from every other JWS.
const batchType = "jiazhu-batch-receipt+jwt"

// BatchStatement says in every batch's receipt what it proves. The service checked the codes, and looked
// up the copies; it has not seen the files.
const BatchStatement = "本回执证明：本平台在所列时间核对了所列二维码，并就所列加注件查询了登记信息，结果如各项所载。" +
	"所列 PDF、OFD 文件由核验人在自己的设备上检查，本平台未收到这些文件，其摘要由核验人提供。"

// BatchReceipt is the result of a batch, signed: a compact JWS like a Receipt.
type BatchReceipt struct {
	Format    string             `json:"format"` // BatchFormat
	ID        string             `json:"id"`     // a ULID made for At
	At        time.Time          `json:"at"`     // to the second, +08:00
	Service   string             `json:"service"`
	Statement string             `json:"statement"` // BatchStatement
	Asker     Asker              `json:"asker,omitzero"`
	Build     string             `json:"build,omitempty"` // of the program that examined the files, as the asker states it
	Question  ReceiptQuestion    `json:"question,omitzero"`
	AsOf      civil.Date         `json:"asOf"`
	Items     []BatchReceiptItem `json:"items"`
	Test      bool               `json:"test,omitempty"` // from a service with test keys: no legal force
}

// BatchReceiptItem is the result of one item: of a token all its rows, of a file those that the register
// alone decides. The rows have no texts.
type BatchReceiptItem struct {
	Given   Given          `json:"given"`             // token, pdf or ofd; the digest of a file as the asker stated it
	Claim   *ReceiptClaim  `json:"claim,omitempty"`   // the copy; of a file only if exactly this copy is registered
	Printed *Printed       `json:"printed,omitempty"` // of a token: what a paper says, which the row printed is about
	Overall string         `json:"overall,omitempty"` // of a token
	Code    int            `json:"code"`              // GB/T 36906
	Checks  []ReceiptCheck `json:"checks,omitempty"`
	Ends    *ReceiptEnding `json:"ends,omitempty"`
	Newer   bool           `json:"newer,omitempty"`
	Problem string         `json:"problem,omitempty"` // why the item was not judged
}

// Printed is what a paper says, as the asker typed it.
type Printed struct {
	Name   string     `json:"name,omitempty"` // masked
	Number string     `json:"number,omitempty"`
	Until  civil.Date `json:"until,omitzero"`
}

// IssueBatchReceipt signs a batch's receipt. It fails when the signer fails, or when
// ParseBatchReceipt would refuse the receipt.
func IssueBatchReceipt(ctx context.Context, signer Signer, r BatchReceipt) (string, error) {
	r.Format, r.Statement, r.At = BatchFormat, BatchStatement, r.At.In(civil.Zone()).Truncate(time.Second)
	if err := r.check(); err != nil {
		return "", fmt.Errorf("credential: issue a batch's receipt: %w", err)
	}
	text, err := sign(ctx, signer, header{algorithm, receiptKeyID(signer.KeyID()), batchType}, r)
	if err != nil {
		return "", fmt.Errorf("credential: issue a batch's receipt: %w", err)
	}
	if len(text) > MaxBatchReceipt {
		return "", fmt.Errorf("credential: issue a batch's receipt: %w: %d bytes long", ErrMalformed, len(text))
	}
	return text, nil
}

func (r BatchReceipt) signingTime() time.Time { return r.At }

// ParseBatchReceipt is ParseReceipt for the receipt of a batch.
func ParseBatchReceipt(text string, keys Keys) (BatchReceipt, error) {
	r, err := open[BatchReceipt](text, MaxBatchReceipt, batchType, keys)
	if err != nil {
		return BatchReceipt{}, err
	}
	if err := r.check(); err != nil {
		return BatchReceipt{}, err
	}
	r.At = r.At.In(civil.Zone())
	return r, nil
}

func (r BatchReceipt) check() error {
	id, err := ulid.ParseStrict(r.ID)
	_, offset := r.At.Zone()
	switch {
	case r.Format != BatchFormat || r.Statement != BatchStatement:
		return fmt.Errorf("%w: the format of a batch's receipt", ErrMalformed)
	case err != nil || id.String() != r.ID:
		return fmt.Errorf("%w: a receipt's id", ErrMalformed)
	case !id.Timestamp().Truncate(time.Second).Equal(r.At) || offset != 8*60*60:
		return fmt.Errorf("%w: a receipt's time", ErrMalformed)
	case r.Service == "" || r.AsOf.IsZero() || len(r.Items) == 0 || r.Asker.Name != "":
		return fmt.Errorf("%w: the batch's receipt is incomplete", ErrMalformed)
	case (r.Asker.Client == "") != (r.Asker.ClientName == ""):
		return fmt.Errorf("%w: who asked is incomplete", ErrMalformed)
	}
	for i, item := range r.Items {
		if err := item.check(); err != nil {
			return fmt.Errorf("%w (item %d)", err, i)
		}
	}
	return nil
}

func (i BatchReceiptItem) check() error {
	isToken := i.Given.Kind == "token"
	switch {
	case !isToken && i.Given.Kind != "pdf" && i.Given.Kind != "ofd" || !isSHA256(i.Given.SHA256):
		return fmt.Errorf("%w: what the receipt was given", ErrMalformed)
	case i.Claim != nil && (i.Claim.Endorsement == "" || i.Claim.Certificate == "" || i.Claim.Number == "" || i.Claim.Version != ""):
		return fmt.Errorf("%w: the receipt's claim is incomplete", ErrMalformed)
	case i.Printed != nil && (!isToken || *i.Printed == Printed{}):
		return fmt.Errorf("%w: what a paper says", ErrMalformed)
	case (i.Problem == "") == (len(i.Checks) == 0):
		return fmt.Errorf("%w: an item has either rows or a problem", ErrMalformed)
	case i.Problem == "" && isToken != slices.Contains([]string{"valid", "invalid", "unknown"}, i.Overall):
		return fmt.Errorf("%w: a receipt's verdict", ErrMalformed)
	}
	for _, c := range i.Checks {
		if c.Check == "" || c.Result == "" || c.Reason == "" || c.Text != "" {
			return fmt.Errorf("%w: a row of the receipt", ErrMalformed)
		}
		if !isToken && (c.Check == "integrity" || c.Check == "issuer" || c.Check == "numbers") {
			return fmt.Errorf("%w: the receipt states what only a file proves", ErrMalformed)
		}
	}
	return nil
}
