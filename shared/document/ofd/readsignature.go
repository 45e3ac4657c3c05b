package ofd

import (
	"bytes"
	"fmt"
	"path"
	"slices"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
)

// readSignature finds the one signature from OFD.xml and checks what it covers.
func (p *packageParts) readSignature(f *File, list string) error {
	if list == "" {
		return ErrUnsigned
	}
	location := resolvePath("/", list)
	signatures, err := p.tree(location, "Signatures", allLevels)
	if err != nil {
		return err
	}
	entry := signatures.child("Signature")
	if entry == nil {
		return ErrUnsigned
	}
	location = resolvePath(path.Dir(location), entry.attribute("BaseLoc"))
	data, err := p.content(location)
	if err != nil {
		return err
	}
	tree, err := p.tree(location, "Signature", allLevels)
	if err != nil {
		return err
	}
	hash := sm3.Sum(data)
	f.Signature = Signature{DataHash: hash[:], Property: location}
	return p.readSigned(f, tree, location)
}

// SignedValues returns the signatures in a package that Read refuses with ErrUnsigned, whether or not its list leads to them.
func SignedValues(data []byte) [][]byte {
	parts, err := unpack(data)
	if err != nil {
		return nil
	}
	var values [][]byte
	for _, part := range parts {
		if path.Base(part.name) == path.Base(valuePart) {
			values = append(values, part.data)
		}
	}
	return values
}

// readSigned reads Signature.xml at location.
func (p *packageParts) readSigned(f *File, tree *node, location string) error {
	dir := path.Dir(location)
	value := resolvePath(dir, tree.value("SignedValue"))
	info := tree.child("SignedInfo")
	var err error
	if f.Format, err = formatOf(info.child("Provider")); err != nil {
		return err
	}
	if method := info.value("SignatureMethod"); method != sm2WithSM3 {
		return fmt.Errorf("%w: signature method %q", ErrUnsigned, method)
	}
	if f.Signature.Value, err = p.content(value); err != nil {
		return err
	}
	if f.Signature.Seal, err = p.content(resolvePath(dir, info.value("Seal", "BaseLoc"))); err != nil {
		return err
	}
	if err := p.checkReferences(info.child("References"), location, value); err != nil {
		return err
	}
	return checkValue(f.Signature)
}

// formatOf returns the number of the format in which the file is written.
func formatOf(provider *node) (int, error) {
	if name := provider.attribute("ProviderName"); name != providerName {
		return 0, fmt.Errorf("%w: made by %q", ErrForeign, name)
	}
	i := slices.Index(formats[:], provider.attribute("Version"))
	if i < 0 {
		return 0, fmt.Errorf("%w: %q", ErrFormat, provider.attribute("Version"))
	}
	return i + 1, nil
}

// checkReferences compares every digest with its part. The list must have every part except
// Signature.xml and SignedValue.dat exactly once, and nothing else.
func (p *packageParts) checkReferences(list *node, signature, value string) error {
	if method := list.attribute("CheckMethod"); method != sm3Digest {
		return fmt.Errorf("%w: digest method %q", ErrUncovered, method)
	}
	covered := map[string]bool{signature: false, value: false}
	for _, reference := range list.childrenNamed("Reference") {
		location := reference.attribute("FileRef")
		found, err := p.part(location)
		if err != nil {
			return err
		}
		if _, known := covered[location]; known || location != path.Join("/", location) {
			return fmt.Errorf("%w: reference to %q", ErrUncovered, location)
		}
		if found.sum = digest(found.data); found.sum != reference.value("CheckValue") {
			return fmt.Errorf("%w: %s", ErrDigest, location)
		}
		covered[location] = true
	}
	for name := range p.parts {
		if _, known := covered["/"+name]; !known {
			return fmt.Errorf("%w: %s", ErrUncovered, name)
		}
	}
	return nil
}

// checkValue compares the data hash, the path and the seal in the signature with those of
// the file.
func checkValue(s Signature) error {
	signed, err := ses.Parse(s.Value)
	if err != nil {
		return fmt.Errorf("ofd: SignedValue.dat: %w", err)
	}
	if !bytes.Equal(signed.DataHash, s.DataHash) || signed.Property != s.Property {
		return ErrDataHash
	}
	if !bytes.Equal(signed.Seal.Raw, s.Seal) {
		return ErrSeal
	}
	return nil
}
