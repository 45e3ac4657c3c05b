package desk

import (
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// codes are those in a document that is no original: each proves the copy that it names, and nothing
// that is printed around it.
type codes struct {
	scan.Result
	tokens []Document // what each code's token proves, in their order
}

// searchFile finds the codes in a file that is no original, nil in any other.
func searchFile(data []byte, e verdict.Evidence, trust evidence.Trust, bounds scan.Bounds) *codes {
	if e.Integrity.Reason != verdict.NotOriginal {
		return nil
	}
	result, err := scan.Find(data, bounds)
	if err != nil { // of an OFD no codes are searched
		return nil
	}
	return newCodes(result, trust)
}

func newCodes(result scan.Result, trust evidence.Trust) *codes {
	found := &codes{Result: result}
	found.examine(trust)
	return found
}

// examine examines the token of each code, those that were examined before not again.
func (c *codes) examine(trust evidence.Trust) {
	known := map[string]Document{}
	for _, d := range c.tokens {
		known[d.token] = d
	}
	c.tokens = nil
	for _, one := range c.Codes {
		content, _ := credential.Find(one.Text)
		d, ok := known[content.Token]
		if !ok {
			d = Document{evidence: evidence.ExamineToken(content.Token, trust), token: content.Token}
		}
		c.tokens = append(c.tokens, d)
	}
}

// identities returns what to ask the register about: each token once, on however many pages it stands.
func (c codes) identities() (all []Identity) {
	known := map[string]bool{}
	for _, token := range c.tokens {
		if !known[token.token] {
			all = append(all, token.Identities()...)
		}
		known[token.token] = true
	}
	return all
}

// judge judges each code, with the register's entries about the identities in their order.
func (c codes) judge(asked Asked, register []*Entry) *foundCodes {
	found := &foundCodes{Pages: c.Pages, Unread: []unreadPage{}, Codes: []foundCode{}, Others: c.Others, Several: c.Several}
	for _, u := range c.Unread {
		found.Unread = append(found.Unread, unreadPage{u.Page, u.Why})
	}
	entries := map[string][]*Entry{}
	for i, identity := range c.identities() {
		if i < len(register) {
			entries[identity.Token] = register[i : i+1]
		}
	}
	for i, token := range c.tokens {
		found.Codes = append(found.Codes, foundCode{c.Codes[i].Page, token.token, c.Codes[i].Host(), token.Judge(asked, entries[token.token])})
	}
	return found
}

// ExaminePixels examines a picture that the browser decoded, of a format that is not read here: a byte
// of grey for each pixel.
func ExaminePixels(width, height int, grey []byte, trust evidence.Trust, bounds scan.Bounds) (Document, error) {
	result, err := scan.FindInPixels(width, height, grey, bounds)
	if err != nil {
		return Document{}, err
	}
	e := verdict.Evidence{Kind: verdict.Picture, Integrity: verdict.NotOriginalFile(verdict.Reproduced)}
	return Document{evidence: e, codes: newCodes(result, trust)}, nil
}

// Undrawn returns the pages of a PDF on which a code may have been missed and that another program may draw, as
// scan.Result does.
func (d Document) Undrawn() []int {
	if d.codes == nil || d.evidence.Kind != verdict.PDF {
		return nil
	}
	return d.codes.Undrawn()
}

// ListPages returns the pages to draw by another program that found so many pages, as scan.Result does.
func (d Document) ListPages(pages int, bounds scan.Bounds) []int {
	if d.codes == nil {
		return []int{}
	}
	return d.codes.ListPages(pages, bounds)
}

// AddDrawn searches a page that another program drew, as scan.Result does, and adds the codes on it to the document's.
func (d Document) AddDrawn(page, width, height int, grey []byte, trust evidence.Trust, bounds scan.Bounds) error {
	if d.codes == nil {
		return scan.ErrKind
	}
	if err := d.codes.AddDrawn(page, width, height, grey, bounds); err != nil {
		return err
	}
	d.codes.examine(trust)
	return nil
}

// foundCodes is the JSON of codes (openapi.yaml, FoundCodes).
type foundCodes struct {
	Pages  int          `json:"pages"`
	Unread []unreadPage `json:"unread"`
	Codes  []foundCode  `json:"codes"`
	Others int          `json:"others"`

	Several int `json:"several,omitempty"`
}

type unreadPage struct {
	Page   int      `json:"page"` // 0: the whole file
	Reason scan.Why `json:"reason"`
}

type foundCode struct {
	Page    int    `json:"page"`
	Token   string `json:"token"`
	LeadsTo string `json:"leadsTo,omitempty"` // host of its address, also the service's own
	Verdict Answer `json:"verdict"`
}
