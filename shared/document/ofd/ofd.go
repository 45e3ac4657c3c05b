// Package ofd writes and reads sealed OFD files (GB/T 33190-2016), China's
// page format for official documents.
//
// An OFD file is a zip package of XML parts, fonts and pictures. Sealing it
// takes three steps, each over the bytes of the one before: Signature.xml
// lists the SM3 digest of every other part; the seal's signature covers the
// SM3 digest of Signature.xml; and SignedValue.dat holds that signature. So a
// part is protected exactly when Signature.xml names it, and here it names
// every part but itself and SignedValue.dat: nothing can be changed, added or
// taken away afterwards.
//
// The digests cover what is in the parts, not how the package holds them, and a
// deflated part can be changed without changing what it inflates to. So OFD.xml
// holds one more digest: over the order, the names and the compressed bytes of
// the other parts (see packing). OFD.xml itself, Signature.xml and
// SignedValue.dat, which it cannot cover, are stored as they are; and Read takes
// a package only in the one form Write gives it, with no freedom left in its
// headers. Every byte of a file is thereby accounted for, and a file that was
// unzipped and zipped again is told from the one that was sealed (ErrRepacked).
package ofd

import (
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Document is everything an OFD file is made of. The same Document and the
// same signature give the same bytes.
type Document struct {
	Form                   int // its number, written in Signature.xml; 0 is 1
	Sheet                  displaylist.Page
	Title, Author, Subject string
	At                     time.Time // when made and sealed; kept to the second
	ID                     string    // DocID, 32 hexadecimal digits
	CustomData             []Datum   // GB/T 36903 elements, in order
	Attachment             *Attachment
	ValidFrom, ValidUntil  civil.Date // days of use, both included; zero: not stated
	ESL                    []byte     // the electronic seal, DER (GB/T 38540); the page shows its picture at Sheet.Seal
}

// Datum is one CustomData element: machine-readable metadata.
type Datum struct{ Name, Value string }

// Attachment is a file inside the document. Its name is letters, digits, dots,
// dashes and underscores.
type Attachment struct {
	Name, MIME, Description string
	Data                    []byte
	Packed                  *deflate.Stream // of Data; nil: Write compresses it
}

// Draft is a document that is complete but for SignedValue.dat: SES_Signature
// over what stands here, see ses.Sign.
type Draft struct {
	DataHash []byte    // SM3 of Signature.xml
	Property string    // the path of Signature.xml in the package
	At       time.Time // of sealing

	parts []part
}

// What Write refuses.
var (
	ErrGlyph    = errors.New("ofd: a character has no glyph in any font")
	ErrText     = errors.New("ofd: text that XML cannot hold")
	ErrDocument = errors.New("ofd: the document is incomplete")
)

// The parts, by their paths in the package.
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
