package sessions_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
)

// portalAccount returns an account of 张三 on a portal, with this user name.
func portalAccount(portal, username string) identity.Account {
	a := zhang()
	a.Portal, a.Username = portal, username
	return a
}

func phoneOf(t *testing.T, table *sessionstest.Table, a identity.Account) string {
	t.Helper()
	p, err := table.Store.Phone(t.Context(), a.Holder, a.Portal)
	if err != nil {
		t.Fatal(err)
	}
	return p.Number
}

func TestAPortalsStatementOfAPhoneIsItsOwn(t *testing.T) {
	table := sessionstest.Open(t)
	national := table.Account(t, portalAccount("gjzwfw", "zhangsan"), "13800000001", noon)
	ghost := table.Account(t, portalAccount("mohurd", "ghost-1"), "13900000002", noon.Add(time.Minute))
	if got := phoneOf(t, table, national); got != "13800000001" {
		t.Errorf("the national platform states %q after the ministry's portal stated a phone", got)
	}
	unbinding := table.Change(t, ghost, "", noon.Add(time.Hour))
	if err := table.Store.PutAccount(t.Context(), ghost, sessions.Put{Phone: unbinding}); err != nil {
		t.Fatal(err)
	}
	for portal, want := range map[string]bool{"gjzwfw": true, "mohurd": false} {
		if bound, err := table.Store.PhoneBound(t.Context(), ghost.Holder, portal); err != nil || bound != want {
			t.Errorf("PhoneBound at %s = %t, %v", portal, bound, err)
		}
	}
}

func TestAStatementCannotBeMovedToAnotherPortal(t *testing.T) {
	table := sessionstest.Open(t)
	a := table.Account(t, portalAccount("mohurd", "zhangsan"), "13900000002", noon)
	got, err := table.Client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table.Name, Key: tableKey(t, "PHONE#"+a.Holder, "PORTAL#mohurd")})
	if err != nil || got.Item == nil {
		t.Fatal(got, err)
	}
	got.Item["sk"] = tableKey(t, "", "PORTAL#gjzwfw")["sk"]
	if _, err := table.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table.Name, Item: got.Item}); err != nil {
		t.Fatal(err)
	}
	if p, err := table.Store.Phone(t.Context(), a.Holder, "gjzwfw"); err == nil {
		t.Errorf("the national platform states %q", p.Number)
	}
}

