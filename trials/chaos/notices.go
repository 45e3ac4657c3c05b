package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
)

// uploadNotices stands before S3 and sends the queue a notice of each archive before its upload is answered, because S3
// owes a notice of every object that it acknowledged. The local S3 posts notices after its answer and only once, and
// loses one when it is killed. One in four is sent twice at once: S3 and SQS deliver at least once.
type uploadNotices struct {
	harness *harness
	mu      sync.Mutex
	random  *rand.Rand
}

// newUploadNotices returns a proxy to S3.
func newUploadNotices(p *harness, s3 string, seed uint64) (http.Handler, error) {
	to, err := url.Parse(s3)
	if err != nil {
		return nil, err
	}
	n := &uploadNotices{harness: p, random: rand.New(rand.NewPCG(seed, 6))}
	return faultproxy.ReadWhole(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // the signature covers it
		},
		Transport:      &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true},
		ModifyResponse: n.notify,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { faultproxy.Break() },
	}), nil
}

// notify sends the notice of an uploaded archive. One that is there already was uploaded by a call that S3 died with.
func (n *uploadNotices) notify(answer *http.Response) error {
	key, ok := strings.CutPrefix(answer.Request.URL.Path, "/"+template.BucketName("Files")+"/")
	stored := answer.StatusCode == http.StatusOK || answer.StatusCode == http.StatusPreconditionFailed
	if !ok || !strings.HasPrefix(key, "archives/") || answer.Request.Method != http.MethodPut || !stored {
		return nil
	}
	n.mu.Lock()
	twice := n.random.IntN(4) == 0
	n.mu.Unlock()
	if twice {
		n.harness.outcomes.count(noticesTwice)
		if err := n.post(key); err != nil {
			return err
		}
	}
	return n.post(key)
}

func (n *uploadNotices) post(key string) error {
	notice, err := json.Marshal(events.S3Event{Records: []events.S3EventRecord{{
		EventSource: "aws:s3", EventName: "ObjectCreated:Put",
		S3: events.S3Entity{Bucket: events.S3Bucket{Name: template.BucketName("Files")}, Object: events.S3Object{Key: key}},
	}}})
	if err != nil {
		return fmt.Errorf("write a notice: %w", err)
	}
	sent, err := http.Post(n.harness.NoticesURL, "application/json", bytes.NewReader(notice))
	if err != nil {
		return err
	}
	defer sent.Body.Close()
	if sent.StatusCode != http.StatusOK {
		return fmt.Errorf("the queue answers %s", sent.Status)
	}
	return nil
}
