package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// matrixRow is one operation of the contract, and what each caller gets from it: a status, and the
// problem's code where it is one.
type matrixRow struct {
	note     string // where an operation has several rows
	scope    string // that the route wants of a machine; "" = it is not a machine's
	expected [callerCount]string
	call     func(c *callerTokens, w callerKind) seed.Call // makes what the call is about; its token is set by the test
	after    func(c *callerTokens)                         // puts right what an allowed call ended
}

// TestWhoMayDoWhat makes every call of the contract as everybody. A call that is refused, and one
// that only asks, must write nothing to either table, limits aside, and put no file to the certificate.
func TestWhoMayDoWhat(t *testing.T) {
	rows := matrix()
	described := operations(t)
	if diff := cmp.Diff(described, slices.Sorted(maps.Keys(rows))); diff != "" {
		t.Errorf("operations of openapi.yaml (-) and rows of the matrix (+):\n%s", diff)
	}
	c := newCallerTokens(t)
	calls := 0
	for _, operation := range slices.Sorted(maps.Keys(rows)) {
		for _, r := range rows[operation] {
			t.Run(strings.TrimSpace(operation+" "+r.note), func(t *testing.T) {
				c.t = t
				for w := range callerCount {
					try(c, operation, r, w)
					calls++
				}
				if r.after != nil {
					r.after(c)
				}
			})
		}
	}
	t.Logf("%d operations, %d callers, %d calls", len(described), callerCount, calls)
}

// ordinaryFiles is what the keys of files begin with whose copy has a window of 180 days.
const ordinaryFiles = "endorsements/d271/"

func try(c *callerTokens, operation string, r matrixRow, w callerKind) {
	c.t.Helper()
	call := r.call(c, w)
	call.Token = c.token(w, r.scope)
	if method, path, _ := strings.Cut(operation, " "); call.Method != method || !matches(path, call.Path) {
		c.t.Fatalf("%s %s is no call of %s", call.Method, call.Path, operation)
	}
	files := objects(c.t, ordinaryFiles+c.certificate, false)
	stop := service.proxy.Watch()
	reply, err := service.api().Send(c.t.Context(), call)
	writes := stop()
	if err != nil {
		c.t.Fatal(err)
	}
	got := outcome(reply)
	if got != r.expected[w] {
		c.t.Errorf("%s gets %s, want %s", w, got, r.expected[w])
	}
	if reply.Status < 400 && call.Method != http.MethodGet {
		return
	}
	for _, write := range writes {
		if strings.HasPrefix(write, "Transact") || !strings.Contains(write, `"LIMIT#`) {
			c.t.Errorf("%s got %s and wrote %.300s", w, got, write)
		}
	}
	if diff := cmp.Diff(files, objects(c.t, ordinaryFiles+c.certificate, false)); diff != "" {
		c.t.Errorf("%s got %s and changed the files:\n%s", w, got, diff)
	}
}

func TestAWriteIsNoticed(t *testing.T) {
	stop := service.proxy.Watch()
	login(t, owner(t))
	for _, write := range stop() {
		if strings.HasPrefix(write, "TransactWriteItems ") && strings.Contains(write, `"SESSION#`) {
			return
		}
	}
	t.Error("a log-in was not seen to write its session")
}

func outcome(r *seed.Reply) string {
	var p struct{ Code string }
	if r.Status < 400 || json.Unmarshal(r.Body, &p) != nil || p.Code == "" {
		return fmt.Sprint(r.Status)
	}
	return fmt.Sprint(r.Status, " ", p.Code)
}

// operations lists the contract's: "GET /v1/account".
func operations(t *testing.T) (all []string) {
	t.Helper()
	for path, methods := range wantSpecification(t).Paths {
		for method := range methods {
			all = append(all, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(all)
	return all
}

func TestARouteWithoutARowIsNoticed(t *testing.T) {
	rows := matrix()
	for _, operation := range operations(t) {
		if len(rows[operation]) == 0 {
			t.Errorf("%s has no row", operation)
		}
		for _, r := range rows[operation] {
			for w := range callerCount {
				if r.expected[w] == "" {
					t.Errorf("%s %s: nothing is expected of %s", operation, r.note, w)
				}
			}
		}
	}
}
