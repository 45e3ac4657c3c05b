package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
)

// parse reads a function's answer. One without a statusCode is a body by itself:
// payload format 2.0 takes any JSON.
func parse(answer []byte) (events.APIGatewayV2HTTPResponse, error) {
	var r events.APIGatewayV2HTTPResponse
	if !json.Valid(answer) {
		return r, errors.New("the function's answer is not JSON")
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(answer, &object) != nil || object["statusCode"] == nil {
		r.StatusCode = http.StatusOK
		r.Headers = map[string]string{"content-type": "application/json"}
		r.Body = string(answer)
		var text string
		if json.Unmarshal(answer, &text) == nil {
			r.Body = text
		}
		return r, nil
	}
	if err := json.Unmarshal(answer, &r); err != nil {
		return r, fmt.Errorf("the function's answer is not a response: %w", err)
	}
	if r.StatusCode < 200 || r.StatusCode > 599 {
		return r, fmt.Errorf("the function answered the status %d", r.StatusCode)
	}
	return r, nil
}

func decode(r events.APIGatewayV2HTTPResponse) ([]byte, error) {
	if !r.IsBase64Encoded {
		return []byte(r.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil {
		return nil, fmt.Errorf("the function's body: %w", err)
	}
	return body, nil
}

// write sends the response; allow sets the CORS headers, after the function's own.
func write(w http.ResponseWriter, r events.APIGatewayV2HTTPResponse, body []byte, allow func()) {
	h := w.Header()
	for name, value := range r.Headers {
		h.Set(name, value)
	}
	for _, c := range r.Cookies {
		h.Add("Set-Cookie", c)
	}
	if h.Get("Content-Type") == "" && len(body) > 0 {
		h.Set("Content-Type", "text/plain;charset=utf-8")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.StatusCode == http.StatusNoContent || r.StatusCode == http.StatusNotModified {
		h.Del("Content-Length")
		body = nil
	}
	allow()
	w.WriteHeader(r.StatusCode)
	_, _ = bytes.NewReader(body).WriteTo(w)
}
