package endorsement

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// maxCopy is the maximum size of a copy's JSON in bytes. A full one has about 2 KB.
const maxCopy = 64 * 1024

// Canonical returns the copy's canonical JSON (RFC 8785): keys in order, no space between tokens,
// no unnecessary escapes. Equal copies give equal bytes. The error is for text that is not UTF-8 or
// contains the line separators U+2028 and U+2029, which no checked value has.
func (c Copy) Canonical() ([]byte, error) {
	c.MadeAt = c.MadeAt.In(civil.Zone()).Truncate(time.Millisecond)
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(c); err != nil {
		return nil, fmt.Errorf("encoding copy: %w", err)
	}
	o := canonicalizer{in: plain.Bytes(), out: make([]byte, 0, plain.Len())}
	o.value()
	if o.unknownEscape || bytes.ContainsRune(o.out, utf8.RuneError) {
		return nil, errors.New("encoding copy: text with lost characters or line separators")
	}
	return o.out, nil
}

// Digest returns the SHA-256 of the canonical JSON in hex, or "" if the copy has
// no canonical form.
func (c Copy) Digest() string {
	canonical, err := c.Canonical()
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// ParseCopy parses a copy's JSON from a file. It accepts exactly what Canonical writes: a known
// format with that format's keys, no unknown or repeated key, nothing after the end, at most 64 KB,
// and the canonical form byte for byte.
func ParseCopy(data []byte) (Copy, error) {
	if len(data) > maxCopy {
		return Copy{}, fmt.Errorf("reading copy: %d bytes are more than the %d allowed", len(data), maxCopy)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var c Copy
	if err := decoder.Decode(&c); err != nil {
		return Copy{}, fmt.Errorf("reading copy: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Copy{}, errors.New("reading copy: something follows the end")
	}
	if err := c.checkForm(); err != nil {
		return Copy{}, fmt.Errorf("reading copy: %w", err)
	}
	canonical, err := c.Canonical()
	if err != nil {
		return Copy{}, fmt.Errorf("reading copy: %w", err)
	}
	if !bytes.Equal(canonical, data) {
		return Copy{}, errors.New("reading copy: not in canonical form")
	}
	return c, nil
}

// checkForm refuses copies of an unknown format and copies that lack a required member.
func (c Copy) checkForm() error {
	version, digest := c.FormatVersion(), c.Certificate.Holder.IDDigest
	switch {
	case version == 0:
		return fmt.Errorf("format %q is none of %s, %s and %s", c.Format, CopyFormat, CopyFormat2, CopyFormat1)
	case (version == 1) != (digest != nil):
		return errors.New("idDigest is in every copy of format 1 and in no other")
	case (version >= 3) != (c.Status != nil):
		return errors.New("status is in every copy of format 3 and in no earlier one")
	case c.Status != nil && !c.Status.StatusList.isPlace(c.QR):
		return errors.New("status is no place in a list of the service that the code leads to")
	case c.CopyID == "" || c.CertID == "" || c.Certificate.Scheme == "":
		return errors.New("no copyId, certId or scheme")
	case c.MadeAt.IsZero() || c.UseFrom.IsZero() || c.UseUntil.IsZero():
		return errors.New("no madeAt, useFrom or useUntil")
	case c.UseUntil.Before(c.UseFrom):
		return errors.New("useUntil is before useFrom")
	case c.Certificate.Number == "" || c.Certificate.Holder.Name == "":
		return errors.New("no number or holder")
	case c.Certificate.Holder.checkForm() != nil:
		return c.Certificate.Holder.checkForm()
	}
	return nil
}

// isPlace reports whether it is a place in a list of the service that a code leads to.
func (r StatusReference) isPlace(qr string) bool {
	origin, _, err := statuslist.ParseAddress(r.List)
	return err == nil && 0 <= r.Place && r.Place < statuslist.Places && strings.HasPrefix(qr, origin+"/v#")
}

// checkForm refuses a holder with the members of the other kind: only a person has a sex and a day of
// birth, and only an organisation the number of its document.
func (h CopiedHolder) checkForm() error {
	if certificate.IsOrganisation(h.IDType) {
		if h.Sex != "" || !h.Birth.IsZero() || h.IDNumber == "" {
			return errors.New("an organisation has a USCC and neither sex nor birth")
		}
		return nil
	}
	if h.Sex == "" || h.Birth.IsZero() || h.IDNumber != "" {
		return errors.New("a person has a sex and a birth and no number of a document")
	}
	return nil
}
