package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/testkeys"
)

// TestPartiesAreReadFromFiles runs the functions with the settings that grow lying in files, as a
// layer brings them, and has a machine client and a holder come by them.
func TestPartiesAreReadFromFiles(t *testing.T) {
	clients, err := service.stack.Paths.ClientsSetting()
	if err != nil {
		t.Fatal(err)
	}
	issuers, err := service.stack.Paths.IssuersSetting()
	if err != nil {
		t.Fatal(err)
	}
	issuers = strings.Replace(issuers, `["mohurd","gjzwfw"]`, `["mohurd"]`, 1)
	folder, environment := t.TempDir(), map[string]string{}
	for name, text := range map[string]string{
		"CLIENTS": clients, "ISSUERS": issuers,
		"PORTALS": `{"mohurd":{"name":"住房和城乡建设部政务服务门户","bindingNeeded":false,"listNeedsIdentity":true,"scanPrompt":"请扫码，按文件所写","statesPhone":true}}`,
	} {
		path := filepath.Join(folder, name+".json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		environment[name] = testkeys.Location(path)
	}
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	url := "http://" + server.Listener.Addr().String()
	environment["PUBLIC_URL"] = url
	beside, err := service.stack.NewGateway(stack.FunctionSet{Environment: environment})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = beside
	server.Start()

	m, err := seed.Target{URL: url, Keys: service.stack.Keys, HTTP: http.DefaultClient}.Machine(seed.Registry)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Token(t.Context(), "report"); err != nil {
		t.Errorf("a client in a file gets no token: %v", err)
	}
	api := &seed.API{URL: url, HTTP: http.DefaultClient}
	session, err := api.Login(t.Context(), seed.Ministry, holder(t, "ready"))
	if err != nil {
		t.Fatal(err)
	}
	challenge, err := session.OpenChallenge(t.Context())
	if err != nil || challenge.Prompt != "请扫码，按文件所写" {
		t.Errorf("the prompt of the file's portal is %q, %v", challenge.Prompt, err)
	}
	if _, err := api.Login(t.Context(), seed.National, holder(t, "ready")); err == nil {
		t.Error("a portal that is not in the file lets holders in")
	}
}
