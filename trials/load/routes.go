package main

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// route is one kind of request.
type route struct {
	name       string
	want       int           // status
	bound      time.Duration // of 99 answers of 100
	first      int           // rate of the first step, a second
	makeTarget func(origin string, i int) vegeta.Target
}

const (
	readBound  = 200 * time.Millisecond // what reads
	writeBound = 500 * time.Millisecond // what hashes a password, draws or takes a document apart
)

// routes are all that are measured; each request is another one.
func (p *harness) routes() []route {
	v := func(i int) visitor { return p.visitors[i%len(p.visitors)] }
	own := func(origin string, v visitor, path string) string {
		return origin + "/v1/certificates/" + v.certificate + path
	}
	kinds := []string{"pdf", "ofd"}
	return []route{
		{"keys", 200, readBound, 100, func(o string, _ int) vegeta.Target {
			return vegeta.Target{Method: http.MethodGet, URL: o + "/.well-known/jwks.json"}
		}},
		{"login", 200, writeBound, 5, func(o string, i int) vegeta.Target {
			h := p.loggers()[i/2%len(p.loggers())]
			return post(o+"/v1/login", "", map[string]string{
				"portal": []string{seed.Ministry, seed.National}[i%2], "username": h.Username, "password": seed.Password,
			})
		}},
		{"challenge", 201, readBound, 20, func(o string, i int) vegeta.Target {
			return post(o+"/v1/identity/challenges", p.sessions[i%len(p.sessions)].Token, struct{}{})
		}},
		{"poll", 200, readBound, 40, func(o string, i int) vegeta.Target {
			return get(o+"/v1/identity/challenges/"+v(i).challenge, v(i).session.Token)
		}},
		{"list", 200, readBound, 40, func(o string, i int) vegeta.Target {
			return get(o+"/v1/certificates", v(i).session.Token)
		}},
		{"preflight", 200, readBound, 40, func(o string, i int) vegeta.Target {
			return get(own(o, v(i), "/preflight"), v(i).session.Token)
		}},
		{"endorse", 201, writeBound, 5, func(o string, i int) vegeta.Target {
			t := post(own(o, v(i), "/endorsements"), v(i).session.Token, client.EndorsementAsk{})
			t.Header.Set("Idempotency-Key", rand.Text())
			return t
		}},
		{"download", 201, readBound, 40, func(o string, i int) vegeta.Target {
			return post(own(o, v(i), "/endorsements/"+v(i).endorsement.Endorsement+"/links"), v(i).session.Token, map[string]string{"file": kinds[i%2]})
		}},
		{"verify by token", 200, readBound, 40, func(o string, i int) vegeta.Target {
			return post(o+"/v1/verifications", "", map[string]string{"token": v(i).endorsement.Token()})
		}},
		{"verify by file", 200, writeBound, 5, func(o string, i int) vegeta.Target {
			// Whoever has a copy's PDF has its OFD as often: which of them changes from round to round.
			kind := kinds[(i+i/len(p.visitors))%2]
			return vegeta.Target{
				Method: http.MethodPost, URL: o + "/v1/verifications", Body: v(i).files[kind],
				Header: http.Header{"Content-Type": {"application/" + kind}},
			}
		}},
	}
}

func get(url, token string) vegeta.Target {
	return vegeta.Target{Method: http.MethodGet, URL: url, Header: http.Header{"Authorization": {"Bearer " + token}}}
}

func post(url, token string, body any) vegeta.Target {
	encoded, _ := json.Marshal(body) // strings only: it cannot fail
	t := vegeta.Target{Method: http.MethodPost, URL: url, Body: encoded, Header: http.Header{"Content-Type": {"application/json"}}}
	if token != "" {
		t.Header.Set("Authorization", "Bearer "+token)
	}
	return t
}
