package pdf

import (
	"fmt"
	"strings"
)

// Validation holds what a reader needs to validate the signature offline: certificates,
// and CRLs and OCSP responses which prove that they were not revoked. All are DER.
//
// It is in the document security store (ISO 32000-2, 12.8.4.3; ETSI EN 319 142-1, 5.4.2),
// which other software appends after signing. Here it is fetched before and is part of
// the signed data, so that the file needs no second revision and the signature can forbid
// every change.
type Validation struct {
	Certificates, CRLs, OCSPs [][]byte
}

// readValidation reads the document security store, and returns nil if there is none.
func (b *body) readValidation(root dict) (*Validation, error) {
	if root["DSS"] == nil {
		return nil, nil
	}
	store, v := b.dict(root["DSS"]), &Validation{}
	total, count := 0, 0
	for key, list := range map[name]*[][]byte{"Certs": &v.Certificates, "CRLs": &v.CRLs, "OCSPs": &v.OCSPs} {
		refs, _ := store[key].(array)
		for _, r := range refs {
			s, ok := b.follow(r).(stream)
			if !ok || s.dict["Filter"] != name("FlateDecode") {
				return nil, fmt.Errorf("%w: validation data", ErrBroken)
			}
			if count++; count > maxProofs {
				return nil, fmt.Errorf("%w: too much validation data", ErrBroken)
			}
			der, err := inflate(s.data)
			if total += len(der); err != nil || total > maxAttachment {
				return nil, fmt.Errorf("%w: validation data", ErrBroken)
			}
			*list = append(*list, der)
		}
	}
	return v, nil
}

// validation writes the document security store. It returns the catalog's entries for it,
// with the extension that PDF 1.7 requires.
func (w *Writer) validation(o *output, v *Validation) string {
	if v == nil {
		return ""
	}
	var store strings.Builder
	for _, kind := range []struct {
		name string
		list [][]byte
	}{{"Certs", v.Certificates}, {"CRLs", v.CRLs}, {"OCSPs", v.OCSPs}} {
		if len(kind.list) == 0 {
			continue
		}
		fmt.Fprintf(&store, "/%s[", kind.name)
		for _, der := range kind.list {
			fmt.Fprintf(&store, "%v ", o.stream(o.reserve(), "/Filter/FlateDecode", w.deflate(der)))
		}
		store.WriteByte(']')
	}
	return fmt.Sprintf("/DSS %v/Extensions<</ESIC<</BaseVersion/1.7/ExtensionLevel 5>>>>", o.add("<</Type/DSS%s>>", store.String()))
}
