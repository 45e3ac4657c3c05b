package main

import (
	"cmp"
	"errors"
	"fmt"
	"mime"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
)

// Limits of a request. A request may have 6 MB, of which base64 takes a quarter; a file of this
// service has about 100 KB.
const (
	maxFile = 4_400_000
	maxBody = 6 << 20
	maxName = 100              // characters of the asker's name
	maxCode = evidence.MaxText // bytes of a text that holds a code or a receipt
)

// verifyRequest is one question. It has exactly one of token, receipt, number with name, and file.
type verifyRequest struct {
	numbers      certificate.Grammars // of the kinds of certificate
	token        string
	receipt      string
	number, name string
	file         []byte
	question     verdict.Question

	printed     verdict.Printed
	asker       string // as the asker states it
	consent     string // secret of a holder's consent
	purpose     string // the purpose that an organisation states
	wantReceipt bool
}

// requestBody is the JSON form.
type requestBody struct {
	Token     string `json:"token"`
	Number    string `json:"number"`
	Name      string `json:"name"`
	File      []byte `json:"file"`
	Receipt   string `json:"receipt"`
	AsOf      string `json:"asOf"`
	Specialty string `json:"specialty"`
	Purpose   string `json:"purpose"`
	Recipient string `json:"recipient"`

	Printed       printedJSON `json:"printed"`
	Asker         asker       `json:"asker"`
	Consent       string      `json:"consent"`
	StatedPurpose string      `json:"statedPurpose"`
	WantReceipt   bool        `json:"wantReceipt"`
}

type asker struct {
	Name string `json:"name"`
}

