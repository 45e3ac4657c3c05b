package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// MaxBody is the longest body that Decode reads, in bytes.
const MaxBody = 64 << 10

// Decode reads the JSON body into v, a pointer to a struct. It refuses everything ambiguous or
// unintended: another media type, a body over MaxBody, data after the one value, invalid UTF-8, a
// duplicate key, a key that v does not have (case matters), null for a value that cannot be null, a
// value of another type. The problems name all such members at once, by JSON pointer.
func Decode(r *Request, v any) error { return DecodeMax(r, v, MaxBody) }

// DecodeMax is Decode with another limit, in bytes.
func DecodeMax(r *Request, v any, limit int) error {
	media, params, err := mime.ParseMediaType(r.Header["content-type"])
	if charset, ok := params["charset"]; err != nil || media != "application/json" || ok && !strings.EqualFold(charset, "utf-8") {
		return UnsupportedMedia(r, "application/json")
	}
	body, err := r.Body()
	if err != nil {
		return err
	}
	if len(body) > limit {
		return problem.New(problem.BodyTooLarge)
	}
	return Unmarshal(TrimMark(body), v)
}

// TrimMark returns JSON without the byte order mark that some programs write before UTF-8 text. A
// reader may ignore it (RFC 8259 §8.1). Files of rows that were joined have one before a later row, too.
func TrimMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) }

// UnsupportedMedia returns the problem of a request's media type, with the type that came and those
// that are taken.
func UnsupportedMedia(r *Request, taken ...string) *problem.Problem {
	list := strings.Join(taken, ", ")
	p := problem.New(problem.UnsupportedMediaType)
	media, _, _ := mime.ParseMediaType(r.Header["content-type"])
	switch {
	case r.Header["content-type"] == "":
		return p.WithDetail("请求没有 Content-Type，可用的是 "+list+"。", "The request has no Content-Type; those taken are "+list+".")
	case slices.Contains(taken, media):
		return p.WithDetail("收到的 Content-Type 是 "+media+"，但字符集须为 UTF-8。", "The Content-Type is "+media+", but its charset has to be UTF-8.")
	case slices.Contains(namedMedia, media):
		return p.WithDetail("收到的 Content-Type 是 "+media+"，可用的是 "+list+"。", "The Content-Type is "+media+"; those taken are "+list+".")
	}
	return p.WithDetail("收到的 Content-Type 不可用，可用的是 "+list+"。", "The Content-Type is not taken; those taken are "+list+".")
}

// namedMedia and namedCodings are what problems name when it comes. Other values are not repeated, so
// that nothing of a caller's making stands in an answer.
var (
	namedMedia = []string{
		"application/json", "application/msword", "application/octet-stream", "application/ofd", "application/pdf", "application/x-ndjson",
		"application/x-www-form-urlencoded", "application/xml", "application/zip", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/svg+xml", "image/webp",
		"multipart/form-data", "text/csv", "text/html", "text/plain", "text/xml",
	}
	namedCodings = []string{"br", "compress", "deflate", "gzip", "x-gzip", "zstd"}
)

// checkCoding refuses content in a coding. Nothing is decompressed here, so what arrives would be
// read as something else than what was meant.
func checkCoding(r *Request) error {
	coding := strings.TrimSpace(r.Header["content-encoding"])
	if r.Sent == "" || coding == "" || strings.EqualFold(coding, "identity") {
		return nil
	}
	came := ""
	for name := range strings.SplitSeq(strings.ToLower(coding), ",") {
		if name = strings.TrimSpace(name); slices.Contains(namedCodings, name) {
			came += " " + name
		}
	}
	return problem.New(problem.UnsupportedMediaType).
		WithDetail("收到的内容带有编码（Content-Encoding）"+came+"，本接口不接受压缩或其他编码的内容。", "The content is in a coding (Content-Encoding)"+came+", which is not taken.").
		WithRemedy(problem.Platform, "请不经压缩发送原内容，并去掉 Content-Encoding。", "Send the content as it is, without a Content-Encoding.")
}

// Unmarshal is the parsing part of Decode, for JSON from other sources, such as a line of
// application/x-ndjson.
func Unmarshal(data []byte, v any) error {
	if err := CheckSyntax(data); err != nil {
		return err
	}
	if err := check(data, v); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return problem.New(problem.InvalidField).WithField(problem.Field{Rule: "type"})
	}
	return nil
}

// CheckSyntax returns malformed-json, saying what is wrong and where, for data that is not one JSON
// value in UTF-8. Unmarshal calls it.
func CheckSyntax(data []byte) error {
	p := problem.New(problem.MalformedJSON)
	var syntax *json.SyntaxError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return p.WithDetail("请求没有内容，应为 JSON。", "The request has no body; it should be JSON.")
	case !utf8.Valid(data):
		return p.WithDetail("请求内容不是 UTF-8 编码。", "The body is not in UTF-8.")
	case errors.As(json.Unmarshal(data, new(json.RawMessage)), &syntax):
		return p.WithDetail(
			fmt.Sprintf("请求内容不是合法的 JSON（第 %d 字节处）。", syntax.Offset),
			fmt.Sprintf("The body is not valid JSON, at byte %d: %v.", syntax.Offset, syntax))
	case !pairedSurrogates(data):
		return p.WithDetail(`请求内容中有不成对的 \uD800 至 \uDFFF。`, `The body has one of \uD800 to \uDFFF that is not part of a pair.`)
	}
	return nil
}

// pairedSurrogates reports whether every \uD800 to \uDFFF escape is part of a pair. A lone one is
// not a character, and encoding/json would replace it silently.
func pairedSurrogates(data []byte) bool {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++
		if data[i] != 'u' {
			continue
		}
		switch unit := string(data[i+1 : i+5]); {
		case isHalf(unit, "89ab") && i+11 <= len(data) && string(data[i+5:i+7]) == `\u` && isHalf(string(data[i+7:i+11]), "cdef"):
			i += 10
		case isHalf(unit, "89abcdef"):
			return false
		default:
			i += 4
		}
	}
	return true
}

// isHalf reports whether four hex digits are a surrogate whose second digit is in second.
func isHalf(unit, second string) bool {
	unit = strings.ToLower(unit)
	return unit[0] == 'd' && strings.IndexByte(second, unit[1]) >= 0
}
