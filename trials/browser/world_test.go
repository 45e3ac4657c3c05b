package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/phone"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/chrome"
)

// challengeSeconds is the shortest life the template allows a QR code: one test waits for
// its end.
const challengeSeconds = 30

// fixture is the one service, and the one browser, of the package's tests.
type fixture struct {
	root    string
	stack   *stack.Stack
	holders map[string]seed.Holder // by situation
	browser context.Context

	// elsewhere is where a page of another origin may stand that the API allows.
	otherOrigin net.Listener
	pictureDir  string
	signer      *client.Signer
	stop        []func()
}

var service *fixture

func TestMain(m *testing.M) {
	w, err := startFixture()
	if errors.Is(err, errMissing) || errors.Is(err, chrome.ErrMissing) {
		fmt.Println("========== THE BROWSER'S TESTS WERE SKIPPED:", err, "==========")
		os.Exit(0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		os.Exit(1)
	}
	service = w
	code := m.Run()
	w.end()
	os.Exit(code)
}

var errMissing = errors.New("missing")

func startFixture() (*fixture, error) {
	program, err := chrome.Find(os.Getenv("CHROME"))
	if err != nil {
		return nil, err
	}
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	w := &fixture{holders: map[string]seed.Holder{}}
	if w.root, err = stack.FindRoot(wd); err != nil {
		return nil, err
	}
	w.pictureDir = filepath.Join(w.root, "out", "e2e")
	if _, err := os.Stat(filepath.Join(w.root, "build", "local", "endorse", "bootstrap")); err != nil {
		return nil, fmt.Errorf("%w: the functions; run `make build`", errMissing)
	}
	if err := errors.Join(os.MkdirAll(w.pictureDir, 0o755), w.furnish()); err != nil {
		w.end()
		return nil, err
	}
	browser, quit, err := chrome.Start(context.Background(), program)
	if err != nil {
		w.end()
		return nil, err
	}
	w.browser, w.stop = browser, append(w.stop, quit)
	return w, nil
}

// furnish starts the service and fills it in.
func (w *fixture) furnish() (err error) {
	ctx := context.Background()
	if w.otherOrigin, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	w.stop = append(w.stop, func() { _ = w.otherOrigin.Close() })
	w.stack, err = stack.Start(ctx, stack.Options{
		Root: w.root, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
		Origins:    []string{"http://" + w.otherOrigin.Addr().String()},
		Parameters: map[string]string{"ChallengeSeconds": fmt.Sprint(challengeSeconds)},
		Login:      stack.Pair{ZH: "演示账户：zhangsan", EN: "A demo account: zhangsan"},
	})
	if err != nil {
		return err
	}
	w.stop = append(w.stop, w.stack.Stop)
	holders, err := seed.Seed(ctx, w.target())
	if err != nil {
		return err
	}
	var people []phone.Person
	for _, h := range holders {
		w.holders[h.Meaning] = h
		people = append(people, phone.Person{Name: h.Name, IDType: "111", IDNumber: h.IDNumber()})
	}
	if w.signer, err = client.OpenSigner(w.stack.Paths.AppKey); err != nil {
		return err
	}
	return w.stack.Phone.Keep(people)
}

func (w *fixture) target() seed.Target {
	return seed.Target{URL: w.stack.URL, Keys: w.stack.Keys, Phone: w.stack.URL}
}

func (w *fixture) end() {
	for i := len(w.stop) - 1; i >= 0; i-- {
		w.stop[i]()
	}
}

// holder is the demo's holder in a situation.
func holder(t *testing.T, meaning string) seed.Holder {
	t.Helper()
	h, ok := service.holders[meaning]
	if !ok {
		t.Fatalf("no holder is %q", meaning)
	}
	return h
}
