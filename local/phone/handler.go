package phone

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/local/identityapp"
)

// maxBody is the largest body the phone reads.
const maxBody = 1 << 20

func (p *Phone) listPersons(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, describePeople(p.persons.people()))
}

// Keep stores people whose faces the app recognises.
func (p *Phone) Keep(people []Person) error { return p.persons.keep(people) }

func (p *Phone) keepPersons(w http.ResponseWriter, r *http.Request) {
	var people []Person
	if !decode(w, r, &people) {
		return
	}
	if err := p.persons.keep(people); err != nil {
		refuse(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// scan: {"qr": text of the QR code}; answers what the service answers.
func (p *Phone) scan(w http.ResponseWriter, r *http.Request) {
	var in struct {
		QR string `json:"qr"`
	}
	if !decode(w, r, &in) {
		return
	}
	c, err := identityapp.ReadCode(in.QR)
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, errNotACode.Error())
		return
	}
	res, err := p.app.scan(r.Context(), c)
	forward(w, res, err)
}

// assert: {"qr", "number", "result": "pass" or "fail", "person": place in the list};
// answers what the service answers.
func (p *Phone) assert(w http.ResponseWriter, r *http.Request) {
	var in struct {
		QR     string `json:"qr"`
		Number string `json:"number"`
		Result string `json:"result"`
		Person int    `json:"person"`
	}
	if !decode(w, r, &in) {
		return
	}
	c, err := identityapp.ReadCode(in.QR)
	who, known := p.persons.at(in.Person)
	switch {
	case err != nil:
		err = errNotACode
	case in.Result != "pass" && in.Result != "fail":
		err = errors.New("result 应为 pass 或 fail")
	case !known:
		err = errors.New("没有这个人")
	}
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	res, err := p.app.assert(r.Context(), c, who, identityapp.Input{Number: in.Number, Result: in.Result})
	forward(w, res, err)
}

func (p *Phone) listMessages(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, p.messages.to(r.URL.Query().Get("to")))
}

// receive is the message gateway: the service posts one message.
func (p *Phone) receive(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+p.secret)) != 1 {
		refuse(w, http.StatusUnauthorized, "the bearer secret is wrong")
		return
	}
	var m Message
	if !decode(w, r, &m) {
		return
	}
	if m.ID == "" || m.To == "" || m.Text == "" {
		refuse(w, http.StatusUnprocessableEntity, "a message needs id, to and text")
		return
	}
	if err := p.messages.add(m, time.Now()); err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// decode reads the JSON body, or refuses the request.
func decode(w http.ResponseWriter, r *http.Request, v any) bool {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "the body must be application/json")
		return false
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		refuse(w, http.StatusBadRequest, fmt.Sprintf("the JSON is not as expected: %v", err))
		return false
	}
	return true
}

// forward answers with the service's answer.
func forward(w http.ResponseWriter, res *http.Response, err error) {
	if err != nil {
		refuse(w, http.StatusBadGateway, err.Error())
		return
	}
	defer res.Body.Close()
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	w.WriteHeader(res.StatusCode)
	_, _ = io.Copy(w, res.Body)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// refuse answers in the form of the service's own problems.
func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "title": "操作未完成", "detail": detail})
}
