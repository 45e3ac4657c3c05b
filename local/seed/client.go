package seed

import (
	"fmt"
	"io"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
)

// generatedClient is the client that is generated from openapi.yaml, over the same connection.
func (a *API) generatedClient() *client.Client {
	return &client.Client{Server: a.URL + "/", Client: a.client()}
}

// read reads the answer that the typed client got into v (nil = not wanted), as Do does.
func read(v any, res *http.Response, err error) error {
	reply, err := readReply(res, err)
	if err != nil {
		return err
	}
	if reply.Status >= 400 {
		return fmt.Errorf("%s %s: %w", res.Request.Method, res.Request.URL.Path, problemOf(reply))
	}
	if v == nil {
		return nil
	}
	return reply.Decode(v)
}

// readReply reads the answer whole, whatever it is.
func readReply(res *http.Response, err error) (*Reply, error) {
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: read the answer: %w", res.Request.Method, res.Request.URL.Path, err)
	}
	return &Reply{Status: res.StatusCode, Header: res.Header, Body: data}, nil
}
