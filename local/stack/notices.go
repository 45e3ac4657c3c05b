package stack

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/jiazhu/jiazhu/local/gateway"
	"github.com/jiazhu/jiazhu/local/queue"
	"github.com/jiazhu/jiazhu/local/template"
)

// longestNotice bounds what S3 says of one object.
const longestNotice = 64 << 10

// notices stands between S3 and the queues: the server here tells of every object, and a bucket's
// NotificationConfiguration says which queue wants to know of which.
type notices struct {
	URL     string
	buckets []template.Bucket
	queues  map[string]*queue.Queue
}

// openNotices opens the queues of the template and listens for S3, which asks for an ear before it
// starts. Nothing is delivered before wake.
func (s *Stack) openNotices(o Options, t *template.Template) (*notices, error) {
	n := &notices{buckets: t.Buckets, queues: map[string]*queue.Queue{}}
	for _, b := range t.Buckets {
		for _, told := range b.Notices {
			q, err := queue.Open(filepath.Join(s.Data, "queues", told.Queue), o.Output)
			if err != nil {
				return nil, err
			}
			n.queues[told.Queue] = q
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for notices: %w", err)
	}
	n.URL = "http://" + listener.Addr().String()
	s.serve(listener, n)
	return n, nil
}

// wake gives each queue its function.
func (n *notices) wake(t *template.Template, functions map[string]gateway.Function) error {
	for _, f := range t.Functions {
		for _, name := range f.Queues {
			if n.queues[name] == nil {
				return fmt.Errorf("%s waits for the queue %s, which nothing is sent to", f.Name, name)
			}
			if err := n.queues[name].Wake(functions[f.Name]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *notices) close() {
	for _, q := range n.queues {
		q.Close()
	}
}

func (n *notices) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, longestNotice))
	if err == nil {
		err = n.send(body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (n *notices) send(body []byte) error {
	var e struct {
		Records []struct {
			EventName string `json:"eventName"`
			S3        struct {
				Bucket struct {
					Name string `json:"name"`
				} `json:"bucket"`
				Object struct {
					Key string `json:"key"`
				} `json:"object"`
			} `json:"s3"`
		}
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return fmt.Errorf("read a notice: %w", err)
	}
	for _, r := range e.Records {
		for _, b := range n.buckets {
			for _, told := range b.Notices {
				if b.Name != r.S3.Bucket.Name || !strings.Contains(r.EventName, "ObjectCreated:") ||
					!strings.HasPrefix(r.S3.Object.Key, told.Prefix) {
					continue
				}
				if err := n.queues[told.Queue].Send(body); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
