package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// Limits of a batch.
const (
	maxItems     = 100
	maxBatchBody = 1 << 20
	maxItemToken = 4 << 10 // bytes of a token with its address
)

// batchRequest is one question about many copies.
type batchRequest struct {
	question verdict.Question
	asker    string
	items    []batchItem

	build       string // of the caller's program, as they state it
	wantReceipt bool
}

// batchBody is its JSON form.
type batchBody struct {
	AsOf      string      `json:"asOf"`
	Specialty string      `json:"specialty"`
	Purpose   string      `json:"purpose"`
	Recipient string      `json:"recipient"`
	Asker     asker       `json:"asker"`
	Items     []batchItem `json:"items"`

	Build       string `json:"build"`
	WantReceipt bool   `json:"wantReceipt"`
}

// batchItem is either a token or what the caller's machine found in a file: verdict.StatedFile.
type batchItem struct {
	Token      string                 `json:"token"`
	Given      verdict.Kind           `json:"given"`
	SHA256     string                 `json:"sha256"`
	CopyDigest string                 `json:"copyDigest"`
	Copy       *verdict.StatedCopy    `json:"copy"`
	Signing    *verdict.StatedSigning `json:"signing"`
	Printed    printedJSON            `json:"printed"` // of a token

	printed verdict.Printed
}

func (i batchItem) file() verdict.StatedFile {
	return verdict.StatedFile{Kind: i.Given, SHA256: i.SHA256, CopyDigest: i.CopyDigest, Copy: *i.Copy, Signing: i.Signing}
}

// readBatch refuses what is not a well-formed question, with the pointer to the item.
func readBatch(r *api.Request) (batchRequest, error) {
	var b batchBody
	if err := api.DecodeMax(r, &b, maxBatchBody); err != nil {
		return batchRequest{}, err
	}
	tidy := verifying.TidyText
	asked := batchRequest{
		question: verdict.Question{Specialty: tidy(b.Specialty), Purpose: tidy(b.Purpose), Recipient: tidy(b.Recipient)},
		items:    b.Items, wantReceipt: b.WantReceipt,
	}
	var err error
	if asked.question.AsOf, err = verifying.ReadDay(b.AsOf, civil.Of(r.Time)); err != nil {
		return batchRequest{}, err
	}
	if err := verifying.NormalizeQuestion(&asked.question); err != nil {
		return batchRequest{}, err
	}
	if asked.asker, err = verifying.NormalizeText("/asker/name", tidy(b.Asker.Name), maxName); err != nil {
		return batchRequest{}, err
	}
	if err := verifying.CheckKept("/asker/name", asked.asker); err != nil {
		return batchRequest{}, err
	}
	if asked.build, err = verifying.NormalizeText("/build", tidy(b.Build), maxName); err != nil {
		return batchRequest{}, err
	}
	if err := verifying.CheckKept("/build", asked.build); err != nil {
		return batchRequest{}, err
	}
	if n := len(asked.items); n == 0 || n > maxItems {
		return batchRequest{}, verifying.NewFieldProblem("/items", "length",
			fmt.Sprintf("应有 1 至 %d 项，收到 %d 项。", maxItems, n), fmt.Sprintf("There are 1 to %d items; these are %d.", maxItems, n))
	}
	for i := range asked.items {
		item, at := &asked.items[i], fmt.Sprintf("/items/%d", i)
		item.Token = tidy(item.Token)
		if err := item.check(at); err != nil {
			return batchRequest{}, err
		}
		if item.printed, err = item.Printed.read(at + "/printed"); err != nil {
			return batchRequest{}, err
		}
	}
	return asked, nil
}

// check refuses an item that is neither one token nor one file.
func (i batchItem) check(at string) error {
	isFile := i.Given != "" || i.SHA256 != "" || i.CopyDigest != "" || i.Copy != nil || i.Signing != nil
	switch {
	case isFile == (i.Token != ""):
		return verifying.NewFieldProblem(at, "one", "每项应为二维码内容（token），或文件的核验情况（given、sha256、copyDigest、copy），二者之一。",
			"An item is either a QR code's content (token) or what was found in a file (given, sha256, copyDigest, copy).")
	case len(i.Token) > maxItemToken:
		return verifying.NewFieldProblem(at+"/token", "length", "二维码内容过长，请只提交二维码的网址。", "That is longer than a QR code's content. Hand in its address alone.")
	case i.Token != "":
		return nil
	case i.Printed != printedJSON{}:
		return verifying.NewFieldProblem(at+"/printed", "one", "文件所载内容请在核验人的设备上比对，纸面内容只与二维码一同提交。",
			"What a file says is compared where the file is; what a paper says goes with a token.")
	case i.Given != verdict.PDF && i.Given != verdict.OFD:
		return verifying.NewFieldProblem(at+"/given", "enum", "应为 pdf 或 ofd。", "That is pdf or ofd.")
	case !isSHA256(i.SHA256):
		return digestProblem(at + "/sha256")
	case !isSHA256(i.CopyDigest):
		return digestProblem(at + "/copyDigest")
	}
	return i.checkCopy(at + "/copy")
}

func (i batchItem) checkCopy(at string) error {
	c := i.Copy
	if c == nil {
		return verifying.NewFieldProblem(at, "required", "缺少加注件的标识。", "What identifies the copy is missing.")
	}
	for pointer, id := range map[string]string{"/endorsement": c.Endorsement, "/certificate": c.Certificate} {
		if _, err := records.TimeOf(id); err != nil {
			return verifying.NewFieldProblem(at+pointer, "pattern", "应为 26 个字符的标识。", "That is an identifier of 26 characters.")
		}
	}
	for pointer, text := range map[string]string{"/number": c.Number, "/name": c.Name} {
		if n := utf8.RuneCountInString(text); n == 0 || n > maxName {
			return verifying.NewFieldProblem(at+pointer, "length", "应有 1 至 100 个字符。", "That has 1 to 100 characters.")
		}
	}
	if c.From.IsZero() || c.Until.Before(c.From) {
		return verifying.NewFieldProblem(at+"/useUntil", "range", "使用有效期应有起止日期，且止日不早于起日。", "The days of use have a first and a last, in this order.")
	}
	return nil
}

func digestProblem(pointer string) error {
	return verifying.NewFieldProblem(pointer, "pattern", "应为 SHA-256 摘要，64 位小写十六进制。", "That is a SHA-256 digest: 64 lower-case hexadecimal digits.")
}

func isSHA256(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size && hex.EncodeToString(raw) == text
}
