package main

import (
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// The most that is read. A request may have 6 MB, of which base64 takes a
// quarter; a file of this service has about 100 KB.
const (
	maxFile = 4_400_000
	maxBody = 6 << 20
	maxText = 200  // characters of a question
	maxCode = 4096 // bytes of what a camera read
)

// ask is one question: exactly one of token, number with name, and file.
type ask struct {
	token        string
	number, name string
	file         []byte
	question     verdict.Question
}

// body is the JSON form.
type body struct {
	Token     string     `json:"token"`
	Number    string     `json:"number"`
	Name      string     `json:"name"`
	File      []byte     `json:"file"`
	AsOf      civil.Date `json:"asOf"`
	Specialty string     `json:"specialty"`
	Purpose   string     `json:"purpose"`
	Recipient string     `json:"recipient"`
}

// read takes the question out of either form of request: JSON, or a file as
// the body itself with the rest in the query.
func read(r *api.Request) (ask, error) {
	media, _, err := mime.ParseMediaType(r.Header["content-type"])
	if err != nil {
		return ask{}, problem.New(problem.UnsupportedMediaType)
	}
	switch media {
	case "application/json":
		return readJSON(r)
	case "application/pdf", "application/ofd", "application/octet-stream":
		return readFile(r)
	default:
		return ask{}, problem.New(problem.UnsupportedMediaType)
	}
}

func readJSON(r *api.Request) (ask, error) {
	var b body
	if err := api.DecodeMax(r, &b, maxBody); err != nil {
		return ask{}, err
	}
	a := ask{
		token: strings.TrimSpace(b.Token), number: strings.TrimSpace(b.Number), name: strings.TrimSpace(b.Name), file: b.File,
		question: verdict.Question{AsOf: b.AsOf, Specialty: b.Specialty, Purpose: b.Purpose, Recipient: b.Recipient},
	}
	return a, a.check()
}

func readFile(r *api.Request) (ask, error) {
	a := ask{file: r.Body, question: verdict.Question{
		Specialty: r.Query.Get("specialty"), Purpose: r.Query.Get("purpose"), Recipient: r.Query.Get("recipient"),
	}}
	if day := r.Query.Get("asOf"); day != "" {
		asOf, err := civil.Parse(day)
		if err != nil {
			return ask{}, invalid("/asOf", "type", "日期应为 YYYY-MM-DD。", "A day is written YYYY-MM-DD.")
		}
		a.question.AsOf = asOf
	}
	return a, a.check()
}

// check refuses what is no question. Whether a file or token is any good is not
// its business: that is a verdict.
func (a ask) check() error {
	given := 0
	for _, one := range []bool{a.token != "", a.number != "" || a.name != "", len(a.file) > 0} {
		if one {
			given++
		}
	}
	switch {
	case given != 1:
		return invalid("", "one", "请提交二维码内容、文件，或注册编号和姓名，三者之一。", "Give a QR code's content, a file, or a number with its name: one of the three.")
	case len(a.file) > maxFile:
		return problem.New(problem.FileTooLarge)
	case len(a.token) > maxCode:
		return invalid("/token", "length", "二维码内容过长。", "That is longer than a QR code's content.")
	case a.number == "" && a.name != "":
		return invalid("/number", "required", "请填写注册编号。", "The registration number is missing.")
	case a.number != "" && a.name == "":
		return invalid("/name", "required", "请填写姓名。", "The name is missing.")
	}
	return a.checkTexts()
}

func (a ask) checkTexts() error {
	if a.number != "" {
		if _, err := certificate.ParseNumber(a.number, ""); err != nil {
			return invalidNumber(err)
		}
	}
	for _, text := range []struct{ pointer, value string }{
		{"/name", a.name},
		{"/specialty", a.question.Specialty},
		{"/purpose", a.question.Purpose},
		{"/recipient", a.question.Recipient},
	} {
		if !utf8.ValidString(text.value) || utf8.RuneCountInString(text.value) > maxText {
			return invalid(text.pointer, "length", "不超过 200 个字。", "At most 200 characters.")
		}
	}
	return nil
}

// invalidNumber passes on what is wrong with a number and what was probably
// meant.
func invalidNumber(err error) error {
	field := problem.Field{Pointer: "/number", Rule: "number"}
	if e, ok := err.(*certificate.FieldError); ok {
		field = e.Problem()
		field.Pointer = "/number"
	}
	return problem.New(problem.InvalidField).WithField(field)
}

func invalid(pointer, rule, zh, en string) error {
	return problem.New(problem.InvalidField).WithField(problem.Field{
		Pointer: pointer, Rule: rule, Detail: problem.Text{ZH: zh, EN: en},
	})
}
