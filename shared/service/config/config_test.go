package config_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

func env(values map[string]string) func(string) string {
	return func(name string) string { return values[name] }
}

func keys(t *testing.T, list ...jose.JSONWebKey) string {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: list})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func p256(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAFunctionIsAskedForWhatItNeedsOnly(t *testing.T) {
	got, err := config.Load(env(map[string]string{config.SessionsTable: "s"}), config.SessionsTable)
	if err != nil {
		t.Fatal(err)
	}
	if got.SessionsTable != "s" || got.ChallengeLife != 120*time.Second || got.RecordsTable != "" {
		t.Errorf("settings %+v", got)
	}
	_, err = config.Load(env(nil), config.SessionsTable, config.Portals)
	if err == nil || !strings.Contains(err.Error(), "SESSIONS_TABLE is not set") || !strings.Contains(err.Error(), "PORTALS is not set") {
		t.Errorf("the error does not list what is missing: %v", err)
	}
}

func TestEverythingSetIsRead(t *testing.T) {
	public := keys(t, jose.JSONWebKey{Key: p256(t).Public(), KeyID: "k"})
	file := filepath.Join(t.TempDir(), "field.key")
	if err := os.WriteFile(file, []byte("contents"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := config.Load(env(map[string]string{
		config.PublicURL:        "http://127.0.0.1:8080",
		config.Portals:          `{"mohurd":{"name":"门户","bindingNeeded":false,"listNeedsIdentity":true,"scanPrompt":"请扫码"},"gjzwfw":{"name":"平台","statesPhone":true,"scanPrompt":"请扫码"}}`,
		config.Clients:          `[{"id":"p","kind":"portal","portal":"mohurd","scopes":["accounts"],"keys":` + public + `},{"id":"r","kind":"authority","areas":["*"],"schemes":["*"],"scopes":["report"],"keys":` + public + `}]`,
		config.Issuers:          `[{"id":"https://app","portals":["mohurd"],"keys":` + public + `}]`,
		config.MessagesURL:      "http://127.0.0.1:9000/messages",
		config.MessagesSecret:   "secret",
		config.FieldKey:         "file://" + file,
		config.TestSeal:         "true",
		config.TimestampURL:     "https://tsa.example.cn/tsr",
		config.SealTimestampURL: "https://tsa.example.cn/sm2",
		config.LongTerm:         "true",
		config.ChallengeSeconds: "60",
		config.FileDaysAfterUse: "90",
	}))
	if err != nil {
		t.Fatal(err)
	}
	contents, err := got.FieldKey.Read()
	if err != nil || string(contents) != "contents" {
		t.Errorf("the key file reads %q, %v", contents, err)
	}
	if !got.Portals["mohurd"].ListNeedsIdentity || len(got.Clients) != 2 || got.Clients[1].Areas[0] != "*" ||
		len(got.Issuers[0].Keys.Key("k")) != 1 || got.Messages.Secret != "secret" || !got.TestSeal || got.TimestampURL != "https://tsa.example.cn/tsr" || got.SealTimestampURL != "https://tsa.example.cn/sm2" || !got.LongTerm || got.ChallengeLife != time.Minute || got.FileDaysAfterUse != 90 {
		t.Errorf("settings %+v", got)
	}
}

// TestAVaultHasTheKeysWhoseFilesAreNamed and no others. A file of all keys, as earlier versions
// had, is not accepted as one of them.
func TestAVaultHasTheKeysWhoseFilesAreNamed(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, data []byte) string {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		return "file://" + filepath.Join(folder, name)
	}
	files, err := fieldcrypto.Generate("k")
	if err != nil {
		t.Fatal(err)
	}
	open := func(named map[string]string) (*fieldcrypto.Sealer, error) {
		settings, err := config.Load(env(named))
		if err != nil {
			t.Fatal(err)
		}
		return settings.Sealer()
	}
	limits, err := open(map[string]string{config.LimitsKey: write("limits.key", files.Limits)})
	if err != nil {
		t.Fatal(err)
	}
	if limits.HashPassing("limit", "x") == "" {
		t.Error("the key of limits names nothing")
	}
	if _, err := limits.Seal("x", "place"); !errors.Is(err, fieldcrypto.ErrNoFieldKey) {
		t.Errorf("the key of limits seals: %v", err)
	}
	single := write("field.key", slices.Concat(files.Names, files.Field))
	if _, err := open(map[string]string{config.NamesKey: single, config.LimitsKey: single, config.FieldKey: single}); err == nil || !strings.Contains(err.Error(), "jiazhu keys split") {
		t.Errorf("a file of all keys: %v", err)
	}
	if _, err := open(map[string]string{config.FieldKey: "file://" + folder + "/nothing"}); err == nil {
		t.Error("a file that is not there was read")
	}
}

func TestPartiesMayLieInFilesThatNoEnvironmentHolds(t *testing.T) {
	folder := t.TempDir()
	file := func(name, contents string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(contents), 0o600); err != nil {
			t.Fatal(err)
		}
		return "file://" + path
	}
	public := keys(t, jose.JSONWebKey{Key: p256(t).Public(), KeyID: "k"})
	var clients []string
	for n := range 500 {
		clients = append(clients, fmt.Sprintf(`{"id":"r%d","kind":"authority","areas":["110000"],"schemes":["constructor-1"],"scopes":["report"],"keys":%s}`, n, public))
	}
	got, err := config.Load(env(map[string]string{
		config.Portals: file("portals.json", `{"mohurd":{"name":"门户","scanPrompt":"请扫码","statesPhone":true}}`),
		config.Clients: file("clients.json", "["+strings.Join(clients, ",\n")+"]\n"),
		config.Issuers: file("issuers.json", `[{"id":"https://app","portals":["mohurd"],"keys":`+public+`}]`),
	}), config.Clients, config.Portals, config.Issuers)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Clients) != 500 || got.Clients[499].ID != "r499" || got.Portals["mohurd"].Name != "门户" || got.Issuers[0].ID != "https://app" {
		t.Errorf("%d clients, portals %v, issuers %v", len(got.Clients), got.Portals, got.Issuers)
	}
	for name, value := range map[string]string{
		"a file that is not there":   "file://" + filepath.Join(folder, "none.json"),
		"a file with another thing":  file("other.json", `{"keys":[]}`),
		"a file that is too long":    file("long.json", "["+strings.Repeat(" ", 1<<20)+"]"),
		"a folder":                   "file://" + folder,
		"a location that is no path": "file:clients.json",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Load(env(map[string]string{config.Clients: value}))
			if err == nil || !strings.Contains(err.Error(), "CLIENTS") {
				t.Errorf("Load = %v", err)
			}
		})
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	private := p256(t)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	good := keys(t, jose.JSONWebKey{Key: private.Public(), KeyID: "k"})
	issuer := func(keys string) string { return `[{"id":"https://app","portals":["mohurd"],"keys":` + keys + `}]` }
	client := func(rest string) string { return `[{"id":"p",` + rest + `,"keys":` + good + `}]` }
	portal := `"kind":"portal","portal":"mohurd","scopes":["accounts"]`
	organisation := `"kind":"organisation","name":"x","scopes":["verify"]`
	for name, c := range map[string]struct{ variable, value string }{
		"an origin with a path":              {config.PublicURL, "https://example.cn/x"},
		"an origin with a slash":             {config.PublicURL, "https://example.cn/"},
		"an origin without a scheme":         {config.PublicURL, "example.cn"},
		"an origin with a password":          {config.PublicURL, "https://u:p@example.cn"},
		"a gateway by another scheme":        {config.MessagesURL, "ftp://example.cn"},
		"a gateway without TLS":              {config.MessagesURL, "http://example.cn/messages"},
		"a gateway without TLS in a network": {config.MessagesURL, "http://10.0.0.1/messages"},
		"a gateway on everybody's address":   {config.MessagesURL, "http://0.0.0.0/messages"},
		"a gateway that sounds like here":    {config.MessagesURL, "http://localhost.example.cn/messages"},
		"a secret of an edge that is short":  {config.EdgeSecret, strings.Repeat("s", 31)},
		"a second secret that is short":      {config.EdgeSecret, strings.Repeat("s", 32) + " s"},
		"a second secret that is empty":      {config.EdgeSecret, strings.Repeat("s", 32) + " "},
		"three secrets":                      {config.EdgeSecret, strings.Repeat(strings.Repeat("s", 32)+" ", 2) + strings.Repeat("s", 32)},
		"a secret that no header can hold":   {config.EdgeSecret, strings.Repeat("s", 32) + "\n"},
		"a key location by another scheme":   {config.FieldKey, "kms://alias/field"},
		"a key location that is relative":    {config.FieldKey, "file://field.key"},
		"a key location that is a bare path": {config.SigningKeys, "/etc/keys"},
		"a time-stamping authority by ftp":   {config.TimestampURL, "ftp://example.cn"},
		"a seals' authority without scheme":  {config.SealTimestampURL, "tsa.example.cn"},
		"a long term without time stamps":    {config.LongTerm, "true"},
		"a test seal of yes":                 {config.TestSeal, "yes"},
		"files for years after use":          {config.FileDaysAfterUse, "731"},
		"files for days before the last":     {config.FileDaysAfterUse, "-1"},
		"a challenge of a second":            {config.ChallengeSeconds, "1"},
		"a challenge of words":               {config.ChallengeSeconds, "two minutes"},
		"portals that are no JSON":           {config.Portals, "mohurd"},
		"portals with an unknown member":     {config.Portals, `{"x":{"name":"n","scanPrompt":"s","colour":"red"}}`},
		"a portal without a name":            {config.Portals, `{"x":{"scanPrompt":"s","statesPhone":true}}`},
		"no portal that states phones":       {config.Portals, `{"x":{"name":"n","scanPrompt":"s"}}`},
		"two portals that state phones":      {config.Portals, `{"x":{"name":"n","scanPrompt":"s","statesPhone":true},"y":{"name":"n","scanPrompt":"s","statesPhone":true}}`},
		"text after the portals":             {config.Portals, `{} {}`},
		"an issuer without keys":             {config.Issuers, issuer(`{"keys":[]}`)},
		"an issuer's private key":            {config.Issuers, issuer(keys(t, jose.JSONWebKey{Key: private, KeyID: "k"}))},
		"an issuer's shared secret":          {config.Issuers, issuer(keys(t, jose.JSONWebKey{Key: []byte("secret"), KeyID: "k"}))},
		"an issuer's RSA key":                {config.Issuers, issuer(keys(t, jose.JSONWebKey{Key: rsaKey.Public(), KeyID: "k"}))},
		"an issuer's P-384 key":              {config.Issuers, issuer(keys(t, jose.JSONWebKey{Key: p384.Public(), KeyID: "k"}))},
		"an issuer without portals":          {config.Issuers, `[{"id":"https://app","keys":` + good + `}]`},
		"an issuer of a portal without id":   {config.Issuers, `[{"id":"https://app","portals":[""],"keys":` + good + `}]`},
		"two issuers of one id":              {config.Issuers, `[{"id":"https://app","portals":["a"],"keys":` + good + `},{"id":"https://app","portals":["b"],"keys":` + good + `}]`},
		"a key without an id":                {config.Issuers, issuer(keys(t, jose.JSONWebKey{Key: private.Public()}))},
		"two keys of one id":                 {config.Issuers, issuer(keys(t, jose.JSONWebKey{Key: private.Public(), KeyID: "k"}, jose.JSONWebKey{Key: p256(t).Public(), KeyID: "k"}))},
		"two clients of one id":              {config.Clients, `[{"id":"p",` + portal + `,"keys":` + good + `},{"id":"p",` + portal + `,"keys":` + good + `}]`},
		"a client of no kind":                {config.Clients, client(`"kind":"robot","scopes":[]`)},
		"a portal that names none":           {config.Clients, client(`"kind":"portal","scopes":[]`)},
		"an authority that keeps accounts":   {config.Clients, client(`"kind":"authority","areas":["*"],"scopes":["accounts"]`)},
		"an authority without areas":         {config.Clients, client(`"kind":"authority","schemes":["*"],"scopes":["report"]`)},
		"an authority without schemes":       {config.Clients, client(`"kind":"authority","areas":["*"],"scopes":["report"]`)},
		"an authority of no seals":           {config.Clients, client(`"kind":"authority","scopes":["seals"]`)},
		"an authority of a false code":       {config.Clients, client(`"kind":"authority","issuer":"11110000000021135X","scopes":["seals"]`)},
		"a portal that changes seals":        {config.Clients, client(`"kind":"portal","portal":"mohurd","issuer":"11110000000021135M","scopes":["seals"]`)},
		"an issuer without the scope":        {config.Clients, client(`"kind":"authority","areas":["*"],"schemes":["*"],"issuer":"11110000000021135M","scopes":["report"]`)},
		"a portal with schemes":              {config.Clients, client(`"kind":"portal","portal":"mohurd","schemes":["*"],"scopes":["accounts"]`)},
		"an organisation without a name":     {config.Clients, client(`"kind":"organisation","scopes":["verify"]`)},
		"an organisation without purposes":   {config.Clients, client(`"kind":"organisation","name":"x","scopes":["verify"]`)},
		"an organisation's blank purpose":    {config.Clients, client(organisation + `,"purposes":[" "]`)},
		"a purpose with blanks around it":    {config.Clients, client(organisation + `,"purposes":["评标 "]`)},
		"a purpose that is listed twice":     {config.Clients, client(organisation + `,"purposes":["评标","评标"]`)},
		"a purpose that is too long":         {config.Clients, client(organisation + `,"purposes":["` + strings.Repeat("评", 201) + `"]`)},
		"fewer names than none":              {config.Clients, client(organisation + `,"purposes":["评标"],"namesPerDay":-1`)},
		"more names than can be counted":     {config.Clients, client(organisation + `,"purposes":["评标"],"namesPerDay":100001`)},
		"a portal with purposes":             {config.Clients, client(portal + `,"purposes":["评标"]`)},
		"a portal that is shown names":       {config.Clients, client(portal + `,"namesPerDay":1`)},
		"a portal that verifies":             {config.Clients, client(`"kind":"portal","portal":"mohurd","name":"x","scopes":["verify"]`)},
		"a portal that reports":              {config.Clients, client(`"kind":"portal","portal":"mohurd","areas":["*"],"scopes":["report"]`)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Load(env(map[string]string{c.variable: c.value}))
			if err == nil || !strings.Contains(err.Error(), c.variable) {
				t.Errorf("Load = %v, want an error that names %s", err, c.variable)
			}
		})
	}
}

