package ses

import (
	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Parse reads SES_Signature of v4 or v1 from its DER. Errors wrap ErrEncoding,
// ErrVersion, ErrExtension or ErrTooLarge. Nothing is verified.
func Parse(der []byte) (*Signature, error) {
	r, err := readWhole(der)
	if err != nil {
		return nil, err
	}
	s := &Signature{signed: r.element(asn1.SEQUENCE, "what was signed")}
	if r.rest.PeekASN1Tag(asn1.BIT_STRING) {
		s.readV1(r)
	} else {
		s.readV4(r)
	}
	r.end("signature")
	if r.err == nil && len(s.DataHash) != sm3.Size {
		r.setError("data hash")
	}
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

func (s *Signature) readV4(r *reader) {
	tbs := s.readSeal(r, false)
	s.At = tbs.time("time of sealing")
	s.DataHash = tbs.bits("data hash")
	s.Property = tbs.ascii("property")
	s.extensions = tbs.extensions()
	tbs.end("what was signed")
	r.adopt(tbs)
	s.Certificate = r.certificate("signer's certificate")
	s.Algorithm = r.oid("signer's algorithm")
	s.Value = r.bits("signature")
	s.readTimestamp(r)
}

func (s *Signature) readTimestamp(r *reader) {
	tag := asn1.Tag(0).Constructed().ContextSpecific()
	if !r.rest.PeekASN1Tag(tag) {
		return
	}
	var out cryptobyte.String
	if !r.rest.ReadASN1(&out, tag) {
		r.setError("timestamp")
	}
	inner := &reader{rest: out, err: r.err}
	s.Timestamp = inner.bits("timestamp")
	inner.end("timestamp")
	r.adopt(inner)
}

func (s *Signature) readV1(r *reader) {
	tbs := s.readSeal(r, true)
	s.readTimeV1(tbs)
	s.DataHash = tbs.bits("data hash")
	s.Property = tbs.ascii("property")
	s.Certificate = tbs.certificate("signer's certificate")
	s.Algorithm = tbs.oid("signer's algorithm")
	tbs.end("what was signed")
	r.adopt(tbs)
	s.Value = r.bits("signature")
}

// readTimeV1 reads the time of v1: a bit string with UTCTime, or a timestamp.
func (s *Signature) readTimeV1(r *reader) {
	bits := r.bits("time of sealing")
	if r.err != nil {
		return
	}
	in := &reader{rest: cryptobyte.String(bits)}
	at := in.oldTime("time of sealing")
	in.end("time of sealing")
	if in.err != nil {
		s.Timestamp = bits
		return
	}
	s.At = at
}

// readSeal opens TBS_Sign, reads its version and seal, and returns the rest.
func (s *Signature) readSeal(r *reader, old bool) *reader {
	outer := &reader{rest: cryptobyte.String(s.signed), err: r.err}
	tbs := outer.sequence("what was signed")
	s.Version = tbs.integer("version")
	der := tbs.element(asn1.SEQUENCE, "seal")
	if tbs.err != nil {
		return tbs
	}
	seal, err := ParseSeal(der)
	if err != nil {
		tbs.err, tbs.rest = err, nil
		return tbs
	}
	s.Seal = seal
	if !versionFits(s.Version, old) || !versionFits(seal.Version, old) {
		tbs.err, tbs.rest = ErrVersion, nil
	}
	return tbs
}
