package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// correction is a certificate whose ID number an authority reports anew, after its holder has used it.
type correction struct {
	former, present seed.Holder
	session         *seed.Session // the former holder's
	endorsement     client.Endorsement
	pdf             []byte
	consent         client.Consent
}

const correctionKey = "a key of both holders"

func newCorrection(t *testing.T, order int) *correction {
	t.Helper()
	now := civil.Of(time.Now())
	c := &correction{former: seed.EndorsableHolder(order, now), present: seed.EndorsableHolder(order+1, now)}
	c.former.Name, c.present.Name = "示例甲", "欧阳示例"
	c.former = c.former.WithSerial(order)
	c.present.Number = c.former.Number
	if err := service.target().Enter(t.Context(), []seed.Holder{c.former}); err != nil {
		t.Fatal(err)
	}
	var id string
	c.session, id = loginAndIdentify(t, c.former)
	var err error
	if c.endorsement, _, err = c.session.EndorseOnce(t.Context(), id, correctionKey, client.EndorsementAsk{}); err != nil {
		t.Fatal(err)
	}
	if c.pdf, err = c.session.Download(t.Context(), c.endorsement, "pdf"); err != nil {
		t.Fatal(err)
	}
	if c.consent, err = c.session.Consent(t.Context(), c.endorsement, "丙招标代理（示例）", "name", "birth", "photo", "idNumber"); err != nil {
		t.Fatal(err)
	}
	seen := verification(t, "", client.VerificationAsk{Token: c.consent.Link}).Subject
	if seen == nil || seen.Disclosed == nil || seen.Disclosed.IDNumber != c.former.IDNumber() {
		t.Fatalf("before it, the consent shows %+v", seen)
	}
	return c
}

// correct reports whose the certificate is, with their pictures or without.
func (c *correction) correct(t *testing.T, pictures bool) {
	t.Helper()
	row, err := c.former.Row()
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := c.present.Row()
	if err != nil {
		t.Fatal(err)
	}
	row.Holder, row.Photo, row.SignatureImage, row.Employer.Name = theirs.Holder, nil, nil, "另一示例有限公司"
	if pictures {
		row.Photo, row.SignatureImage = theirs.Photo, theirs.SignatureImage
	}
	if _, err := service.target().Report(t.Context(), row); err != nil {
		t.Fatal(err)
	}
}

func TestAFormerHoldersConsentShowsNothingOfTheNewHolder(t *testing.T) {
	c := newCorrection(t, 720)
	c.correct(t, true)
	agency := token(t, testkeys.Agency, "verify")
	for name, ask := range map[string]struct {
		token string
		body  map[string]any
	}{
		"the consent's link": {"", map[string]any{"token": c.consent.Link}},
		"an organisation":    {agency, map[string]any{"token": c.endorsement.Token(), "statedPurpose": "评标"}},
		"the file":           {agency, map[string]any{"file": c.pdf, "consent": strings.Split(c.consent.Link, "consent=")[1], "statedPurpose": "评标"}},
	} {
		t.Run(name, func(t *testing.T) {
			reply, err := service.api().Send(t.Context(), seed.Call{Method: http.MethodPost, Path: "/v1/verifications", Token: ask.token, JSON: ask.body})
			if err != nil || reply.Status != http.StatusOK {
				t.Fatalf("%v, %v", reply, err)
			}
			var v struct {
				Verdict string
				Checks  []struct{ Check, Result, Reason, Text string }
			}
			if err := json.Unmarshal(reply.Body, &v); err != nil {
				t.Fatal(err)
			}
			if said := fmt.Sprint(v.Checks); v.Verdict != "invalid" || !strings.Contains(said, "{copy fail holder-changed 证书登记的持证人已更正，该加注件作废}") {
				t.Errorf("it is %s: %s", v.Verdict, said)
			}
			c.checkTellsNothing(t, reply.Body)
		})
	}
}

// checkTellsNothing fails where an answer speaks of the present holder, or shows more than everybody sees.
func (c *correction) checkTellsNothing(t *testing.T, body []byte) {
	t.Helper()
	for what, secret := range map[string]string{
		"name": c.present.Name, "masked name": certificate.MaskName(c.present.Name), "birth date": c.present.Birth.String(),
		"ID number": c.present.IDNumber(), "former ID number": c.former.IDNumber(), "employer": "另一示例有限公司", "disclosure": "disclosed",
	} {
		if strings.Contains(string(body), secret) {
			t.Errorf("the %s is told: %s", what, body)
		}
	}
}

