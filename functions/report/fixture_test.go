package main

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// fixture is the function over a real table, with one client.
type fixture struct {
	*recordstest.Fixture
	app   *api.App
	token string
}

func newFixture(t *testing.T, areas ...string) fixture {
	t.Helper()
	store := recordstest.NewFixture(t)
	return fixture{store, newApp(deps{
		grants: store.Sessions, certificates: store.Records, journal: store.Journal, reports: store.Records, disputes: store.Records, seals: store.Records, files: store.Files, schemes: store.Schemes,
	}, api.Server{Now: store.Clock.Now, Log: io.Discard}), grantToken(t, store, "mohurd-registry", areas...)}
}

func grantToken(t *testing.T, store *recordstest.Fixture, id string, areas ...string) string {
	if len(areas) == 0 {
		areas = []string{"*"}
	}
	return store.Grant(t, identity.Client{ID: id, Kind: "authority", Areas: areas, Schemes: []string{"*"}, Scopes: []string{"report"}})
}

// as returns the same fixture with another client.
func (d fixture) as(t *testing.T, id string, areas ...string) fixture {
	d.token = grantToken(t, d.Fixture, id, areas...)
	return d
}

func (d fixture) send(t *testing.T, body string) recordstest.Reply {
	t.Helper()
	return recordstest.Send(t, d.app, recordstest.Request{Route: "POST /v1/reports", Token: d.token, Body: body})
}

// report sends rows as an array and requires that all are judged.
func (d fixture) report(t *testing.T, rows ...fields) reporting.Response {
	t.Helper()
	body, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	var a reporting.Response
	d.send(t, string(body)).Into(t, 200, &a)
	return a
}

// fields are the members of a row's JSON, which tests change.
type fields map[string]any

func validRow(t *testing.T) fields {
	return fields{
		"scheme": "constructor-1", "number": "京1112019202000001", "certificateSerial": "00000001",
		"holder":      map[string]any{"name": "张三", "sex": "男", "birth": "1980-01-01", "idType": "111", "idNo": "110101198001010010"},
		"employer":    map[string]any{"name": "示例建设集团有限公司", "uscc": "91110000MA00000152"},
		"specialties": []any{map[string]any{"name": "建筑工程", "from": "2025-07-01", "to": "2028-06-30"}},
		"issuedOn":    "2020-12-11", "areaCode": "110000", "state": "01",
		"photo":          base64.StdEncoding.EncodeToString(recordstest.Photo(t, 295, 413)),
		"signatureImage": base64.StdEncoding.EncodeToString(recordstest.Signature(t, 400, 160)),
	}
}

// with returns a changed row; a nil value removes the member.
func (f fields) with(changes fields) fields {
	row := maps.Clone(f)
	for name, value := range changes {
		if value == nil {
			delete(row, name)
			continue
		}
		row[name] = value
	}
	return row
}

// within changes a member of an object in the row.
func (f fields) within(object string, changes map[string]any) fields {
	inner := maps.Clone(f[object].(map[string]any))
	maps.Copy(inner, changes)
	return f.with(fields{object: inner})
}

// rules returns the broken rules of a row, as "/field rule".
func rules(o reporting.Outcome) string { return listRules(o.Errors) }

// warnings returns the rules of which a row is warned, likewise.
func warnings(o reporting.Outcome) string { return listRules(o.Warnings) }

func listRules(found []reporting.FieldError) string {
	var all []string
	for _, e := range found {
		all = append(all, e.Field+" "+e.Rule)
	}
	return strings.Join(all, ", ")
}
