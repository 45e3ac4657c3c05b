package ses

import (
	stdasn1 "encoding/asn1"
	"fmt"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// reader reads DER fields in order and keeps the first error, so that the calls follow
// the ASN.1 of a structure. After an error every field is empty.
type reader struct {
	rest cryptobyte.String
	err  error
}

// fail returns an ErrEncoding that names the malformed field.
func fail(what string) error { return fmt.Errorf("%w: %s", ErrEncoding, what) }

// readWhole reads der as exactly one element.
func readWhole(der []byte) (*reader, error) {
	if len(der) > maxBytes {
		return nil, ErrTooLarge
	}
	r := &reader{rest: cryptobyte.String(der)}
	inner := r.sequence("structure")
	r.end("structure")
	if r.err != nil {
		return nil, r.err
	}
	return inner, nil
}

func (r *reader) setError(what string) {
	if r.err == nil {
		r.err = fail(what)
	}
	r.rest = nil
}

// adopt takes over the error of a nested reader.
func (r *reader) adopt(inner *reader) {
	if r.err == nil && inner.err != nil {
		r.err, r.rest = inner.err, nil
	}
}

func (r *reader) end(what string) {
	if r.err == nil && !r.rest.Empty() {
		r.setError(what + ": something after the last field")
	}
}

// element returns the next element with its header, unchanged.
func (r *reader) element(tag asn1.Tag, what string) []byte {
	var out cryptobyte.String
	if !r.rest.ReadASN1Element(&out, tag) {
		r.setError(what)
	}
	return out
}

func (r *reader) sequence(what string) *reader {
	var out cryptobyte.String
	if !r.rest.ReadASN1(&out, asn1.SEQUENCE) {
		r.setError(what)
	}
	return &reader{rest: out, err: r.err}
}

func (r *reader) octets(what string) []byte {
	var out cryptobyte.String
	if !r.rest.ReadASN1(&out, asn1.OCTET_STRING) {
		r.setError(what)
	}
	return out
}

// certificate reads the DER of a certificate without parsing it.
func (r *reader) certificate(what string) []byte {
	out := r.octets(what)
	if len(out) > maxCertificate {
		r.err, r.rest = ErrTooLarge, nil
		return nil
	}
	return out
}

func (r *reader) integer(what string) int {
	var out int64
	if !r.rest.ReadASN1Integer(&out) || out < 0 || out > 1<<31-1 {
		r.setError(what)
		return 0
	}
	return int(out)
}

func (r *reader) ascii(what string) string {
	var out cryptobyte.String
	if !r.rest.ReadASN1(&out, asn1.IA5String) || len(out) > maxText || !isIA5(string(out)) {
		r.setError(what)
		return ""
	}
	return string(out)
}

func (r *reader) text(what string) string {
	var out cryptobyte.String
	if !r.rest.ReadASN1(&out, asn1.UTF8String) || len(out) > maxText || !utf8.Valid(out) {
		r.setError(what)
		return ""
	}
	return string(out)
}

func (r *reader) oid(what string) stdasn1.ObjectIdentifier {
	var out stdasn1.ObjectIdentifier
	if !r.rest.ReadASN1ObjectIdentifier(&out) {
		r.setError(what)
	}
	return out
}

func (r *reader) bits(what string) []byte {
	var out []byte
	if !r.rest.ReadASN1BitStringAsBytes(&out) {
		r.setError(what)
	}
	return out
}

// time reads GeneralizedTime, the only form in v4, in UTC, as DER requires (X.690,
// 11.7).
func (r *reader) time(what string) time.Time {
	var out time.Time
	if !r.rest.ReadASN1GeneralizedTime(&out) || out.Location() != time.UTC {
		r.setError(what)
	}
	return out
}

// oldTime reads UTCTime, the form in v1, or GeneralizedTime, which some makers wrote.
func (r *reader) oldTime(what string) time.Time {
	if r.rest.PeekASN1Tag(asn1.GeneralizedTime) {
		return r.time(what)
	}
	var out time.Time
	if !r.rest.ReadASN1UTCTime(&out) {
		r.setError(what)
	}
	return out
}

// extensions reads an optional SEQUENCE OF ExtData, bare or in [0] EXPLICIT, and
// returns it unchanged. Extensions are not interpreted, so a critical one is refused.
func (r *reader) extensions() []byte {
	before := r.rest
	tag := asn1.Tag(0).Constructed().ContextSpecific()
	switch {
	case r.rest.PeekASN1Tag(tag):
		var out cryptobyte.String
		if !r.rest.ReadASN1(&out, tag) {
			r.setError("extensions")
		}
		inner := &reader{rest: out, err: r.err}
		inner.extensionList()
		inner.end("extensions")
		r.adopt(inner)
	case r.rest.PeekASN1Tag(asn1.SEQUENCE):
		r.extensionList()
	}
	return before[:len(before)-len(r.rest)]
}

func (r *reader) extensionList() {
	list := r.sequence("extensions")
	for n := 0; list.err == nil && !list.rest.Empty(); n++ {
		list.extension()
		if n == maxExtensions {
			list.err = ErrTooLarge
		}
	}
	r.adopt(list)
}

func (r *reader) extension() {
	e := r.sequence("extension")
	e.oid("extension")
	critical := false
	if e.rest.PeekASN1Tag(asn1.BOOLEAN) && (!e.rest.ReadASN1Boolean(&critical) || !critical) {
		e.setError("extension: critical") // DER omits a default value
	}
	e.octets("extension: value")
	e.end("extension")
	if e.err == nil && critical {
		e.err = ErrExtension
	}
	r.adopt(e)
}