func TestANewHolderSeesNoFormerHistoryLedgerConsentsOrFiles(t *testing.T) {
	c := newCorrection(t, 730)
	c.correct(t, false)
	for _, portal := range []string{seed.Ministry, seed.National} {
		if err := service.target().Open(t.Context(), portal, c.present); err != nil {
			t.Fatal(err)
		}
	}
	mine, id := loginAndIdentify(t, c.present) // the list shows it
	if id == c.endorsement.Certificate {
		t.Fatalf("the list shows the former holder's, %s", id)
	}
	history, err := mine.History(t.Context(), id, client.ListEndorsementsParams{Limit: new(50)})
	if err != nil || len(history) != 0 {
		t.Errorf("the history shows %+v, %v", history, err)
	}
	ledger, err := mine.Ledger(t.Context(), id)
	if err != nil || len(ledger) != 0 {
		t.Errorf("the ledger shows %+v, %v", ledger, err)
	}
	for what, do := range map[string]func() error{
		"one copy": func() error { _, err := mine.Endorsement(t.Context(), c.endorsement); return err },
		"consents": func() error { _, err := mine.Consents(t.Context(), c.endorsement); return err },
		"ending":   func() error { return mine.Revoke(t.Context(), c.endorsement, c.consent.Consent) },
		"a link":   func() error { _, err := mine.Link(t.Context(), c.endorsement, "pdf"); return err },
		"undoing":  func() error { _, err := mine.Withdraw(t.Context(), c.endorsement, ""); return err },
	} {
		t.Run(what, func(t *testing.T) { wantProblem(t, do(), "certificate-not-found") })
	}
	_, _, err = mine.EndorseOnce(t.Context(), id, correctionKey, client.EndorsementAsk{})
	wantProblem(t, err, "photo-missing") // the former holder's picture is on no new copy

	c.correct(t, true)
	made, again, err := mine.EndorseOnce(t.Context(), id, correctionKey, client.EndorsementAsk{})
	if err != nil || again || made.Endorsement == c.endorsement.Endorsement {
		t.Fatalf("the former holder's key leads to %+v, again %v, %v", made, again, err)
	}
	given, err := mine.Consent(t.Context(), made, "丁（示例）", "idNumber")
	if err != nil {
		t.Fatal(err)
	}
	if seen := verification(t, "", client.VerificationAsk{Token: given.Link}).Subject; seen == nil || seen.Disclosed == nil || seen.Disclosed.IDNumber != c.present.IDNumber() {
		t.Errorf("the new holder's consent shows %+v", seen)
	}

	verification(t, "", client.VerificationAsk{Token: c.endorsement.Token(), Asker: &client.Asker{Name: "戊（示例）"}})
	if ledger, err = mine.Ledger(t.Context(), id); err != nil || len(ledger) != 1 || ledger[0].Endorsement != made.Endorsement {
		t.Errorf("the new holder is told of the former's copy: %+v, %v", ledger, err)
	}
	items, bindable, err := c.session.Certificates(t.Context())
	if err != nil || len(items)+len(bindable) != 0 {
		t.Errorf("the former holder has %v, %v, %v", items, bindable, err)
	}
	_, err = c.session.Link(t.Context(), c.endorsement, "pdf")
	wantProblem(t, err, "certificate-not-found")
}

