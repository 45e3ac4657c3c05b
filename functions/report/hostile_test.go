package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

// What a report may allocate: the rows' tokens, the errors of each row, and the answer.
const (
	reportPerByte = 160
	reportBeside  = 24 << 20

	longestRow = 1 << 20
)

// refusal sends a report and returns why none of its rows was imported.
func (d fixture) refusal(t *testing.T, media string, body []byte, header map[string]string) string {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{
		RouteKey: "POST /v1/reports", Body: base64.StdEncoding.EncodeToString(body), IsBase64Encoded: true,
		Headers: map[string]string{"content-type": media, "authorization": "Bearer " + d.token},
	}
	for name, value := range header {
		event.Headers[name] = value
	}
	answer, err := d.app.Handle(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Body) > 6<<20 {
		t.Errorf("an answer of %d bytes, which no function can give", len(answer.Body))
	}
	if answer.StatusCode != 200 {
		var problem struct{ Code string }
		if err := json.Unmarshal([]byte(answer.Body), &problem); err != nil {
			t.Fatal(err)
		}
		return problem.Code
	}
	var said reporting.Response
	if err := json.Unmarshal([]byte(answer.Body), &said); err != nil {
		t.Fatal(err)
	}
	if said.Refused != len(said.Rows) || said.Refused == 0 {
		t.Errorf("%d of %d rows refused", said.Refused, len(said.Rows))
		return ""
	}
	return fmt.Sprintf("%d × %s", said.Refused, said.Rows[0].Errors[0].Rule)
}

func TestHostileReports(t *testing.T) {
	d := newFixture(t)
	try := func(f hostile.File, media string) {
		hostile.Try(t, f, reportPerByte, reportBeside, func(t *testing.T, data []byte) string {
			return d.refusal(t, media, data, nil)
		})
	}
	for _, f := range hostile.Objects(longestRow) {
		try(hostile.File{Name: "a row: " + f.Name, Data: append(append([]byte("["), f.Data...), ']')}, "application/json")
	}
	for _, f := range hostile.Objects(longestRow) {
		try(hostile.File{Name: "a line: " + f.Name, Data: f.Data}, "application/x-ndjson")
	}
	fill := func(unit string) []byte { return []byte(strings.Repeat(unit, longestBody/len(unit))) }
	for name, body := range map[string]string{
		"a thousand rows of nothing":                       strings.Repeat("{}\n", maxRows),
		"a thousand rows with eight hundred mistakes each": strings.Repeat("{"+strings.Repeat(`"":1,`, 800)+`"":1}`+"\n", maxRows),
		"a million rows":                                   string(fill("{}\n")),
		"empty lines":                                      string(fill("\n")),
		"lines of spaces":                                  string(fill(" \r\n")),
		"a body too long":                                  string(fill("x")) + "more",
		"no line, no end":                                  string(fill("{")),
		"lines of zeros":                                   string(fill("\x00\n")),
	} {
		try(hostile.File{Name: name, Data: []byte(body)}, "application/x-ndjson")
	}
	zeros := hostile.Zeros(256 << 20)
	for _, media := range []string{"application/json", "application/x-ndjson"} {
		f := hostile.File{Name: "256 megabytes of zeros in gzip, as " + media, Data: zeros}
		hostile.Try(t, f, reportPerByte, 4<<20, func(t *testing.T, data []byte) string {
			return d.refusal(t, media, data, map[string]string{"content-encoding": "gzip"})
		})
	}
}

// A decoded picture may have as many pixels as the longest sides allow, with eight bytes each, and
// no more.
func TestHostilePictures(t *testing.T) {
	d := newFixture(t)
	var large bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&large, image.NewNRGBA64(image.Rect(0, 0, 2000, 2000))); err != nil {
		t.Fatal(err)
	}
	row := func(picture []byte) []byte {
		line, err := json.Marshal(validRow(t).with(fields{"areaCode": "999999", "signatureImage": base64.StdEncoding.EncodeToString(picture)}))
		if err != nil {
			t.Fatal(err)
		}
		return line
	}
	f := hostile.File{Name: "a picture of four million dots in 32 kB", Data: row(large.Bytes())}
	hostile.Try(t, f, reportPerByte, reportBeside+2*8*2000*2000, func(t *testing.T, data []byte) string {
		return d.refusal(t, "application/x-ndjson", data, nil)
	})
}
