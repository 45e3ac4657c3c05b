package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// What an answer may allocate: a file is searched for a receipt and then for a certificate, after
// base64 decoding, and the answer is made with its receipt.
const (
	uploadPerByte = 100
	uploadBeside  = 24 << 20
)

// refusal sends a body and returns why it was not accepted: the problem's code, or the finding
// about the file.
func (w *fixture) refusal(t *testing.T, media string, body []byte, header map[string]string) string {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{
		RouteKey: "POST /v1/verifications", Headers: map[string]string{"content-type": media},
		Body: base64.StdEncoding.EncodeToString(body), IsBase64Encoded: true,
	}
	for name, value := range header {
		event.Headers[name] = value
	}
	answer, err := w.app.Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Body) > 64<<10 {
		t.Errorf("an answer of %d bytes", len(answer.Body))
	}
	var said struct {
		Code    any
		Verdict string
		Subject map[string]any
		Checks  []struct{ Check, Result, Reason string }
	}
	if err := json.Unmarshal([]byte(answer.Body), &said); err != nil {
		t.Fatalf("%d: %s", answer.StatusCode, answer.Body)
	}
	if answer.StatusCode != 200 {
		return fmt.Sprint(said.Code)
	}
	first := said.Checks[0]
	verdict, result := "invalid", "fail"
	if slices.Contains([]string{"unrecognised", "too-large", "not-original"}, first.Reason) { // nothing was examined
		verdict, result = "unknown", "unknown"
	}
	if said.Verdict != verdict || said.Subject != nil || first.Check != "integrity" || first.Result != result {
		t.Errorf("%+v", said)
	}
	return first.Reason
}

func TestHostileUploads(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	packages, err := hostile.Packages(made.OFD)
	if err != nil {
		t.Fatal(err)
	}
	pdfs, err := hostile.PDFs(made.PDF)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range slices.Concat(packages, pdfs) {
		hostile.Try(t, f, uploadPerByte, uploadBeside, func(t *testing.T, data []byte) string {
			return w.refusal(t, "application/octet-stream", data, nil)
		})
	}
}

// Compressed data in JSON is not decompressed.
func TestHostileQuestions(t *testing.T) {
	w := newFixture(t)
	for _, f := range hostile.Objects(4 << 20) {
		hostile.Try(t, f, uploadPerByte, uploadBeside, func(t *testing.T, data []byte) string {
			return w.refusal(t, "application/json", data, nil)
		})
	}
	file := func(name, content string) hostile.File {
		return hostile.File{Name: name, Data: []byte(`{"file":"` + content + `"}`)}
	}
	for _, f := range []hostile.File{
		file("a file in base64 that is none", strings.Repeat("%", 4<<20)),
		file("a file in base64 with gaps", strings.Repeat(`\n`, 2<<20)),
		file("a file above the limit, in base64", strings.Repeat("AAAA", 1<<20+100_000)),
		{Name: "a token of four megabytes", Data: []byte(`{"token":"` + strings.Repeat("a.", 2<<20) + `"}`)},
		{Name: "a receipt of four megabytes", Data: []byte(`{"receipt":"` + strings.Repeat("a.", 2<<20) + `"}`)},
		{Name: "a number of four megabytes", Data: []byte(`{"name":"张三","number":"` + strings.Repeat("京", 1<<20) + `"}`)},
		{Name: "a question of four megabytes", Data: []byte(`{"token":"x","purpose":"` + strings.Repeat("标", 1<<20) + `"}`)},
	} {
		hostile.Try(t, f, uploadPerByte, uploadBeside, func(t *testing.T, data []byte) string {
			return w.refusal(t, "application/json", data, nil)
		})
	}
}

// A body in a coding that is not taken is refused, whatever its type, and never decompressed.
func TestHostileBodiesThatAreCompressed(t *testing.T) {
	w, zeros := newFixture(t), hostile.Zeros(256<<20)
	for _, media := range []string{"application/json", "application/pdf", "application/ofd", "application/octet-stream", "application/jose"} {
		f := hostile.File{Name: "256 megabytes of zeros in gzip, as " + media, Data: zeros}
		hostile.Try(t, f, uploadPerByte, 4<<20, func(t *testing.T, data []byte) string {
			why := w.refusal(t, media, data, map[string]string{"content-encoding": "gzip"})
			if why != string(problem.UnsupportedMediaType) {
				t.Errorf("refused as %s", why)
			}
			return why
		})
	}
}
