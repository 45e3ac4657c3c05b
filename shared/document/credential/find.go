package credential

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// Content is what a text holds: a token or a receipt, exactly as it stands there.
type Content struct {
	Token   string
	Consent string // secret of a holder's consent behind the token, "" if there is none
	Receipt string
}

// Errors of Find and FindAlone.
var (
	// ErrNothing reports a text without a token or a receipt of this service.
	ErrNothing = errors.New("credential: neither a token nor a receipt")
	// ErrBeside reports a file that has a token or receipt and words besides.
	ErrBeside = errors.New("credential: words besides the token or receipt")
	// ErrSeveral reports a text with several, of which none is preferred.
	ErrSeveral = errors.New("credential: several tokens or receipts")
)

// Find returns the token or receipt in a text. What surrounds it is no part of it: an address of
// any spelling, parameters that a chat program added, a sentence with its full stop, invisible
// characters, the line breaks of a mail. What it returns may still be altered or incomplete;
// Parse and ParseReceipt judge that.
func Find(text string) (Content, error) {
	text = strings.Map(dropInvisible, text)
	pieces, foreign := findPieces(text, form().piece)
	switch {
	case len(pieces) > 1:
		return Content{}, ErrSeveral
	case len(pieces) == 1 && pieces[0].isWhole():
		return contentOf(pieces[0]), nil
	}
	rejoined, _ := findPieces(form().lineBreak.ReplaceAllString(text, ""), form().joined)
	switch {
	case len(rejoined) > 1:
		return Content{}, ErrSeveral
	case len(rejoined) == 1 && (len(pieces) == 0 || len(pieces[0].text) < len(rejoined[0].text)):
		return contentOf(rejoined[0]), nil
	case len(pieces) == 1:
		return contentOf(pieces[0]), nil
	case !foreign:
		if m := form().alone.FindStringSubmatch(text); m != nil {
			return contentOf(piece{text: m[1]}), nil
		}
	}
	return Content{}, ErrNothing
}

// FindAlone is Find for the text of a file, which is refused as ErrBeside if it has any words besides
// the address that the token or receipt stands in. A file with words of its own would be taken for a
// document that was verified.
func FindAlone(text string) (Content, error) {
	found, err := Find(text)
	if err != nil {
		return Content{}, err
	}
	text, held := strings.Map(dropInvisible, text), found.Token+found.Receipt
	before, after, inOneLine := strings.Cut(text, held)
	if !inOneLine {
		before, after = cutAcrossLines(form().lineBreak.ReplaceAllString(text, "\n"), held)
	}
	before = strings.TrimSuffix(strings.TrimRightFunc(before, isAddress), "<")
	after = strings.TrimPrefix(strings.TrimLeftFunc(after, isAddress), ">")
	if strings.ContainsFunc(before+after, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsPunct(r) }) {
		return Content{}, ErrBeside
	}
	return found, nil
}

// cutAcrossLines returns what is before and after a JWS in a text, which may have line breaks within
// it.
func cutAcrossLines(text, jws string) (before, after string) {
	for start := range text {
		n := 0
		for at := start; at < len(text) && n < len(jws); at++ {
			switch {
			case text[at] == jws[n]:
				n++
			case text[at] != '\n' || n == 0:
				at = len(text)
			}
			if n == len(jws) {
				return text[:start], text[at+1:]
			}
		}
	}
	return text, ""
}

// isAddress reports whether an address may have the character (RFC 3986, appendix A). Markup has others.
func isAddress(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("-._~:/?#@!$&()*+,;=%", r)
}

// forms are the expressions of Find. The page's module token.js has the same.
type forms struct {
	piece     *regexp.Regexp // a JWS, or what is left of one, from the beginning of its header
	whole     *regexp.Regexp // a JWS with a signature of 64 bytes
	joined    *regexp.Regexp // a whole one where line breaks were removed, so that its end is known by its length only
	alone     *regexp.Regexp // a whole text, or what follows the page's address, that looks like a JWS with another beginning
	lineBreak *regexp.Regexp // with the marks of a mail: = before it, > behind it
	consent   *regexp.Regexp // what follows a token
}