func TestAnIssuerOfAnUnknownPortalIsRefused(t *testing.T) {
	public := keys(t, jose.JSONWebKey{Key: p256(t).Public(), KeyID: "k"})
	settings := map[string]string{
		config.Portals: `{"mohurd":{"name":"门户","scanPrompt":"请扫码"}}`,
		config.Issuers: `[{"id":"https://app","portals":["mohurd","gjzwfw"],"keys":` + public + `}]`,
	}
	if _, err := config.Load(env(settings)); err == nil || !strings.Contains(err.Error(), `no portal "gjzwfw"`) {
		t.Errorf("Load = %v", err)
	}
}

func TestWhatIsSecretGoesByTLSOrStaysOnTheMachine(t *testing.T) {
	for _, address := range []string{
		"https://messages.example.cn/v1", "http://127.0.0.1:8080/messages", "http://127.8.9.10/m", "http://[::1]:8080/messages", "http://localhost/messages",
	} {
		got, err := config.Load(env(map[string]string{config.MessagesURL: address}))
		if err != nil || got.Messages.URL != address {
			t.Errorf("%s: %v, %q", address, err, got.Messages.URL)
		}
	}
}

func TestAnEdgesSecretMayBeTwoWhileItIsChanged(t *testing.T) {
	one, two := strings.Repeat("a", 32), strings.Repeat("B", 126)+"-_"
	for value, want := range map[string][]string{"": nil, one: {one}, one + " " + two: {one, two}} {
		got, err := config.Load(env(map[string]string{config.EdgeSecret: value}))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.EdgeSecrets); diff != "" {
			t.Errorf("%q: %s", value, diff)
		}
	}
}

