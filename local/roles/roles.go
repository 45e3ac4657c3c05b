// Package roles is a proxy before DynamoDB and S3 that holds each function to its role in template.yaml: a call
// that the role does not allow is refused as AWS refuses it, and recorded. So a function that works on one machine
// needs no permission that the deployed one does not have.
package roles

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/internal/policy"
	"github.com/jiazhu/jiazhu/local/template"
)

// longestRequest is the largest request that is read; DynamoDB's own limit is 16 MB.
const longestRequest = 32 << 20

// Enforcer is an HTTP handler before DynamoDB. A function reaches it below its own name.
type Enforcer struct {
	roles map[string]policy.Role // by function
	names map[string]string      // resources by local name
	to    http.Handler
	log   io.Writer // receives a line for every refusal

	mu      sync.Mutex
	refused []string
	used    map[string]bool // by grant
}

// New reads the roles of a template, for the DynamoDB at an endpoint.
func New(file, endpoint string, log io.Writer) (*Enforcer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the roles: %w", err)
	}
	roles, err := policy.Roles(text)
	if err != nil {
		return nil, err
	}
	to, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("the address of DynamoDB: %w", err)
	}
	j := &Enforcer{roles: roles, names: map[string]string{}, to: forward(to), log: log, used: map[string]bool{}}
	for _, role := range roles {
		for _, s := range role {
			for _, r := range s.Resource {
				if id, _, ok := strings.Cut(r, ".Arn"); ok {
					j.names[template.TableName(id)] = id + ".Arn" // a bucket's name is made alike
				}
			}
		}
	}
	return j, nil
}

// forward passes calls on. Where no answer comes back, the caller's connection breaks too.
func forward(to *url.URL) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
		},
		Transport:    &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute, DisableCompression: true},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
}

// ServeHTTP judges a call to /<function>/ and passes on what is allowed.
func (j *Enforcer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	function, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestRequest))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	calls, err := policy.Calls(operation, body, func(table string) string { return j.names[table] })
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, c := range calls {
		if j.allow(function, c) {
			continue
		}
		why := fmt.Sprintf("the role of %s does not allow %s on %s, %v", function, c.Action, c.Resource, c.Context)
		j.noteRefusal(why)
		refuse(w, why)
		return
	}
	r = r.Clone(r.Context())
	r.URL.Path, r.Body, r.ContentLength = "/", io.NopCloser(bytes.NewReader(body)), int64(len(body))
	j.to.ServeHTTP(w, r)
}

func (j *Enforcer) allow(function string, c policy.Call) bool {
	if !j.roles[function].Allows(c) {
		return false
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, key := range c.Context[policy.LeadingKeys] {
		j.used[grant(function, c.Action, c.Resource, kindOf(key))] = true
	}
	return true
}

// kindOf is what a partition key begins with.
func kindOf(key string) string {
	kind, _, _ := strings.Cut(key, "#")
	return kind
}

func grant(function, action, resource, kind string) string {
	return fmt.Sprintf("%s may %s %s %s#", function, strings.TrimPrefix(action, "dynamodb:"), strings.TrimSuffix(resource, ".Arn"), kind)
}

// noteRefusal writes a refusal down.
func (j *Enforcer) noteRefusal(why string) {
	j.mu.Lock()
	j.refused = append(j.refused, why)
	j.mu.Unlock()
	fmt.Fprintln(j.log, "roles:", why)
}

// refuse answers as DynamoDB does.
func refuse(w http.ResponseWriter, why string) {
	answer, _ := json.Marshal(map[string]string{"__type": "com.amazon.coral.service#AccessDeniedException", "Message": why}) // texts only
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write(answer)
}

// RefusedCalls are the calls that were refused, in order.
func (j *Enforcer) RefusedCalls() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.refused)
}

// UnusedGrants are the grants on tables that no call has needed, sorted: an action on items of one kind.
func (j *Enforcer) UnusedGrants() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	unused := map[string]bool{}
	for function, role := range j.roles {
		for _, s := range role {
			for _, key := range s.Condition["ForAllValues:StringLike"][policy.LeadingKeys] {
				for _, action := range s.Action {
					if g := grant(function, action, s.Resource[0], kindOf(key)); !j.used[g] {
						unused[g] = true
					}
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(unused))
}
