package ofd

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// What Read finds wrong with a package that is one.
var (
	ErrMissing   = errors.New("ofd: a part is missing")
	ErrUnsigned  = errors.New("ofd: not sealed, or sealed more than once")
	ErrUncovered = errors.New("ofd: a part is not covered by the signature")
	ErrDigest    = errors.New("ofd: a part was changed after sealing")
	ErrDataHash  = errors.New("ofd: the list of digests was changed after sealing")
	ErrSeal      = errors.New("ofd: the seal shown is not the seal used")
)

// File is what a sealed file holds, read and found whole: every part is
// covered by the signature, every digest fits, and Seal.esl is the seal in the
// signature. Who signed, and whether to trust them, is left to ses.Verify.
type File struct {
	Form                       int // its number
	ID, Title, Author, Subject string
	CustomData                 []Datum
	Attachments                []Attachment
	Text                       string // the page's texts, one line each
	Signature                  Signature
}

// Signature is what ses.Verify needs.
type Signature struct {
	Value    []byte // SES_Signature, DER
	DataHash []byte // SM3 of Signature.xml as it stands
	Seal     []byte // Seal.esl
	Property string // the path of Signature.xml
}

// Read reads a file in the form Write gives it, within bounds of time and
// memory whatever the bytes are. Errors wrap ErrPackage, ErrRepacked,
// ErrTooLarge, ErrXML, ErrMissing, ErrUnsigned, ErrUncovered, ErrDigest,
// ErrDataHash, ErrSeal, ErrForeign or ErrForm, or are those of ses.Parse where SignedValue.dat cannot
// be read. Byte slices of the File may be parts of data.
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

// readParts reads what is in the parts, and the packing they were sealed in.
func readParts(parts []part) (f *File, packing string, err error) {
	p := &packageParts{parts: make(map[string][]byte, len(parts))}
	for _, one := range parts {
		p.parts[one.name] = one.data
	}
	root, err := p.tree("/"+rootPart, "OFD")
	if err != nil {
		return nil, "", err
	}
	f = &File{}
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
	parts  map[string][]byte
	markup int // bytes of XML read so far
}

// part returns the part at an absolute location.
func (p *packageParts) part(location string) ([]byte, error) {
	data, ok := p.parts[strings.TrimPrefix(location, "/")]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrMissing, location)
	}
	return data, nil
}

func (p *packageParts) tree(location, root string) (*node, error) {
	data, err := p.part(location)
	if err != nil {
		return nil, err
	}
	if p.markup += len(data); p.markup > maxMarkup {
		return nil, fmt.Errorf("%s: %w", location, ErrTooLarge)
	}
	tree, err := parse(data, root)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", location, err)
	}
	return tree, nil
}

// resolvePath resolves an ST_Loc met in a part of folder: from the package's root
// where it begins with a slash, else from the folder (GB/T 33190, 7.3).
func resolvePath(folder, location string) string {
	if strings.HasPrefix(location, "/") {
		return path.Clean(location)
	}
	return path.Join(folder, location)
}

// readInfo reads what the document says of itself, and returns the packing
// apart from it.
func (f *File) readInfo(info *node) (packing string) {
	f.ID, f.Title = info.value("DocID"), info.value("Title")
	f.Author, f.Subject = info.value("Author"), info.value("Subject")
	for _, datum := range info.child("CustomDatas").childrenNamed("CustomData") {
		if datum.attribute("Name") == packingName {
			packing = datum.text.String()
			continue
		}
		f.CustomData = append(f.CustomData, Datum{Name: datum.attribute("Name"), Value: datum.text.String()})
	}
	return packing
}

// readDocument reads Document.xml and what it names: attachments and pages.
func (p *packageParts) readDocument(f *File, location string) error {
	document, err := p.tree(location, "Document")
	if err != nil {
		return err
	}
	folder := path.Dir(location)
	if list := document.value("Attachments"); list != "" {
		if err := p.readAttachments(f, resolvePath(folder, list)); err != nil {
			return err
		}
	}
	return p.readPages(f, document, folder)
}

func (p *packageParts) readAttachments(f *File, location string) error {
	list, err := p.tree(location, "Attachments")
	if err != nil {
		return err
	}
	for _, a := range list.childrenNamed("Attachment") {
		data, err := p.part(resolvePath(path.Dir(location), a.value("FileLoc")))
		if err != nil {
			return err
		}
		f.Attachments = append(f.Attachments, Attachment{
			Name: a.attribute("Name"), MIME: a.attribute("Format"), Description: a.attribute("Usage"), Data: data,
		})
	}
	return nil
}
