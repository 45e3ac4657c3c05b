// Package ofd writes and reads sealed OFD files (GB/T 33190-2016), the Chinese page format
// for official documents.
//
// An OFD file is a zip package of XML parts, fonts and pictures. It is sealed in three
// steps: Signature.xml lists the SM3 digest of every other part; the seal's signature
// covers the SM3 digest of Signature.xml; SignedValue.dat contains that signature. A part
// is protected if Signature.xml lists it. Here it lists every part except itself and
// SignedValue.dat, so no part can be changed, added or removed afterwards.
//
// These digests cover the content of the parts. A compressed part can be changed without
// a change of its content, so OFD.xml has one more digest: over the order, the names and
// the compressed bytes of the other parts (see packing). It cannot cover OFD.xml,
// Signature.xml and SignedValue.dat, so these are not compressed. And Read accepts only
// the zip headers that Write writes. Every byte of a file is thereby determined by what
// was sealed, and a file that was unzipped and zipped again is recognised (ErrRepacked).
package ofd

import (
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Document is the content of an OFD file. The same Document and the same signature give the
// same bytes.
type Document struct {
	Format                 int // number of the file format, written in Signature.xml; 0 means 1
	Page                   displaylist.Page
	Title, Author, Subject string
	At                     time.Time // time of making and sealing, truncated to the second
	ID                     string    // DocID, 32 hexadecimal digits
	CustomData             []Datum   // elements of GB/T 36903, in order
	Attachment             *Attachment
	ValidFrom, ValidUntil  civil.Date // first and last day of use; zero: not stated
	ESL                    []byte     // the electronic seal, DER (GB/T 38540); readers draw its image in Page.Seal
}

// Datum is one CustomData element: machine-readable metadata.
type Datum struct{ Name, Value string }

// Attachment is a file embedded in the OFD. Its name has letters, digits, dots, dashes and
// underscores.
type Attachment struct {
	Name, MIME, Description string
	Data                    []byte
	Compressed              *deflate.Stream // Data in compressed form; if nil, Write compresses it
}

// Draft is a document that is complete except for SignedValue.dat, the SES_Signature over
// these values; see ses.Sign.
type Draft struct {
	DataHash []byte    // SM3 of Signature.xml
	Property string    // the path of Signature.xml in the package
	At       time.Time // of sealing

	parts []part
}

// What Write refuses.
var (
	ErrGlyph    = errors.New("ofd: a character has no glyph in any font")
	ErrText     = errors.New("ofd: text with characters that XML does not allow")
	ErrDocument = errors.New("ofd: the document is incomplete")
)

// The paths of the parts in the package.
const (
	rootPart        = "OFD.xml"
	documentPart    = "Doc_0/Document.xml"
	publicPart      = "Doc_0/PublicRes.xml"
	resourcePart    = "Doc_0/DocumentRes.xml"
	resources       = "Doc_0/Res/"
	templatePart    = "Doc_0/Tpls/Tpl_0/Content.xml"
	pagePart        = "Doc_0/Pages/Page_0/Content.xml"
	attachmentsPart = "Doc_0/Attachs/Attachments.xml"
	attachments     = "Doc_0/Attachs/"
	signaturesPart  = "Doc_0/Signs/Signatures.xml"
	signaturePart   = "Doc_0/Signs/Sign_0/Signature.xml"
	sealPart        = "Doc_0/Signs/Sign_0/Seal.esl"
	valuePart       = "Doc_0/Signs/Sign_0/SignedValue.dat"
)