// What is kept about a person is told that person: the former holder's copies theirs, the record the new holder's.
func TestAnExportHoldsOnePersonsDataAlone(t *testing.T) {
	c, term := newCorrection(t, 740), newCommandLine(t)
	verification(t, "", client.VerificationAsk{Token: c.endorsement.Token(), Asker: &client.Asker{Name: "己（示例）"}})
	c.correct(t, true)
	theirs, _ := term.jiazhu(t, 0, c.former.IDNumber(), "export", "-")
	if !strings.Contains(theirs, c.endorsement.Endorsement) || !strings.Contains(theirs, "己（示例）") || !strings.Contains(theirs, c.consent.Consent) {
		t.Errorf("the former holder's copies are not in the export: %s", theirs)
	}
	c.checkTellsNothing(t, []byte(strings.ReplaceAll(theirs, c.former.IDNumber(), "")))
	mine, _ := term.jiazhu(t, 0, c.present.IDNumber(), "export", "-")
	if !strings.Contains(mine, c.present.IDNumber()) || strings.Contains(mine, c.endorsement.Endorsement) || strings.Contains(mine, "己（示例）") ||
		strings.Contains(mine, c.former.IDNumber()) {
		t.Errorf("the new holder's export holds another's: %s", mine)
	}
	if out, _ := term.jiazhu(t, 0, "", "history", c.present.Number); strings.Contains(out, c.endorsement.Endorsement) {
		t.Errorf("the history of the new holder is %s", out)
	}
	if out, _ := term.jiazhu(t, 0, "", "history", c.endorsement.Certificate, c.endorsement.Endorsement); !strings.Contains(out, "void: the certificate's holder was corrected") {
		t.Errorf("the copy's history is %s", out)
	}
	term.jiazhu(t, 0, "", "erase", "-yes", c.former.Username+"@"+seed.Ministry)
	var left struct {
		Certificates []struct {
			Consents []struct {
				RevokedAt *time.Time
				Sealed    bool
			}
		}
	}
	out, _ := term.jiazhu(t, 0, c.former.IDNumber(), "export", "-")
	if err := json.Unmarshal([]byte(out), &left); err != nil {
		t.Fatal(err)
	}
	if len(left.Certificates) != 1 || len(left.Certificates[0].Consents) != 1 {
		t.Fatal(out)
	}
	if kept := left.Certificates[0].Consents[0]; kept.RevokedAt == nil || kept.Sealed {
		t.Errorf("the consent was not ended: %s", out)
	}
}

// A copy as a program of version 1 stored it is not found, until the command has moved it.
func TestTheCommandMovesWhatVersion1Stored(t *testing.T) {
	c, d := newCommandLine(t), newEndorsedHolder(t)
	storeAsVersion1(t, d.endorsement)
	if got := verification(t, "", client.VerificationAsk{Token: d.endorsement.Token()}).Verdict; got != "invalid" {
		t.Errorf("before it, the copy is %s", got)
	}
	counted, _ := c.jiazhu(t, 0, "", "migrate", "-json")
	moved, _ := c.jiazhu(t, 0, "", "migrate", "-json", "-yes")
	if counted != moved || !strings.Contains(moved, `"Certificates": 1`) {
		t.Errorf("counted %s, moved %s", counted, moved)
	}
	if again, _ := c.jiazhu(t, 0, "", "migrate", "-yes"); !strings.HasPrefix(again, "moved, of 0 certificates") {
		t.Errorf("the second run says %s", again)
	}
	if now, err := d.Endorsement(t.Context(), d.endorsement); err != nil || now.State != "ready" {
		t.Errorf("it is %s, %v", now.State, err)
	}
	for name, ask := range map[string]client.VerificationAsk{"code": {Token: d.endorsement.Token()}, "PDF": {File: d.pdf}} {
		if got := verification(t, "", ask).Verdict; got != "valid" {
			t.Errorf("the %s is %s", name, got)
		}
	}
	c.jiazhu(t, 2, "", "migrate", "-parts", "0")
}

// storeAsVersion1 puts an endorsement back to where version 1 had it, without a word of whose it is.
func storeAsVersion1(t *testing.T, e client.Endorsement) {
	t.Helper()
	table := aws.String(template.TableName("Records"))
	out, err := database(t).Query(t.Context(), &awsdynamodb.QueryInput{
		TableName: table, KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :sk)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": &types.AttributeValueMemberS{Value: "COPY#" + e.Certificate}, ":sk": &types.AttributeValueMemberS{Value: "ENDORSE#"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range out.Items {
		sk := item["sk"].(*types.AttributeValueMemberS).Value
		if !strings.HasSuffix(sk, e.Endorsement) {
			continue
		}
		key := map[string]types.AttributeValue{"pk": item["pk"], "sk": item["sk"]}
		if _, err := database(t).DeleteItem(t.Context(), &awsdynamodb.DeleteItemInput{TableName: table, Key: key}); err != nil {
			t.Fatal(err)
		}
		item["pk"], item["v"] = &types.AttributeValueMemberS{Value: "CERT#" + e.Certificate}, &types.AttributeValueMemberN{Value: "1"}
		stored, err := records.DecodeEndorsement(item)
		if err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(stored)
		if err != nil {
			t.Fatal(err)
		}
		item["record"] = &types.AttributeValueMemberS{Value: string(body)}
		for _, later := range []string{"holder", "version", "r"} {
			delete(item, later)
		}
		if _, err := database(t).PutItem(t.Context(), &awsdynamodb.PutItemInput{TableName: table, Item: item}); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatalf("the endorsement %s is not stored", e.Endorsement)
}