func TestAnErrorRepeatsNoSecret(t *testing.T) {
	const secret = "planted-secret"
	_, err := config.Load(env(map[string]string{config.MessagesSecret: secret, config.MessagesURL: "https://u:" + secret + "@x", config.EdgeSecret: secret}), config.RecordsTable)
	if err == nil || strings.Contains(fmt.Sprint(err), secret) {
		t.Errorf("Load = %v", err)
	}
}

func TestTheKindsOfCertificateMayLieInADirectory(t *testing.T) {
	builtIn, err := config.Config{}.ReadSchemes()
	if err != nil || len(builtIn.List()) == 0 {
		t.Fatalf("built in are %d kinds: %v", len(builtIn.List()), err)
	}
	directory := t.TempDir()
	cfg, err := config.Load(env(map[string]string{config.Schemes: "file://" + directory}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cfg.ReadSchemes(); err == nil || !strings.Contains(err.Error(), config.Schemes) {
		t.Errorf("an empty directory: %v", err)
	}
	text, err := os.ReadFile("../../domain/scheme/schemes/constructor-1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(string(text), "id: constructor-1", "id: other", 1)
	if err := os.WriteFile(filepath.Join(directory, "other.yaml"), []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := cfg.ReadSchemes()
	if _, ok := set.ByID("other"); err != nil || !ok || len(set.List()) != 1 {
		t.Errorf("the directory has %v, %v", set.List(), err)
	}
	if err := os.WriteFile(filepath.Join(directory, "wrong.yaml"), []byte("id: wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := cfg.ReadSchemes(); err == nil || !strings.Contains(err.Error(), "wrong.yaml") {
		t.Errorf("a wrong file: %v", err)
	}
}
