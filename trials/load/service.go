package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/local/gateway"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// roleStack is the first argument with which this program is the gateway and its functions, so that
// what these cost is not mixed with what sending requests costs.
const roleStack = "serve-stack"

// stackConfig says what the stack's process is made of.
type stackConfig struct {
	Root, Data, Functions string
	Tables, Objects       string // endpoints
	SeenTables            string // the same, where calls are recorded
	SeenObjects           string
	Bare                  string // folder of bare functions
	Scripts               string // file of what they do
}

// stackInfo is what the stack's process prints when it is ready, as one line of JSON.
type stackInfo struct {
	URL, Keys, AppKey string
	Seen, Bare        string // the same API with recorded calls, and with bare functions
}

// serve is the stack, until ctx ends.
func (o stackConfig) serve(ctx context.Context) error {
	s, err := stack.Start(ctx, stack.Options{
		Root: o.Root, Data: o.Data, Functions: o.Functions, DynamoDBEndpoint: o.Tables, S3Endpoint: o.Objects,
		Parameters: map[string]string{"ChallengeSeconds": "600"}, Output: os.Stderr, Unjudged: true,
	})
	if err != nil {
		return err
	}
	defer s.Stop()
	seen, err := s.NewGateway(stack.FunctionSet{Environment: map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB": o.SeenTables, "AWS_ENDPOINT_URL_S3": o.SeenObjects,
	}})
	if err != nil {
		return err
	}
	bare, err := s.NewGateway(stack.FunctionSet{Functions: o.Bare, Environment: map[string]string{faultproxy.ScriptsVariable: o.Scripts}})
	if err != nil {
		return err
	}
	t := stackInfo{URL: s.URL, Keys: s.Keys, AppKey: s.Paths.AppKey}
	var closing [2]func()
	if t.Seen, closing[0], err = listen(seen); err != nil {
		return err
	}
	defer closing[0]()
	if t.Bare, closing[1], err = listen(bare); err != nil {
		return err
	}
	defer closing[1]()
	if err := json.NewEncoder(os.Stdout).Encode(t); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func listen(g *gateway.Gateway) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: g, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	return "http://" + l.Addr().String(), func() { _ = server.Close() }, nil
}

// spread puts the bare program where each function's is looked for.
func spread(program, folder string, functions []string) error {
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("%s is not there: run it by `make load`", program)
	}
	for _, name := range functions {
		at := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(at, 0o700), os.Symlink(program, filepath.Join(at, "bootstrap"))); err != nil {
			return err
		}
	}
	return nil
}
