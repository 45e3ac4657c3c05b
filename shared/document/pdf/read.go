package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"
)

// File is the content of a PDF of this service.
type File struct {
	Format      int // number of its format
	Attachments []Attachment
	Signature   *Signed // nil if the file is unsigned
	Validation  *Validation
	Problems    []Problem
}

// Signed is the unverified signature of a file. The caller has to verify CMS against
// Digest and to require that the file has no Problems.
type Signed struct {
	CMS         []byte    // DER
	Digest      []byte    // SHA-256 of the bytes that the signature claims to cover
	CoversWhole bool      // those are the whole file except the signature's own value
	SubFilter   string    // "ETSI.CAdES.detached"
	At          time.Time // claimed time of signing, covered by the digest
	Name        string    // claimed signer
}

// Problem is a difference between a file and the file that was signed.
type Problem string

// The problems of a file that can still be read.
const (
	Appended   Problem = "data was appended to the signed file"
	NotCovered Problem = "the signature does not cover the whole file"
	NotFinal   Problem = "the signature does not forbid changes"
	Padded     Problem = "there is data after the signature's value"
)

// Why a file cannot be read.
var (
	ErrForeign  = errors.New("not a PDF written by this service")
	ErrBroken   = errors.New("a damaged or altered PDF")
	ErrTooLarge = errors.New("a PDF larger than this service writes")
)

// Limits on what is read.
const (
	MaxFile       = 6 << 20 // bytes
	maxObjects    = 2000
	maxAttachment = 1 << 20 // bytes, inflated
	maxRatio      = 200     // of inflated to compressed size
	maxProofs     = 64      // certificates and statements of validation
)

// subFilter is the only kind of signature that is written and read.
const subFilter = "ETSI.CAdES.detached"

// Read reads exactly the files that Write writes, and no other PDFs. A file that another
// program has saved again is ErrForeign or ErrBroken, even if it looks the same. A file
// to which data was appended is read up to its original end, with the Problem Appended.
// Memory and time are bounded by the size of data. Errors wrap ErrForeign, ErrBroken or
// ErrTooLarge.
func Read(data []byte) (*File, error) {
	if len(data) > MaxFile {
		return nil, ErrTooLarge
	}
	b, err := parseBody(data)
	if err != nil {
		return nil, fmt.Errorf("read PDF: %w", err)
	}
	f := &File{Format: b.format}
	root, ok := b.follow(b.trailer["Root"]).(dict)
	if !ok {
		return nil, fmt.Errorf("read PDF: %w: trailer", ErrBroken)
	}
	if b.end != len(data) {
		f.Problems = append(f.Problems, Appended)
	}
	if err := f.readAttachments(b, root); err != nil {
		return nil, fmt.Errorf("read PDF: %w", err)
	}
	if f.Validation, err = b.readValidation(root); err != nil {
		return nil, fmt.Errorf("read PDF: %w", err)
	}
	if root["AcroForm"] == nil {
		return f, nil
	}
	if err := f.readSignature(b, root, data); err != nil {
		return nil, fmt.Errorf("read PDF: %w", err)
	}
	return f, nil
}

// follow returns the object of a reference, and any other object unchanged.
func (b *body) follow(o any) any {
	if r, ok := o.(ref); ok {
		return b.objects[r]
	}
	return o
}

func (b *body) dict(o any) dict {
	d, _ := b.follow(o).(dict)
	return d
}

// readSignature finds the one signature field and its dictionary.
func (f *File) readSignature(b *body, root dict, data []byte) error {
	fields, _ := b.dict(root["AcroForm"])["Fields"].(array)
	if len(fields) != 1 {
		return fmt.Errorf("%w: %d form fields", ErrBroken, len(fields))
	}
	field := b.dict(fields[0])
	value, _ := field["V"].(ref)
	d := b.dict(value)
	contents, ok := d["Contents"].(text)
	if _, packed := b.packed[value]; packed {
		return fmt.Errorf("%w: a packed signature", ErrBroken)
	}
	if field["FT"] != name("Sig") || d["Type"] != name("Sig") || d["SubFilter"] != name(subFilter) || !ok {
		return fmt.Errorf("%w: signature field", ErrBroken)
	}
	if b.dict(root["Perms"])["DocMDP"] != any(value) || !forbidsChanges(b, d) {
		f.Problems = append(f.Problems, NotFinal)
	}
	s := &Signed{SubFilter: subFilter, At: parseDate(d["M"]), Name: decodeText(d["Name"])}
	if err := s.readRange(d["ByteRange"], contents, data); err != nil {
		return err
	}
	var rest []byte
	s.CMS, rest = firstElement(contents.value)
	if !contents.lowerHex || len(bytes.Trim(rest, "\x00")) > 0 {
		f.Problems = append(f.Problems, Padded)
	}
	if !s.CoversWhole {
		f.Problems = append(f.Problems, NotCovered)
	}
	f.Signature = s
	return nil
}

