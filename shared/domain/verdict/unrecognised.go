package verdict

// FileKind is a kind of file that holds nothing that could be judged: the key of the text that says
// what to hand in instead.
type FileKind string

// The kinds. The texts of PictureFile, Archive and NamedFile name the format.
const (
	EmptyFile   FileKind = "integrity unrecognised empty"
	TextFile    FileKind = "integrity unrecognised text"
	WordsBeside FileKind = "integrity unrecognised beside"  // a text with a token or receipt, and words besides
	Preview     FileKind = "integrity unrecognised preview" // of a copy, drawn by this service
	PictureFile FileKind = "integrity unrecognised picture"
	Archive     FileKind = "integrity unrecognised archive"
	NamedFile   FileKind = "integrity unrecognised format"
	OtherFile   FileKind = "integrity unrecognised file"
)

// UnrecognisedText says that a text has neither a token nor a receipt. Nothing was examined, so
// nothing is false.
func UnrecognisedText() Finding { return newFinding(Integrity, Unsure, Unrecognised, nil) }

// UnrecognisedFile says that a file is no document of the kinds of this service, and which format it
// has.
func UnrecognisedFile(kind FileKind, format string) Finding {
	return newVariant(Integrity, Unsure, Unrecognised, string(kind), textValues{"format": sameValue(format)})
}

// ReceiptForToken says that a receipt stands where only a token is judged.
func ReceiptForToken() Finding {
	return newVariant(Integrity, Unsure, Unrecognised, "integrity unrecognised receipt", nil)
}

// SeveralTokens says that a text has more than one token or receipt, and none was examined.
func SeveralTokens() Finding { return newFinding(Integrity, Unsure, Several, nil) }
