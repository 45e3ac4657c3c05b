package api

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// maxErrors is how many query parameters a refusal lists.
const maxErrors = 5

// readQuery reads a query that may have the given parameters, each at most once. Another parameter,
// or one that occurs twice, is invalid-field with its pointer, so that a misspelt name is not
// ignored and no value is picked at random.
func readQuery(raw string, members []string) (url.Values, error) {
	wrong := problem.New(problem.InvalidField).
		WithDetail("地址中的查询参数有误。", "The query of the address is not right.").
		WithRemedy(problem.Platform, "请按接口文档改正地址中的查询参数后重新发送。", "Correct the query as the API description shows and send the request again.")
	query, err := url.ParseQuery(raw)
	if err != nil {
		return nil, wrong.WithDetail("查询参数的编码不正确。", "The query string is not properly encoded.")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		f := problem.Field{Pointer: "/" + escape(clip(name))}
		switch {
		case !slices.Contains(members, name):
			f.Rule, f.Detail = "unknown", problem.Text{ZH: "没有这个查询参数。", EN: "There is no such member of the query."}
		case len(query[name]) > 1:
			f.Rule, f.Detail = "repeated", problem.Text{ZH: "查询参数重复。", EN: "The member of the query is there twice."}
		default:
			continue
		}
		if wrong = wrong.WithField(f); len(wrong.Fields) == maxErrors {
			break
		}
	}
	if len(wrong.Fields) > 0 {
		return nil, wrong
	}
	return query, nil
}

var (
	ulidForm      = regexp.MustCompile(`^[0-7][0-9A-HJKMNP-TV-Z]{25}$`) // of records.NewID
	challengeForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)                // of crypto/rand.Text
	numberForm    = regexp.MustCompile(certificate.NumberForm)
)

// These are costly to compile, and few functions use them.
var (
	usernameForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{1,63}$`) })
	sealForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`) })
	fileForm     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,63}$`) })
)

// PathForm returns the form of the path parameter of this name, and the problem of a value that
// does not have it; nil if no route has such a parameter. Every form bounds the length, because the
// values become parts of keys.
func PathForm(name string) (*regexp.Regexp, *problem.Problem) {
	switch name {
	case "certificate":
		return ulidForm, problem.New(problem.CertificateNotFound)
	case "endorsement":
		return ulidForm, problem.New(problem.EndorsementNotFound)
	case "consent":
		return ulidForm, problem.New(problem.ConsentNotFound)
	case "report":
		return ulidForm, problem.New(problem.ReportNotFound)
	case "job":
		return ulidForm, problem.New(problem.JobNotFound)
	case "number":
		return numberForm, problem.New(problem.CertificateNotFound)
	case "challenge":
		return challengeForm, problem.New(problem.ChallengeNotFound)
	case "seal":
		return sealForm(), problem.New(problem.NotFound)
	case "file":
		return fileForm(), problem.New(problem.NotFound)
	case "username":
		return usernameForm(), problem.New(problem.InvalidField).WithField(problem.Field{
			Pointer: "/username", Rule: "username.format", Detail: problem.Text{
				ZH: "用户名为 2 至 64 个字母、数字或 ._@-，以字母或数字开头",
				EN: "A user name has 2 to 64 letters, digits or ._@- and begins with a letter or digit.",
			},
		})
	}
	return nil, nil
}

// Parameters returns the names of a route key's path parameters, in order.
func Parameters(route string) (names []string) {
	for segment := range strings.SplitSeq(route, "/") {
		if strings.HasPrefix(segment, "{") {
			names = append(names, strings.Trim(segment, "{}"))
		}
	}
	return names
}

// checkPath refuses a path whose parameters do not have their forms.
func checkPath(r *Request) error {
	for _, name := range Parameters(r.Route) {
		is, otherwise := PathForm(name)
		if is == nil {
			return fmt.Errorf("the path parameter %s has no form", name)
		}
		if !is.MatchString(r.Path[name]) {
			return otherwise
		}
	}
	return nil
}
