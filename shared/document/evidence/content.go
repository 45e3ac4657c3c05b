package evidence

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/svg"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// MaxText bounds a text that is searched for a token or receipt, in bytes.
const MaxText = credential.MaxText

// FindContent returns the token or receipt that is all of a file that is a text, with its address
// and marks of encoding. A longer text is at most a manifest. The error is one of package credential, ErrNothing also for what is no text.
func FindContent(file []byte) (credential.Content, error) {
	const begin = 512
	if len(file) > MaxText && !bytes.Contains(file[:begin], []byte("eyJ")) {
		return credential.Content{}, credential.ErrNothing
	}
	text, ok := readText(file)
	if !ok {
		return credential.Content{}, credential.ErrNothing
	}
	return credential.FindAlone(text)
}

// readText returns the text of a file, in UTF-8 or another encoding that contains ASCII, or in
// UTF-16 with its mark.
func readText(file []byte) (text string, ok bool) {
	if len(file) > credential.MaxManifest || kindOf(file) != verdict.File {
		return "", false
	}
	switch text = string(file); {
	case strings.HasPrefix(text, "\xff\xfe"):
		text = decodeUTF16(file[2:], binary.LittleEndian)
	case strings.HasPrefix(text, "\xfe\xff"):
		text = decodeUTF16(file[2:], binary.BigEndian)
	}
	return text, !strings.ContainsFunc(text, isControl)
}

// isControl reports whether a character is none of a text: a control character of ASCII other than
// white space and NUL, which package credential passes over.
func isControl(r rune) bool { return r < ' ' && !strings.ContainsRune("\x00\t\n\v\f\r", r) }

func decodeUTF16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// unrecognisedFile returns the evidence of a file that is neither a document nor a text of this
// service: what it is, as far as its first bytes tell.
func unrecognisedFile(data []byte) verdict.Evidence {
	kind, format := formatOf(data)
	e := verdict.Evidence{Kind: verdict.File, Integrity: verdict.UnrecognisedFile(kind, format)}
	switch _, err := FindContent(data); {
	case errors.Is(err, credential.ErrSeveral):
		e.Integrity = verdict.SeveralTokens()
	case errors.Is(err, credential.ErrBeside):
		e.Integrity = verdict.UnrecognisedFile(verdict.WordsBeside, "")
	}
	return e
}

// formatOf tells a file's kind and its format's name, "" if that is not known.
func formatOf(data []byte) (verdict.FileKind, string) {
	switch {
	case len(data) == 0:
		return verdict.EmptyFile, ""
	case svg.IsPreview(data):
		return verdict.Preview, ""
	case bytes.Contains(data[:min(len(data), headerSearchLength)], []byte("<svg")):
		return verdict.PictureFile, "SVG"
	case kindOf(data) == verdict.OFD:
		return archiveFormat(data)
	}
	for _, f := range formats() {
		if len(data) >= f.at && bytes.HasPrefix(data[f.at:], []byte(f.mark)) {
			return f.kind, f.name
		}
	}
	if _, ok := readText(data); ok && len(data) <= MaxText {
		return verdict.TextFile, ""
	}
	return verdict.OtherFile, ""
}

// IsDocument reports whether data is a PDF or OFD, or what is left of one.
func IsDocument(data []byte) bool { return kindOf(data) != verdict.File }

// HoldsFiles reports whether a zip with these names is an archive of files, and neither an OFD, or what is
// left of one, nor an office document.
func HoldsFiles(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		name = strings.ToLower(name)
		return name == "ofd.xml" || strings.HasPrefix(name, "doc_") && strings.HasSuffix(name, ".xml") || name == "[content_types].xml"
	})
}

// isArchive reports whether a zip has names, but neither the root of an OFD in any spelling nor a folder
// that is called like its first document.
func isArchive(data []byte) bool {
	names := ofd.Names(data)
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		name = strings.ToLower(name)
		return strings.HasSuffix(name, "ofd.xml") || strings.HasPrefix(name, "doc_")
	})
}

// archiveFormat tells an office document from an archive.
func archiveFormat(data []byte) (verdict.FileKind, string) {
	for _, name := range ofd.Names(data) {
		folder, _, _ := strings.Cut(name, "/")
		if office := map[string]string{"word": "Word", "xl": "Excel", "ppt": "PowerPoint"}[folder]; office != "" {
			return verdict.NamedFile, office
		}
	}
	return verdict.Archive, "ZIP"
}

// format is a format that people hand in instead of a PDF or OFD.
type format struct {
	at   int
	mark string
	kind verdict.FileKind
	name string
}

func formats() []format {
	return []format{
		{0, "\xff\xd8\xff", verdict.PictureFile, "JPEG"},
		{0, "\x89PNG\r\n", verdict.PictureFile, "PNG"},
		{0, "GIF8", verdict.PictureFile, "GIF"},
		{0, "BM", verdict.PictureFile, "BMP"},
		{0, "II*\x00", verdict.PictureFile, "TIFF"},
		{0, "MM\x00*", verdict.PictureFile, "TIFF"},
		{8, "WEBP", verdict.PictureFile, "WebP"},
		{4, "ftyphei", verdict.PictureFile, "HEIC"},
		{4, "ftypmif1", verdict.PictureFile, "HEIC"},
		{4, "ftyp", verdict.NamedFile, "MP4"},
		{0, "Rar!\x1a", verdict.Archive, "RAR"},
		{0, "7z\xbc\xaf\x27\x1c", verdict.Archive, "7-Zip"},
		{0, "\x1f\x8b", verdict.Archive, "gzip"},
		{257, "ustar", verdict.Archive, "tar"},
		{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", verdict.NamedFile, "Word 97/Excel 97/WPS"},
		{0, "{\\rtf", verdict.NamedFile, "RTF"},
		{0, "<!DOCTYPE html", verdict.NamedFile, "HTML"},
		{0, "<html", verdict.NamedFile, "HTML"},
	}
}
