package roles

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"

	"github.com/jiazhu/jiazhu/internal/policy"
)

// Objects is a handler before the S3 at an endpoint, for one function. Each function needs an address of its own,
// because its requests' signatures contain the address.
func (j *Enforcer) Objects(function, endpoint string) (http.Handler, error) {
	to, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("the address of S3: %w", err)
	}
	next := forward(to)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range policy.ObjectCalls(r, func(bucket string) string { return j.names[bucket] }) {
			if !j.roles[function].Allows(c) {
				why := fmt.Sprintf("the role of %s does not allow %s on %s", function, c.Action, c.Resource)
				j.noteRefusal(why)
				refuseObject(w, why)
				return
			}
		}
		next.ServeHTTP(w, r)
	}), nil
}

// refuseObject answers as S3 does.
func refuseObject(w http.ResponseWriter, why string) {
	answer, _ := xml.Marshal(struct { // texts only
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}{Code: "AccessDenied", Message: why})
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write(answer)
}
