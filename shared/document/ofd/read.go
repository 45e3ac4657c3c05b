package ofd

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
)

// Errors of Read about the content of a package.
var (
	ErrMissing   = errors.New("ofd: a part is missing")
	ErrUnsigned  = errors.New("ofd: not sealed, or sealed more than once") // SignedValues says whether a signature is in it all the same
	ErrUncovered = errors.New("ofd: a part is not covered by the signature")
	ErrDigest    = errors.New("ofd: a part was changed after sealing")
	ErrDataHash  = errors.New("ofd: the list of digests was changed after sealing")
	ErrSeal      = errors.New("ofd: Seal.esl is not the seal in the signature")
)

// File is the content of a sealed file. Every part is covered by the signature and matches
// its digest, and Seal.esl is the seal in the signature. The caller verifies the signature
// itself with ses.Verify.
type File struct {
	Format                     int // number of its format
	ID, Title, Author, Subject string
	CustomData                 []Datum
	Attachments                []Attachment
	Signature                  Signature

	pages    [][]byte // in the order in which they are drawn, each after its templates
	pictures [][]byte
}

// FindPicture returns the picture whose SHA-256, in hex, is digest, or nil.
func (f *File) FindPicture(digest string) []byte {
	for _, data := range f.pictures {
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) == digest {
			return data
		}
	}
	return nil
}

// Signature is the input of ses.Verify.
type Signature struct {
	Value    []byte // SES_Signature, DER
	DataHash []byte // SM3 of the stored Signature.xml
	Seal     []byte // Seal.esl
	Property string // the path of Signature.xml
}

// Read reads exactly the files that Write writes. Time and memory are bounded whatever
// data is. Errors wrap ErrPackage, ErrRepacked, ErrTooLarge, ErrXML, ErrMissing,
// ErrUnsigned, ErrUncovered, ErrDigest, ErrDataHash, ErrSeal, ErrForeign or ErrFormat, or
// those of ses.Parse if SignedValue.dat cannot be read. Byte slices of the File may share
// memory with data.
func Read(data []byte) (*File, error) {
	parts, err := unpack(data)
	if err != nil {
		return nil, err
	}
	f, sealed, err := readParts(parts)
	if err != nil {
		return nil, err
	}
	if err := checkPacking(parts, sealed); err != nil {
		return nil, err
	}
	return f, nil
}

// readParts reads the content of the parts. packing is the digest stated in OFD.xml.
func readParts(parts []part) (f *File, packing string, err error) {
	p := &packageParts{parts: make(map[string]*part, len(parts))}
	for i := range parts {
		p.parts[parts[i].name] = &parts[i]
	}
	root, err := p.tree("/"+rootPart, "OFD", allLevels)
	if err != nil {
		return nil, "", err
	}
	f = &File{}
	for _, part := range parts {
		if ending := path.Ext(part.name); strings.HasPrefix(part.name, resources) && (ending == ".png" || ending == ".jpg") {
			f.pictures = append(f.pictures, part.data)
		}
	}
	body := root.child("DocBody")
	if err := p.readSignature(f, body.value("Signatures")); err != nil {
		return nil, "", err
	}
	packing = f.readInfo(body.child("DocInfo"))
	if err := p.readDocument(f, resolvePath("/", body.value("DocRoot"))); err != nil {
		return nil, "", err
	}
	return f, packing, nil
}

// packageParts are the parts of a package by path.
type packageParts struct {
	parts  map[string]*part
	markup int // bytes of XML read so far
}

// part returns the part at an absolute location.
func (p *packageParts) part(location string) (*part, error) {
	found, ok := p.parts[strings.TrimPrefix(location, "/")]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrMissing, location)
	}
	return found, nil
}

// content returns the content of the part at an absolute location.
func (p *packageParts) content(location string) ([]byte, error) {
	found, err := p.part(location)
	if err != nil {
		return nil, err
	}
	return found.data, nil
}

// tree parses the part at an absolute location, see parse.
func (p *packageParts) tree(location, root string, levels int) (*node, error) {
	data, err := p.content(location)
	if err != nil {
		return nil, err
	}
	if p.markup += len(data); p.markup > maxMarkup {
		return nil, fmt.Errorf("%s: %w", location, ErrTooLarge)
	}
	tree, err := parse(data, root, levels)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", location, err)
	}
	return tree, nil
}

// resolvePath resolves an ST_Loc in a part of a directory: relative to the package's root
// if it begins with a slash, otherwise to the directory (GB/T 33190, 7.3).
func resolvePath(dir, location string) string {
	if strings.HasPrefix(location, "/") {
		return path.Clean(location)
	}
	return path.Join(dir, location)
}

// readInfo reads the document's metadata, and returns the digest of the packing.
func (f *File) readInfo(info *node) (packing string) {
	f.ID, f.Title = info.value("DocID"), info.value("Title")
	f.Author, f.Subject = info.value("Author"), info.value("Subject")
	for _, datum := range info.child("CustomDatas").childrenNamed("CustomData") {
		if datum.attribute("Name") == packingName {
			packing = datum.text
			continue
		}
		f.CustomData = append(f.CustomData, Datum{Name: datum.attribute("Name"), Value: datum.text})
	}
	return packing
}

// readDocument reads Document.xml with its attachments and pages.
func (p *packageParts) readDocument(f *File, location string) error {
	document, err := p.tree(location, "Document", allLevels)
	if err != nil {
		return err
	}
	dir := path.Dir(location)
	if list := document.value("Attachments"); list != "" {
		if err := p.readAttachments(f, resolvePath(dir, list)); err != nil {
			return err
		}
	}
	return p.readPages(f, document, dir)
}

func (p *packageParts) readAttachments(f *File, location string) error {
	list, err := p.tree(location, "Attachments", allLevels)
	if err != nil {
		return err
	}
	for _, a := range list.childrenNamed("Attachment") {
		data, err := p.content(resolvePath(path.Dir(location), a.value("FileLoc")))
		if err != nil {
			return err
		}
		f.Attachments = append(f.Attachments, Attachment{
			Name: a.attribute("Name"), MIME: a.attribute("Format"), Description: a.attribute("Usage"), Data: data,
		})
	}
	return nil
}
