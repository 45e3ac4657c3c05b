package lambda

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// Header names of the Runtime API.
const (
	headerRequestID = "Lambda-Runtime-Aws-Request-Id"
	headerDeadline  = "Lambda-Runtime-Deadline-Ms"
	headerARN       = "Lambda-Runtime-Invoked-Function-Arn"
	headerTrace     = "Lambda-Runtime-Trace-Id"
	headerErrorType = "Lambda-Runtime-Function-Error-Type"
)

// runtimeAPI is what a process sees of Lambda:
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
func (e *environment) runtimeAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", e.serveInvocation)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", e.receiveResponse)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", e.receiveFailure)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", e.receiveInitFailure)
	return mux
}

// serveInvocation waits for an invocation. A process that goes away while it waits gives the
// invocation back.
func (e *environment) serveInvocation(w http.ResponseWriter, r *http.Request) {
	e.once.Do(func() { close(e.ready) })
	select {
	case <-r.Context().Done():
		return
	case inv := <-e.waiting:
		if r.Context().Err() != nil {
			e.waiting <- inv
			return
		}
		inv.taken.Store(true)
		h := w.Header()
		h.Set(headerRequestID, inv.id)
		h.Set(headerDeadline, strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		h.Set(headerARN, "arn:aws:lambda:local:000000000000:function:"+e.settings.Name)
		h.Set(headerTrace, "Root=1-"+fmt.Sprintf("%08x", inv.deadline.Unix())+"-"+hexadecimal(12)+";Sampled=0")
		h.Set("Content-Type", "application/json")
		_, _ = w.Write(inv.event)
	}
}

func (e *environment) receiveResponse(w http.ResponseWriter, r *http.Request) {
	inv := e.currentInvocation(w, r)
	if inv == nil {
		return
	}
	answer, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload+1))
	switch {
	case err != nil:
		return // the process has ended, which its waiter sees
	case len(answer) > MaxPayload:
		inv.finish(outcome{err: &Error{Type: "Function.ResponseSizeTooLarge", Message: "the answer is larger than 6 MB"}})
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the answer is larger than 6 MB")
	default:
		inv.finish(outcome{answer: answer})
		accept(w)
	}
}

func (e *environment) receiveFailure(w http.ResponseWriter, r *http.Request) {
	inv := e.currentInvocation(w, r)
	if inv == nil {
		return
	}
	failed := readError(r)
	e.settings.reportError("%v", failed)
	inv.finish(outcome{err: failed})
	accept(w)
}

func (e *environment) receiveInitFailure(w http.ResponseWriter, r *http.Request) {
	select {
	case e.failed <- readError(r):
	default:
	}
	accept(w)
}

// currentInvocation returns the invocation the request is about, or refuses the request.
func (e *environment) currentInvocation(w http.ResponseWriter, r *http.Request) *invocation {
	inv := e.current.Load()
	if inv == nil || inv.id != r.PathValue("id") {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "there is no such invocation")
		return nil
	}
	return inv
}

// finish keeps the first outcome only.
func (i *invocation) finish(o outcome) {
	select {
	case i.done <- o:
	default:
	}
}

// readError reads the error a process posts.
func readError(r *http.Request) *Error {
	var body struct {
		ErrorType    string `json:"errorType"`
		ErrorMessage string `json:"errorMessage"`
	}
	_ = json.NewDecoder(io.LimitReader(r.Body, MaxPayload)).Decode(&body)
	if body.ErrorType == "" {
		body.ErrorType = r.Header.Get(headerErrorType)
	}
	return &Error{Type: body.ErrorType, Message: body.ErrorMessage}
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`+"\n")
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"errorType": kind, "errorMessage": message})
}

// requestID is a UUID, version 4.
func requestID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func hexadecimal(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b)
	return fmt.Sprintf("%x", b)
}
