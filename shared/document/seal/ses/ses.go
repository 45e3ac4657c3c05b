// Package ses makes, reads and verifies secure electronic seals and the signatures
// made with them: GB/T 38540-2020, "v4", and for reading also its predecessor GM/T
// 0031-2014, "v1".
//
// There are two signers. A seal maker (制章者) signs the seal once: its image, its
// name, when it may be used, and whose certificates may use it. A seal signer (签章者)
// then signs documents: the hash of the document, the time, and the whole seal, so
// that the image on the page cannot be replaced. Both sign with SM2 over SM3.
//
// A signature is good only if all rules hold: the maker is trusted and signed the
// seal, the seal names the signer, both certificates and the seal were valid at the
// time, the document shows the signed seal, and the signature matches the document.
// Verify checks each rule and returns an error for each that fails.
//
// Everything is DER, read strictly: an encoding that two readers could interpret
// differently is refused.
package ses

import (
	"encoding/asn1"
	"errors"
	"time"
)

// Errors of reading a seal or signature.
var (
	// ErrEncoding reports bytes that are not the DER of the structure.
	ErrEncoding = errors.New("ses: not a well-formed seal structure")
	// ErrVersion reports a version other than 4, or 1 to 3 in v1's structure.
	ErrVersion = errors.New("ses: version not supported")
	// ErrExtension reports an extension marked critical; no extension is supported.
	ErrExtension = errors.New("ses: unknown critical extension")
	// ErrTooLarge reports a structure above the limits of this package.
	ErrTooLarge = errors.New("ses: larger than any real seal")
)

// Limits on what is read. A structure has a fixed depth, so nesting needs none.
const (
	maxBytes       = 1 << 20  // a seal or signature: one image, some 15 to 100 KB, and a few certificates
	maxSigners     = 256      // in a seal's list; a unit's seal has a handful
	maxCertificate = 16 << 10 // one certificate; real ones have 1 to 4 KB
	maxText        = 1 << 10  // a name, a number, a path
	maxExtensions  = 32       // real seals have none
)

// Kind is the kind of a seal's owner (GB/T 38540, 6.1.3).
type Kind int

// The kinds. Later editions of the standard define more; their numbers are kept.
const (
	Organisation Kind = 1 // 单位印章
	Person       Kind = 2 // 个人印章
)

// Picture is the seal image.
type Picture struct {
	Type          string // "PNG", "OFD", "SVG" …
	Data          []byte
	Width, Height int // mm
}

// Design is the content of a seal before its maker signs it.
type Design struct {
	ID        string   // unique number of the seal, ASCII
	Vendor    string   // the maker's identifier (Vid), ASCII
	Name      string   // 印章名称
	Kind      Kind     // kind of owner
	Signers   [][]byte // certificates (DER) that may sign with it
	CreatedAt time.Time
	From      time.Time // first instant of use
	Until     time.Time // last instant of use
	Picture   Picture
}

// Seal is an electronic seal as read from its DER (the content of Seal.esl).
type Seal struct {
	Design
	Digests   [][]byte              // SM3 of the certificates that may sign, where the seal lists digests
	Version   int                   // 4, or 1 to 3
	Maker     []byte                // the seal maker's certificate, DER
	Algorithm asn1.ObjectIdentifier // of the maker's signature
	Value     []byte                // the maker's signature
	Raw       []byte                // the whole seal

	signed     []byte // what the maker signed
	extensions []byte // as they stand in the seal, none critical
}

// Signature is one use of a seal, as read from its DER (SignedValue.dat).
type Signature struct {
	Version     int
	Seal        *Seal
	At          time.Time // time stated by the signer; zero if there is only a timestamp
	DataHash    []byte    // SM3 of Signature.xml
	Property    string    // the path of Signature.xml in its package
	Certificate []byte    // the signer's, DER
	Algorithm   asn1.ObjectIdentifier
	Value       []byte // the signer's signature
	Timestamp   []byte // RFC 3161 token over Value (v4) or in place of At (v1), or nil

	signed     []byte // what the signer signed
	extensions []byte // as they stand, none critical
}

// algorithm is SM2 with SM3 (GM/T 0006).
func algorithm() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 156, 10197, 1, 501} }
