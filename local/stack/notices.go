package stack

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/gateway"
	"github.com/jiazhu/jiazhu/local/queue"
	"github.com/jiazhu/jiazhu/local/template"
)

// longestNotice is the largest notice that is read.
const longestNotice = 64 << 10

// notices forwards notices of S3 to the queues: the S3 server posts a notice for every object, and a bucket's
// NotificationConfiguration says which queue receives which.
type notices struct {
	URL     string
	buckets []template.Bucket
	queues  map[string]*queue.Queue
}

// openNotices opens the queues of the template and listens for notices, because S3 needs the webhook URL at
// start-up. Nothing is delivered before setFunctions. It is a step of start.
func (s *Stack) openNotices(o Options, t *template.Template) *notices {
	n := &notices{buckets: t.Buckets, queues: map[string]*queue.Queue{}}
	directory := func(name string) string { return filepath.Join(s.Data, "queues", name) }
	bounds := map[string]template.Queue{}
	for _, q := range t.Queues {
		bounds[q.Name] = q
	}
	for _, b := range t.Buckets {
		for _, target := range b.Notices {
			settings := queue.Settings{Pause: o.Redelivery, ErrorLog: o.Output}
			if q := bounds[target.Queue]; q.MaxReceives > 0 {
				settings.MaxReceives, settings.DeadLetters = q.MaxReceives, directory(q.DeadLetters)
			}
			n.queues[target.Queue] = must.Get(queue.Open(directory(target.Queue), settings))
		}
	}
	n.URL = s.serveHere(n)
	return n
}

// setFunctions sets each queue's function.
func (n *notices) setFunctions(t *template.Template, functions map[string]gateway.Function) error {
	for _, f := range t.Functions {
		for _, from := range f.Sources {
			q := n.queues[from.Queue]
			if q == nil {
				return fmt.Errorf("%s receives from the queue %s, to which nothing is sent", f.Name, from.Queue)
			}
			if err := q.SetFunction(functions[f.Name], from.Concurrency); err != nil {
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
			for _, target := range b.Notices {
				if b.Name != r.S3.Bucket.Name || !strings.Contains(r.EventName, "ObjectCreated:") ||
					!strings.HasPrefix(r.S3.Object.Key, target.Prefix) {
					continue
				}
				if err := n.queues[target.Queue].Send(body); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