var form = sync.OnceValue(func() forms {
	const before = `(?:^|[^0-9A-Za-z_-]|%[0-9A-Fa-f]{2})`
	return forms{
		piece:     regexp.MustCompile(before + `(eyJ[0-9A-Za-z_-]*(?:\.[0-9A-Za-z_-]*)+=*)`),
		whole:     regexp.MustCompile(`^[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]{86}$`),
		joined:    regexp.MustCompile(before + `(eyJ[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]{86})`),
		alone:     regexp.MustCompile(`^(?:[^#]*/[vV]/?#)?[ \t\r\n\x{3000}]*([0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{64,}(?:\.[0-9A-Za-z_-]*)+=*)[ \t\r\n\x{3000}]*$`),
		lineBreak: regexp.MustCompile(`=?[ \t]*\r?\n[ \t\r\n>]*`),
		consent:   regexp.MustCompile(`^[^ \t\r\n\x{3000}<>"]*?consent(?:=|%3[Dd])([0-9A-Za-z]+)`),
	}
})

// dropInvisible removes the characters that nobody sees: marks of encoding and direction, joiners.
func dropInvisible(r rune) rune {
	if r == 0 || unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// piece is a candidate in a text, and the secret of a consent behind it.
type piece struct{ text, consent string }

func (p piece) isWhole() bool { return form().whole.MatchString(p.text) }

// maxBehind is how far behind a token its consent is searched, in bytes.
const maxBehind = 512

// findPieces returns the different candidates in a text, and whether it passed over any of another
// system.
func findPieces(text string, jws *regexp.Regexp) (found []piece, foreign bool) {
	for _, at := range jws.FindAllStringSubmatchIndex(text, -1) {
		p := piece{text: strings.TrimRight(text[at[2]:at[3]], "._-")}
		if m := form().consent.FindStringSubmatch(text[at[3]:min(len(text), at[3]+maxBehind)]); m != nil {
			p.consent = m[1]
		}
		switch {
		case !strings.Contains(p.text, "."):
		case isForeign(p.text):
			foreign = true
		default:
			found = addPiece(found, p)
		}
		if len(found) > 1 { // more of them would not make it one
			break
		}
	}
	return found, foreign
}

// addPiece adds a candidate that is not there yet. A mail may show the beginning of an address and
// lead to the whole of it, with or without its consent.
func addPiece(found []piece, p piece) []piece {
	for i, other := range found {
		switch {
		case extends(other, p):
			return found
		case extends(p, other):
			found[i] = p
			return found
		}
	}
	return append(found, p)
}

// extends reports whether b is a, or a without its consent or its end.
func extends(a, b piece) bool {
	if a.text == b.text {
		return a.consent == b.consent || b.consent == ""
	}
	return !b.isWhole() && b.consent == "" && strings.HasPrefix(a.text, b.text)
}

// isForeign reports whether a JWS is of another system: it has an object of claims, as every JWT
// has, and not the header of a token or receipt.
func isForeign(jws string) bool {
	head, body, _ := strings.Cut(jws, ".")
	const object = "eyJ" // {" in base64url
	h := readHeader(head)
	return strings.HasPrefix(body, object) && !strings.HasPrefix(head, encoding.EncodeToString([]byte(`{"alg":"ES256","kid":`))) &&
		h.Type != receiptType && !strings.HasPrefix(h.KeyID, receiptNamePrefix)
}

// readHeader reads a header of any spelling, so far as it is one.
func readHeader(part string) (h header) {
	if text, err := encoding.DecodeString(part); err == nil {
		_ = json.Unmarshal(text, &h)
	}
	return h
}

func contentOf(p piece) Content {
	head, _, _ := strings.Cut(p.text, ".")
	if readHeader(head).Type == receiptType {
		return Content{Receipt: p.text}
	}
	return Content{Token: p.text, Consent: p.consent}
}