// forbidsChanges reports whether the signature has the transform method DocMDP with level
// 1 (ISO 32000-1, 12.8.2.2).
func forbidsChanges(b *body, signature dict) bool {
	references, _ := signature["Reference"].(array)
	if len(references) != 1 {
		return false
	}
	r := b.dict(references[0])
	return r["TransformMethod"] == name("DocMDP") && b.dict(r["TransformParams"])["P"] == 1
}

// readRange computes the digest of the bytes that the signature claims to cover, and
// compares them with the bytes that it has to cover.
func (s *Signed) readRange(o any, contents text, data []byte) error {
	list, _ := o.(array)
	var r [4]int
	if len(list) != len(r) {
		return fmt.Errorf("%w: byte range", ErrBroken)
	}
	for i, v := range list {
		n, ok := v.(int)
		if !ok || n < 0 || n > len(data) {
			return fmt.Errorf("%w: byte range", ErrBroken)
		}
		r[i] = n
	}
	if r[0]+r[1] > r[2] || r[2]+r[3] > len(data) {
		return fmt.Errorf("%w: byte range", ErrBroken)
	}
	hash := sha256.New()
	hash.Write(data[r[0] : r[0]+r[1]])
	hash.Write(data[r[2] : r[2]+r[3]])
	s.Digest = hash.Sum(nil)
	s.CoversWhole = r == [4]int{0, contents.start, contents.end, len(data) - contents.end}
	return nil
}

// firstElement splits b into the DER SEQUENCE at its beginning and the rest.
func firstElement(b []byte) (element, rest []byte) {
	if len(b) < 4 || b[0] != 0x30 {
		return nil, b
	}
	size := 2 + int(b[1])
	switch b[1] {
	case 0x81:
		size = 3 + int(b[2])
	case 0x82:
		size = 4 + int(binary.BigEndian.Uint16(b[2:]))
	default:
		if b[1] >= 0x80 {
			return nil, b
		}
	}
	if size > len(b) {
		return nil, b
	}
	return b[:size], b[size:]
}

// readAttachments reads the embedded files that the catalog names.
func (f *File) readAttachments(b *body, root dict) error {
	names, _ := b.dict(b.dict(root["Names"])["EmbeddedFiles"])["Names"].(array)
	for i := 0; i+1 < len(names); i += 2 {
		a, err := b.attachment(names[i+1])
		if err != nil {
			return fmt.Errorf("attachment %q: %w", decodeText(names[i]), err)
		}
		f.Attachments = append(f.Attachments, a)
		if len(f.Attachments) > 4 {
			return fmt.Errorf("%w: too many attachments", ErrBroken)
		}
	}
	return nil
}

func (b *body) attachment(o any) (Attachment, error) {
	spec := b.dict(o)
	file, ok := b.follow(b.dict(spec["EF"])["F"]).(stream)
	if !ok || file.dict["Filter"] != name("FlateDecode") || spec["AFRelationship"] != name("Data") {
		return Attachment{}, ErrBroken
	}
	data, err := inflate(file.data)
	if err != nil {
		return Attachment{}, err
	}
	if b.dict(file.dict["Params"])["Size"] != len(data) {
		return Attachment{}, fmt.Errorf("%w: size", ErrBroken)
	}
	mime, _ := file.dict["Subtype"].(name)
	return Attachment{Name: decodeText(spec["UF"]), MIME: string(mime), Description: decodeText(spec["Desc"]), Data: data}, nil
}

// inflate decompresses data, up to the size of the largest attachment.
func inflate(data []byte) ([]byte, error) {
	source := bytes.NewReader(data)
	z, err := openZlib(source)
	if err != nil {
		return nil, fmt.Errorf("%w: compression", ErrBroken)
	}
	defer inflaters.Put(z)
	limit := min(maxAttachment, maxRatio*len(data))
	out, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if err != nil || len(out) > limit || source.Len() != 0 {
		return nil, fmt.Errorf("%w: compression", ErrBroken)
	}
	return out, nil
}

// inflaters are the readers of inflate. A reader has some 40 KB of tables and window, and may be reset.
var inflaters sync.Pool

func openZlib(source io.Reader) (io.ReadCloser, error) {
	z, ok := inflaters.Get().(io.ReadCloser)
	if !ok {
		return zlib.NewReader(source)
	}
	return z, z.(zlib.Resetter).Reset(source, nil)
}

// decodeText decodes a text string (ISO 32000-1, 7.9.2.2).
func decodeText(o any) string {
	t, _ := o.(text)
	raw, ok := bytes.CutPrefix(t.value, []byte{0xFE, 0xFF})
	if !ok {
		return string(t.value)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units))
}

// parseDate parses a date as appendDate writes it. It returns the zero time for any other
// text.
func parseDate(o any) time.Time {
	t, _ := o.(text)
	at, err := time.Parse("D:20060102150405-0700", strings.ReplaceAll(string(t.value), "'", ""))
	if err != nil {
		return time.Time{}
	}
	return at
}