// read reads the question from either form of request: JSON, or a file as the body with the other
// values in the query.
func read(r *api.Request, numbers certificate.Grammars) (verifyRequest, error) {
	media, _, err := mime.ParseMediaType(r.Header["content-type"])
	if err != nil {
		media = ""
	}
	switch media {
	case "application/json":
		return readJSON(r, numbers)
	case "application/pdf", "application/ofd", "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "application/octet-stream":
		file, err := r.Body()
		if err != nil {
			return verifyRequest{}, err
		}
		return readQuery(r, verifyRequest{file: file})
	case "application/jose":
		receipt, err := r.Body()
		if err != nil {
			return verifyRequest{}, err
		}
		if evidence.IsDocument(receipt) {
			return readQuery(r, verifyRequest{file: receipt})
		}
		return readQuery(r, verifyRequest{receipt: string(receipt)})
	default:
		return verifyRequest{}, api.UnsupportedMedia(r, "application/json", "application/pdf", "application/ofd", "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "application/jose", "application/octet-stream")
	}
}

func readJSON(r *api.Request, numbers certificate.Grammars) (verifyRequest, error) {
	var b requestBody
	if err := api.DecodeMax(r, &b, maxBody); err != nil {
		if found, ok := errors.AsType[*problem.Problem](err); ok && found.Code == problem.BodyTooLarge { // by a file, since nothing else is as large
			return verifyRequest{}, problem.New(problem.FileTooLarge)
		}
		return verifyRequest{}, err
	}
	asOf, err := verifying.ReadDay(b.AsOf, civil.Of(r.Time))
	if err != nil {
		return verifyRequest{}, err
	}
	printed, err := b.Printed.read("/printed")
	if err != nil {
		return verifyRequest{}, err
	}
	return readQuery(r, verifyRequest{
		printed: printed, numbers: numbers,
		token: b.Token, receipt: b.Receipt, number: b.Number, name: b.Name, file: b.File,
		question: verdict.Question{AsOf: asOf, Specialty: b.Specialty, Purpose: b.Purpose, Recipient: b.Recipient},
		asker:    b.Asker.Name, consent: b.Consent,
		purpose: b.StatedPurpose, wantReceipt: b.WantReceipt,
	})
}

// readQuery adds the query's values to the body's, and refuses a value that both have. A consent's
// secret is not read from the query, because URLs end up in logs.
func readQuery(r *api.Request, a verifyRequest) (verifyRequest, error) {
	a.tidy()
	for name, to := range map[string]*string{
		"specialty": &a.question.Specialty, "purpose": &a.question.Purpose, "recipient": &a.question.Recipient,
		"asker": &a.asker, "statedPurpose": &a.purpose,
	} {
		text := verifying.TidyText(r.Query.Get(name))
		if text != "" && *to != "" {
			return verifyRequest{}, repeatedFieldError(name)
		}
		*to += text
	}
	if want := verifying.TidyText(r.Query.Get("wantReceipt")); want != "" {
		switch {
		case a.wantReceipt:
			return verifyRequest{}, repeatedFieldError("wantReceipt")
		case want != "true" && want != "false":
			return verifyRequest{}, verifying.NewFieldProblem("/wantReceipt", "type", "应为 true 或 false。", "That is true or false.")
		default:
			a.wantReceipt = want == "true"
		}
	}
	asOf, err := verifying.ReadDay(r.Query.Get("asOf"), civil.Of(r.Time))
	switch {
	case err != nil:
		return verifyRequest{}, err
	case !asOf.IsZero() && !a.question.AsOf.IsZero():
		return verifyRequest{}, repeatedFieldError("asOf")
	case !asOf.IsZero():
		a.question.AsOf = asOf
	}
	if err := a.normalizeTexts(); err != nil {
		return verifyRequest{}, err
	}
	if err := a.check(); err != nil {
		return verifyRequest{}, err
	}
	return a.recognise(), nil
}

// normalizeTexts normalizes every text that is compared or kept.
func (a *verifyRequest) normalizeTexts() (err error) {
	if err := verifying.NormalizeQuestion(&a.question); err != nil {
		return err
	}
	if a.asker, err = verifying.NormalizeText("/asker/name", a.asker, maxName); err != nil {
		return err
	}
	a.purpose, err = verifying.NormalizeText("/statedPurpose", a.purpose, verifying.MaxText)
	return err
}

// tidy removes the blanks around all texts. A text that shows nothing is not given, in the body as
// in the query.
func (a *verifyRequest) tidy() {
	for _, text := range []*string{
		&a.token, &a.receipt, &a.number, &a.name, &a.consent, &a.asker, &a.purpose,
		&a.question.Specialty, &a.question.Purpose, &a.question.Recipient,
	} {
		*text = verifying.TidyText(*text)
	}
}

// recognise sorts what was given by what it holds: the token or receipt in a text, whichever member
// or media type brought it. What holds neither stays as it is, and the verdict says so.
func (a verifyRequest) recognise() verifyRequest {
	var found credential.Content
	var err error
	switch {
	case a.file != nil:
		found, err = evidence.FindContent(a.file)
	case a.number == "":
		found, err = credential.Find(a.token + a.receipt)
	}
	if err != nil || found == (credential.Content{}) {
		return a
	}
	a.token, a.receipt, a.file, a.consent = found.Token, found.Receipt, nil, cmp.Or(a.consent, found.Consent)
	return a
}

// isTooLong reports whether a text is too long to be searched, and no manifest either.
func isTooLong(text string) bool {
	_, err := credential.Find(text)
	return len(text) > maxCode && err != nil
}

func repeatedFieldError(name string) error {
	return verifying.NewFieldProblem("/"+name, "repeated", "请求内容和地址中都有此项。", "It stands in the body and in the query.")
}

// check refuses a request that is not a well-formed question. Whether a file or token is genuine is
// for the verdict.
func (a *verifyRequest) check() error {
	if len(a.file) == 0 {
		if a.file != nil && a.token+a.receipt+a.number+a.name == "" {
			return verifying.NewFieldProblem("/file", "empty", "文件是空的（0 字节），请重新下载后提交。", "The file is empty (0 bytes). Download it again.")
		}
		a.file = nil
	}
	if err := a.checkGiven(); err != nil {
		return err
	}
	switch {
	case len(a.file) > maxFile:
		return problem.New(problem.FileTooLarge).WithField(problem.Field{
			Pointer: "/file", Rule: "length", Detail: problem.Text{
				ZH: fmt.Sprintf("收到 %d 字节，最多 %d 字节。", len(a.file), maxFile), EN: fmt.Sprintf("It has %d bytes; at most %d are taken.", len(a.file), maxFile),
			},
		})
	case isTooLong(a.token):
		return verifying.NewFieldProblem("/token", "length", "二维码内容过长，最多 393216 字节。请只提交二维码的网址。", "At most 393216 bytes are searched for a QR code's content. Hand in its address alone.")
	case isTooLong(a.receipt):
		return verifying.NewFieldProblem("/receipt", "length", "核验回执过长，最多 393216 字节。请只提交核验回执。", "At most 393216 bytes are searched for a receipt. Hand in the receipt alone.")
	case len(a.consent) > maxName:
		return verifying.NewFieldProblem("/consent", "length", "授权码过长。", "That is longer than a consent's secret.")
	case a.number == "" && a.name != "":
		return verifying.NewFieldProblem("/number", "required", "请填写证书编号。", "The certificate's number is missing.")
	case a.number != "" && a.name == "":
		return verifying.NewFieldProblem("/name", "required", "请填写姓名。", "The name is missing.")
	}
	return a.checkTexts()
}

// checkGiven refuses a request that gives nothing to verify, or more than one thing.
func (a verifyRequest) checkGiven() error {
	wrong := problem.New(problem.InvalidField)
	for _, one := range []struct {
		pointer string
		given   bool
	}{{"/token", a.token != ""}, {"/file", a.file != nil}, {"/receipt", a.receipt != ""}, {"/number", a.number != "" || a.name != ""}} {
		if one.given {
			wrong = wrong.WithField(problem.Field{Pointer: one.pointer, Rule: "one", Detail: problem.Text{
				ZH: "二维码内容、文件、核验回执、证书编号和姓名，四者只提交其一。", EN: "Give one of the four: a QR code's content, a file, a receipt, or a number with its name.",
			}})
		}
	}
	switch len(wrong.Fields) {
	case 0:
		return verifying.NewFieldProblem("", "one",
			"请提交二维码内容（token）、文件（file）、核验回执（receipt），或证书编号和姓名（number 和 name），四者之一。",
			"Give a QR code's content (token), a file (file), a receipt (receipt), or a number with its name (number and name): one of the four.")
	case 1:
		return nil
	}
	return wrong
}

// checkTexts checks the number, the name and the texts that are kept.
func (a *verifyRequest) checkTexts() error {
	if a.number != "" {
		if _, err := a.numbers.Parse(a.number); err != nil {
			return api.NewFieldProblem("/number", err)
		}
		name, err := certificate.NormalizeSearchedName(a.name)
		if err != nil {
			return api.NewFieldProblem("/name", err)
		}
		a.name = name
	}
	if err := verifying.CheckKept("/asker/name", a.asker); err != nil {
		return err
	}
	return verifying.CheckKept("/statedPurpose", a.purpose)
}
