package archtest

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// front demands that the network before the pages passes every route on to the API, with its method:
// what it does not pass on is looked for among the pages. Files that may be kept for ever it takes from the bucket.
func front(d deployment) (f faults) {
	for _, route := range d.routes() {
		method, address, _ := strings.Cut(route, " ")
		sample := strings.NewReplacer("{", "", "}", "").Replace(address)
		if !slices.ContainsFunc(d.behaviours(), func(b behaviour) bool {
			return b.origin == "api" && b.covers(sample) && slices.Contains(b.methods, method)
		}) {
			f.add("CloudFront does not pass %s on", route)
		}
	}
	// The page names files of one version; a bucket has those of former ones, too.
	for address, from := range map[string]struct{ origin, headers string }{
		"/v/verify-abcdefg2.js": {"pages", "PagesHeaders"}, "/v/desk-abcdefg2.wasm": {"pages", "PagesHeaders"}, "/v/desk-abcdefg2.js.map": {"pages", "PagesHeaders"},
		"/v/deskworker-abcdefg2.js": {"pages", "PagesWorkers"}, "/v/clerkworker-abcdefg2.js": {"pages", "PagesWorkers"},
		"/v/drawworker-abcdefg2.js": {"pages", "PagesDrawing"}, "/v/sw.js": {"api", ""}, "/v/clerk.json": {"api", ""}, "/v/icon.svg": {"api", ""},
	} {
		all := d.behaviours()
		i := slices.IndexFunc(all, func(b behaviour) bool { return b.covers(address) })
		if i < 0 || all[i].origin != from.origin || all[i].headers != from.headers {
			f.add("CloudFront does not take %s from %s with the headers %q", address, from.origin, from.headers)
		}
	}
	return f
}

// behaviour is what is done with addresses of one form.
type behaviour struct {
	pattern, origin, headers string
	methods                  []string
}

// covers reports whether the pattern, in which * stands for anything, holds the address.
func (b behaviour) covers(address string) bool {
	if begin, open := strings.CutSuffix(b.pattern, "*"); open && !strings.ContainsAny(begin, "*?") {
		return strings.HasPrefix(address, begin)
	}
	same, err := path.Match(b.pattern, address)
	return err == nil && same
}

func (d deployment) behaviours() (all []behaviour) {
	r := d.Resources["Front"]
	list := at(&r.Properties, "DistributionConfig.CacheBehaviors")
	if list == nil {
		return nil
	}
	for _, n := range list.Content {
		b := behaviour{pattern: text(n, "PathPattern"), origin: text(n, "TargetOriginId"), headers: text(n, "ResponseHeadersPolicyId")}
		if methods := at(n, "AllowedMethods"); methods != nil {
			for _, m := range methods.Content {
				b.methods = append(b.methods, m.Value)
			}
		}
		all = append(all, b)
	}
	return all
}

func text(n *yaml.Node, path string) string {
	if found := at(n, path); found != nil {
		return found.Value
	}
	return ""
}
