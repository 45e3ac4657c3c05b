// Package packing makes an endorsement's record small: it is deflated with a dictionary of what such
// records have in common. The record of an endorsement is kept for years, and its size is most of what
// keeping it costs.
//
// The first byte of a packed record is its form. A form has one dictionary, which never changes; another one
// gets the next number, and all are read. In forms 2 and 3 the number of the key set (sealhistory.KeySet) stands
// before what is deflated: in one byte, where the JSON would take ten. In form 3 the index in the status lists
// is not repeated: it ends the token's payload.
package packing

import (
	"bytes"
	_ "embed" // the dictionary
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

//go:embed endorsement-1.txt
var firstDictionary []byte

// The forms. All have the first dictionary.
const (
	firstForm  = 1
	sealedForm = 2 // with the number of the key set, as a varint
	listedForm = 3 // likewise, 0 for none; and with the index in the token alone
)

// inflaters are readers with the dictionary: a reader has 40 KB of tables.
var inflaters = sync.Pool{New: func() any { return flate.NewReaderDict(bytes.NewReader(nil), firstDictionary) }}

// Pack packs an endorsement. Its holder and its withdrawal are not part of the record.
func Pack(e endorsement.Endorsement) ([]byte, error) {
	e.WithdrawnAt, e.WithdrawnWhy = nil, ""
	var token []byte
	e.QR, token = cutToken(e.QR)
	start := []byte{firstForm}
	switch i := e.StatusIndex; {
	case i != 0 && i == readIndex(token):
		start = binary.AppendUvarint([]byte{listedForm}, uint64(max(0, e.KeySet)))
		e.StatusIndex, e.KeySet = 0, min(0, e.KeySet)
	case e.KeySet > 0:
		start = binary.AppendUvarint([]byte{sealedForm}, uint64(e.KeySet))
		e.KeySet = 0
	}
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("writing the endorsement: %w", err)
	}
	var packed bytes.Buffer
	packed.Write(start)
	if err := flate.StatelessDeflate(&packed, append(body, token...), true, firstDictionary); err != nil {
		return nil, fmt.Errorf("packing the endorsement: %w", err)
	}
	return packed.Bytes(), nil
}

// Unpack reads a packed endorsement.
func Unpack(packed []byte) (*endorsement.Endorsement, error) {
	keySet, deflated, err := cutStart(packed)
	if err != nil {
		return nil, err
	}
	r := inflaters.Get().(io.Reader)
	defer inflaters.Put(r)
	wrong := r.(flate.Resetter).Reset(bytes.NewReader(deflated), firstDictionary)
	text, err := io.ReadAll(r)
	if err = errors.Join(wrong, err); err != nil {
		return nil, fmt.Errorf("unpacking an endorsement: %w", err)
	}
	body, token, _ := bytes.Cut(text, []byte("\n"))
	var e endorsement.Endorsement
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("reading an endorsement: %w", err)
	}
	e.QR += joinToken(token)
	e.KeySet = keySet
	if packed[0] == listedForm {
		if e.StatusIndex = readIndex(append([]byte("\n"), token...)); e.StatusIndex == 0 {
			return nil, errors.New("the token of a packed endorsement has no index in the status lists")
		}
	}
	return &e, nil
}

// cutStart cuts off what stands before the deflated record: the form, and the number of the key set.
func cutStart(packed []byte) (keySet int, deflated []byte, err error) {
	if len(packed) > 0 && packed[0] == firstForm {
		return 0, packed[1:], nil
	}
	if len(packed) > 0 && (packed[0] == sealedForm || packed[0] == listedForm) {
		if number, n := binary.Uvarint(packed[1:]); n > 0 && (number > 0 || packed[0] == listedForm) && number <= math.MaxInt32 {
			return int(number), packed[1+n:], nil
		}
	}
	return 0, nil, errors.New("the endorsement is packed in a form that this program does not know")
}

// readIndex reads the index that ends the payload of a token of cutToken, 0 if none does.
func readIndex(token []byte) statuslist.Index {
	parts := bytes.SplitN(token, []byte("\n"), 4) // nothing, header, payload, signature
	if len(parts) < 4 {
		return 0
	}
	rest, ok := bytes.CutSuffix(parts[2], []byte(`"]`))
	if !ok || len(rest) < statuslist.PackedLength {
		return 0
	}
	i, ok := statuslist.Unpack(string(rest[len(rest)-statuslist.PackedLength:]))
	if !ok {
		return 0
	}
	return i
}

// cutToken cuts the token off the address in the QR code, and returns its three parts decoded, each behind a line
// break: what is written in base64 cannot be compressed. JSON of one line has no line break. A token of another
// form stays in the address.
func cutToken(qr string) (rest string, token []byte) {
	at := strings.IndexByte(qr, '#') + 1
	for part := range strings.SplitSeq(qr[at:], ".") {
		decoded, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			return qr, nil
		}
		token = append(append(token, '\n'), decoded...)
	}
	if joinToken(token[1:]) != qr[at:] {
		return qr, nil
	}
	return qr[:at], token
}

// joinToken returns the token of its decoded parts.
func joinToken(token []byte) string {
	if len(token) == 0 {
		return ""
	}
	var parts []string
	for _, part := range bytes.SplitN(token, []byte("\n"), 3) {
		parts = append(parts, base64.RawURLEncoding.EncodeToString(part))
	}
	return strings.Join(parts, ".")
}