func tableKey(t *testing.T, pk, sk string) map[string]types.AttributeValue {
	t.Helper()
	key, err := attributevalue.MarshalMap(map[string]string{"pk": pk, "sk": sk})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestOfTwoChangesOfAStatementTheSecondReadsTheFirst(t *testing.T) {
	table := sessionstest.Open(t)
	a := table.Account(t, zhang(), "13800000001", noon)
	first, second := table.Change(t, a, "13900000002", noon.Add(time.Second)), table.Change(t, a, "13700000003", noon.Add(time.Second))
	if err := table.Store.PutAccount(t.Context(), a, sessions.Put{Phone: first}); err != nil {
		t.Fatal(err)
	}
	a.Revision++
	if err := table.Store.PutAccount(t.Context(), a, sessions.Put{Phone: second}); !errors.Is(err, sessions.ErrChanged) {
		t.Errorf("PutAccount = %v, want ErrChanged: who had the first number would hear nothing", err)
	}
}

func TestAccountsAreFoundByTheirPersonAndByWhoPutThem(t *testing.T) {
	table := sessionstest.Open(t)
	ministry := table.Account(t, portalAccount("mohurd", "zhangsan"), "13800000001", noon)
	national := table.Account(t, portalAccount("gjzwfw", "zhangsan"), "13800000001", noon)
	other := zhang()
	other.Username, other.IDNumber = "lisi", "310101198506150016"
	other = table.Account(t, other, "", noon)

	ghost := portalAccount("mohurd", "ghost-1")
	ghost.Holder = ministry.Holder
	link := identity.Link{Hash: identity.HashToken("secret"), SentTo: "13900000002", ExpiresAt: noon.Add(identity.LinkLife)}
	puts := []identity.AccountPut{
		{Client: "stolen", At: noon.Add(time.Minute), Portal: "mohurd", Username: "ghost-1", Holder: ministry.Holder, Did: []string{"created", "phone", "link"}},
		{Client: "stolen", At: noon.Add(2 * time.Minute), Portal: "mohurd", Username: "ghost-1", Holder: ministry.Holder},
		{Client: "stolen", At: noon.Add(3 * time.Minute), Portal: "mohurd", Username: "lisi", Holder: other.Holder},
	}
	for i, put := range []struct {
		a    identity.Account
		with sessions.Put
	}{
		{ghost, sessions.Put{Client: "stolen", At: puts[0].At, Phone: table.Change(t, ghost, "13900000002", puts[0].At), Link: &link}},
		{ghost, sessions.Put{Client: "stolen", At: puts[1].At}},
		{other, sessions.Put{Client: "stolen", At: puts[2].At}},
	} {
		if i == 1 {
			put.a.Revision = 1
		}
		if err := table.Store.PutAccount(t.Context(), put.a, put.with); err != nil {
			t.Fatal(err)
		}
	}

	accounts, err := table.Store.AccountsOf(t.Context(), national.Holder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range accounts {
		names = append(names, a.Username+"@"+a.Portal)
	}
	if diff := cmp.Diff([]string{"zhangsan@gjzwfw", "ghost-1@mohurd", "zhangsan@mohurd"}, names); diff != "" {
		t.Error(diff)
	}
	for _, period := range []struct {
		from, to time.Time
		want     []identity.AccountPut
	}{
		{noon, noon.Add(time.Hour), puts},
		{puts[1].At, puts[2].At, puts[1:2]},
		{puts[2].At, puts[2].At.Add(time.Millisecond), puts[2:]},
		{noon.Add(time.Hour), noon, nil},
	} {
		got, err := table.Store.AccountsPutBy(t.Context(), "stolen", period.from, period.to)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(period.want, got); diff != "" {
			t.Errorf("from %s to %s: %s", period.from, period.to, diff)
		}
	}
	if got, err := table.Store.AccountsPutBy(t.Context(), "stole", noon, noon.Add(time.Hour)); err != nil || got != nil {
		t.Errorf("another client's: %v, %v", got, err)
	}
}

func TestARevokedAccountOpensNothingAndStatesNoPhone(t *testing.T) {
	table := sessionstest.Open(t)
	national := table.Account(t, portalAccount("gjzwfw", "zhangsan"), "13800000001", noon)
	ghost := table.Account(t, portalAccount("mohurd", "ghost-1"), "13900000002", noon)
	link := identity.Link{Hash: identity.HashToken("secret"), SentTo: "13900000002", ExpiresAt: noon.Add(identity.LinkLife)}
	if err := table.Store.PutAccount(t.Context(), ghost, sessions.Put{Link: &link}); err != nil {
		t.Fatal(err)
	}
	token, stays := table.SignIn(t, ghost, noon), table.SignIn(t, national, noon)
	code := identity.Code{Portal: ghost.Portal, Username: ghost.Username, Hash: "right", ExpiresAt: noon.Add(identity.CodeLife)}
	if err := table.Store.PutCode(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	stored, err := table.Store.Account(t.Context(), ghost.Portal, ghost.Username)
	if err != nil {
		t.Fatal(err)
	}
	if err := table.Store.RevokeAccount(t.Context(), stored, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Store.Session(t.Context(), token, noon); !errors.Is(err, sessions.ErrSessionEnded) {
		t.Errorf("the session: %v", err)
	}
	if _, err := table.Store.LinkAccount(t.Context(), "secret", noon); !errors.Is(err, sessions.ErrLinkEnded) {
		t.Errorf("the link: %v", err)
	}
	if _, err := table.Store.TryCode(t.Context(), ghost.Portal, ghost.Username); !errors.Is(err, sessions.ErrCodeEnded) {
		t.Errorf("the code: %v", err)
	}
	after, err := table.Store.Account(t.Context(), ghost.Portal, ghost.Username)
	if err != nil || after.PasswordHash != "" || len(after.Sessions) > 0 || after.Link != nil {
		t.Errorf("the account: %+v, %v", after, err)
	}
	if got := phoneOf(t, table, ghost); got != "" {
		t.Errorf("its portal states %s", got)
	}
	if _, err := table.Store.Session(t.Context(), stays, noon); err != nil || phoneOf(t, table, national) == "" {
		t.Errorf("the other portal's account lost its session or phone: %v", err)
	}
	if err := table.Store.RevokeAccount(t.Context(), stored, noon); !errors.Is(err, sessions.ErrChanged) {
		t.Errorf("the account as it was: %v, want ErrChanged", err)
	}
	if err := table.Store.RevokeAccount(t.Context(), after, noon); err != nil {
		t.Errorf("once more: %v", err)
	}
}

// TestAnErasedPersonIsNowhereInTheTable stores every kind of item about a person, erases the
// person, and searches every item for their values and keyed hashes.
func TestAnErasedPersonIsNowhereInTheTable(t *testing.T) {
	table := sessionstest.Open(t)
	var tokens []string
	var erased identity.Account
	for _, portal := range []string{"mohurd", "gjzwfw"} {
		a := portalAccount(portal, "erased-"+portal)
		a.Holder = table.Sealer.Hash("holder", a.IDType, a.IDNumber)
		for n := range 3 { // one link after another
			link := identity.Link{Hash: identity.HashToken(portal + strings.Repeat("x", n)), SentTo: "13800000001", ExpiresAt: noon.Add(identity.LinkLife)}
			put := sessions.Put{Client: portal + "-portal", At: noon.Add(time.Duration(n) * time.Second), Link: &link}
			if n == 0 {
				put.Phone = table.Change(t, a, "13800000001", noon)
			}
			if err := table.Store.PutAccount(t.Context(), a, put); err != nil {
				t.Fatal(err)
			}
			a.Revision++
		}
		token := table.SignIn(t, a, noon)
		table.Identify(t, token, noon)
		tokens = append(tokens, token)
		if err := table.Store.PutCode(t.Context(), identity.Code{Portal: a.Portal, Username: a.Username, Hash: "right", ExpiresAt: noon}); err != nil {
			t.Fatal(err)
		}
		session, err := table.Store.Session(t.Context(), token, noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := table.Store.Take(t.Context(), identity.CodeLimits(session, "13800000001", noon)[0], noon); err != nil {
			t.Fatal(err)
		}
		erased = a
	}
	other := zhang()
	other.Username, other.Name, other.IDNumber = "lisi", "李四", "310101198506150016"
	other = table.Account(t, other, "13700000003", noon)
	stays := table.SignIn(t, other, noon)

	// An item from before portals stated phones and accounts were indexed by person.
	table.Account(t, portalAccount("mohurd", "hidden"), "", noon)
	unlist(t, table, erased.Holder, "mohurd", "hidden")
	oldPhone(t, table, erased.Holder, "13800000001", noon)

	person, err := table.Store.Person(t.Context(), erased.Holder)
	if err != nil || len(person.Accounts) != 2 || len(person.Phones) != 2 {
		t.Fatalf("%+v, %v", person, err)
	}
	there, err := table.Store.Traces(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	done, err := table.Store.EraseHolder(t.Context(), erased.Holder)
	if err != nil {
		t.Fatal(err)
	}
	if there != done {
		t.Errorf("there were %+v, and erased is %+v", there, done)
	}
	if left, err := table.Store.Traces(t.Context(), person); err != nil || left != (sessions.Erased{}) {
		t.Errorf("left are %+v, %v", left, err)
	}
	// For each portal: three links, three puts, a challenge, a face shown, a code, and a limit of
	// its codes.
	if want := (sessions.Erased{Accounts: 3, Phones: 3, Sessions: 2, Others: 20}); done != want {
		t.Errorf("erased %+v, want %+v", done, want)
	}
	rest := dump(t, table)
	for _, value := range []string{erased.Holder, "erased-", "张三", "hidden", "LIMIT#code-"} {
		if strings.Contains(rest, value) {
			t.Errorf("the table still has %q:\n%s", value, rest)
		}
	}
	for _, token := range tokens {
		if _, err := table.Store.Session(t.Context(), token, noon); !errors.Is(err, sessions.ErrSessionEnded) {
			t.Errorf("a session is still open: %v", err)
		}
	}
	if _, err := table.Store.Session(t.Context(), stays, noon); err != nil || phoneOf(t, table, other) == "" {
		t.Errorf("another person lost their session or phone: %v", err)
	}
	if again, err := table.Store.EraseHolder(t.Context(), erased.Holder); err != nil || again != (sessions.Erased{}) {
		t.Errorf("once more: %+v, %v", again, err)
	}
}

// unlist removes the index entry of an account, as accounts were before there was an index by
// person.
func unlist(t *testing.T, table *sessionstest.Table, holder, portal, username string) {
	t.Helper()
	if _, err := table.Client.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: &table.Name, Key: tableKey(t, "HOLDER#"+holder, "ACCOUNT#"+portal+"#"+username),
	}); err != nil {
		t.Fatal(err)
	}
}

// oldPhone stores a phone in the former form, one for all portals.
func oldPhone(t *testing.T, table *sessionstest.Table, holder, number string, at time.Time) {
	t.Helper()
	sealed, err := table.Sealer.Seal(number, "phone/number/"+holder)
	if err != nil {
		t.Fatal(err)
	}
	item, err := attributevalue.MarshalMap(map[string]any{"pk": "PHONE#" + holder, "sk": "PHONE", "v": 1, "number": sealed, "bound": at.UnixMilli()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := table.Client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table.Name, Item: item}); err != nil {
		t.Fatal(err)
	}
}

// TestOldPhonesAndAccountsAreMigrated stores phones and accounts in the former form, and migrates
// them.
func TestOldPhonesAndAccountsAreMigrated(t *testing.T) {
	table := sessionstest.Open(t)
	both, since := table.Account(t, portalAccount("mohurd", "zhangsan"), "", noon), table.Account(t, portalAccount("gjzwfw", "zhangsan"), "13700000003", noon.Add(time.Hour))
	for _, a := range []identity.Account{both, since} {
		unlist(t, table, a.Holder, a.Portal, a.Username)
	}
	oldPhone(t, table, both.Holder, "13800000001", noon.Add(time.Minute))

	old := table.Store.UncheckedStore()
	run := func(m sessions.Migration) (accounts, phones int) {
		t.Helper()
		for part := range 3 {
			n, err := old.IndexAccounts(t.Context(), part, 3, m)
			if err != nil {
				t.Fatal(err)
			}
			accounts += n
		}
		for part := range 3 {
			n, err := old.MigratePhones(t.Context(), part, 3, m)
			if err != nil {
				t.Fatal(err)
			}
			phones += n
		}
		return accounts, phones
	}
	for _, step := range []struct {
		how              sessions.Migration
		accounts, phones int
		ministry         string
		left             bool
	}{
		{sessions.Migration{Dry: true}, 2, 1, "", true},
		{sessions.Migration{Keep: true}, 2, 1, "13800000001", true},
		{sessions.Migration{}, 0, 1, "13800000001", false},
		{sessions.Migration{}, 0, 0, "13800000001", false},
	} {
		if accounts, phones := run(step.how); accounts != step.accounts || phones != step.phones {
			t.Errorf("%+v: %d accounts, %d phones", step.how, accounts, phones)
		}
		if got := phoneOf(t, table, both); got != step.ministry {
			t.Errorf("%+v: the ministry's portal states %q", step.how, got)
		}
		if got := phoneOf(t, table, since); got != "13700000003" {
			t.Errorf("%+v: what the national platform stated since became %q", step.how, got)
		}
		out, err := table.Client.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: &table.Name, Key: tableKey(t, "PHONE#"+both.Holder, "PHONE"), ConsistentRead: aws.Bool(true),
		})
		if err != nil || (out.Item != nil) != step.left {
			t.Errorf("%+v: the old phone is there: %t, %v", step.how, out.Item != nil, err)
		}
	}
	accounts, err := table.Store.AccountsOf(t.Context(), both.Holder)
	if err != nil || len(accounts) != 2 {
		t.Errorf("%d accounts are found, %v", len(accounts), err)
	}
}
