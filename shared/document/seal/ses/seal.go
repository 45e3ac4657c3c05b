package ses

import (
	"slices"

	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// ParseSeal reads a seal, SESeal of v4 or v1, from its DER. Errors wrap
// ErrEncoding, ErrVersion, ErrExtension or ErrTooLarge. Nothing is verified.
func ParseSeal(der []byte) (*Seal, error) {
	r, err := readWhole(der)
	if err != nil {
		return nil, err
	}
	s := &Seal{Raw: slices.Clone(der)}
	info := r.element(asn1.SEQUENCE, "seal information")
	old := r.rest.PeekASN1Tag(asn1.SEQUENCE) // SES_SignInfo of v1; v4 has the certificate here
	s.readInfo(r, info, old)
	if old {
		s.readMakerV1(r, info)
	} else {
		s.readMaker(r, info)
	}
	r.end("seal")
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

// readInfo reads SES_SealInfo.
func (s *Seal) readInfo(r *reader, info []byte, old bool) {
	outer := &reader{rest: cryptobyte.String(info), err: r.err}
	in := outer.sequence("seal information")
	header := in.sequence("header")
	if id := header.ascii("header: ID"); id != "ES" {
		header.setError("header: ID is not ES")
	}
	s.Version = header.integer("header: version")
	s.Vendor = header.ascii("header: vendor")
	header.end("header")
	in.adopt(header)
	s.ID = in.ascii("seal number")
	s.readProperty(in, old)
	s.readPicture(in)
	s.extensions = in.extensions()
	in.end("seal information")
	if in.err == nil && !versionFits(s.Version, old) {
		in.err = ErrVersion
	}
	r.adopt(in)
}

func versionFits(version int, old bool) bool {
	if old {
		return version >= 1 && version <= 3
	}
	return version == 4
}

// readProperty reads SES_ESPropertyInfo.
func (s *Seal) readProperty(r *reader, old bool) {
	p := r.sequence("property")
	s.Kind = Kind(p.integer("property: type"))
	s.Name = p.text("property: name")
	list := certificates
	clock := p.oldTime
	if !old {
		list, clock = p.integer("property: list type"), p.time
	}
	s.readSigners(p, list)
	s.CreatedAt = clock("property: created")
	s.From = clock("property: valid from")
	s.Until = clock("property: valid until")
	p.end("property")
	if p.err == nil && s.Until.Before(s.From) {
		p.setError("property: ends before it begins")
	}
	r.adopt(p)
}

func (s *Seal) readSigners(r *reader, kind int) {
	list := r.sequence("list of signers")
	for list.err == nil && !list.rest.Empty() {
		switch kind {
		case certificates:
			s.Signers = append(s.Signers, list.certificate("signer"))
		case digests:
			s.Digests = append(s.Digests, list.digest())
		default:
			list.setError("list of signers: type")
		}
		if len(s.Signers)+len(s.Digests) > maxSigners {
			list.err = ErrTooLarge
		}
	}
	if list.err == nil && len(s.Signers)+len(s.Digests) == 0 {
		list.setError("list of signers: empty")
	}
	r.adopt(list)
}

// digest reads CertDigestObj. Its type can be any text; only SM3 is supported.
func (r *reader) digest() []byte {
	d := r.sequence("signer's digest")
	d.element(asn1.PrintableString, "signer's digest: type")
	value := d.octets("signer's digest: value")
	d.end("signer's digest")
	if d.err == nil && len(value) != sm3.Size {
		d.setError("signer's digest: length")
	}
	r.adopt(d)
	return value
}

// readPicture reads SES_ESPictrueInfo.
func (s *Seal) readPicture(r *reader) {
	p := r.sequence("picture")
	s.Picture = Picture{
		Type:   p.ascii("picture: type"),
		Data:   p.octets("picture: data"),
		Width:  p.integer("picture: width"),
		Height: p.integer("picture: height"),
	}
	p.end("picture")
	r.adopt(p)
}

// readMaker reads the seal maker's part of a v4 seal, which signs SES_SealInfo.
func (s *Seal) readMaker(r *reader, info []byte) {
	s.Maker = r.certificate("maker's certificate")
	s.Algorithm = r.oid("maker's algorithm")
	s.Value = r.bits("maker's signature")
	s.signed = info
}

// readMakerV1 reads SES_SignInfo of v1. Its signature covers a SEQUENCE of the
// seal information, the certificate and the algorithm (GM/T 0031, 5.1).
func (s *Seal) readMakerV1(r *reader, info []byte) {
	m := r.sequence("maker")
	s.Maker = m.certificate("maker's certificate")
	s.Algorithm = m.oid("maker's algorithm")
	s.Value = m.bits("maker's signature")
	m.end("maker")
	r.adopt(m)
	if r.err != nil {
		return
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(info)
		b.AddASN1OctetString(s.Maker)
		b.AddASN1ObjectIdentifier(s.Algorithm)
	})
	signed, err := b.Bytes()
	if err != nil {
		r.setError("maker")
		return
	}
	s.signed = signed
}
