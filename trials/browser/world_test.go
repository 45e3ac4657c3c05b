package browser

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/phone"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/chrome"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// challengeSeconds is the shortest life the template allows a QR code: one test waits for
// its end.
const challengeSeconds = 30

// parallelTests is how many tests run at once. A page mostly waits.
const parallelTests = "4"

// fixture is the one service, and the one browser, of the package's tests.
type fixture struct {
	*testservice.Service
	browser    context.Context
	signer     *client.Signer
	pictureDir string
	newHolders atomic.Int64

	// otherOrigin is where a page of another origin may stand that the API allows.
	otherOrigin net.Listener
}

var service *fixture

func TestMain(m *testing.M) {
	flag.Parse()
	f, err := startFixture(context.Background())
	if errors.Is(err, errMissing) || errors.Is(err, chrome.ErrMissing) {
		fmt.Println("========== THE BROWSER'S TESTS WERE SKIPPED:", err, "==========")
		os.Exit(0)
	}
	if err == nil {
		err = flag.Set("test.parallel", parallelTests)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		os.Exit(1)
	}
	service = f
	code := m.Run()
	f.Stop()
	os.Exit(code)
}

var errMissing = errors.New("missing")

func startFixture(ctx context.Context) (*fixture, error) {
	program, err := chrome.Find(os.Getenv("CHROME"))
	if err != nil {
		return nil, err
	}
	root, err := testservice.FindRoot()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(root, "build", "local", "endorse", "bootstrap")); err != nil {
		return nil, fmt.Errorf("%w: the functions; run `make build`", errMissing)
	}
	f := &fixture{pictureDir: filepath.Join(root, "out", "e2e")}
	if err := os.MkdirAll(f.pictureDir, 0o755); err != nil {
		return nil, err
	}
	if f.otherOrigin, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	f.Service, err = testservice.Start(ctx, stack.Options{
		Root: root, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
		Origins:    []string{"http://" + f.otherOrigin.Addr().String()},
		Parameters: map[string]string{"ChallengeSeconds": fmt.Sprint(challengeSeconds)},
		Login:      stack.Pair{ZH: "演示账户：zhangsan", EN: "A demo account: zhangsan"},
	})
	if err != nil {
		return nil, err
	}
	f.AddCleanup(func() { _ = f.otherOrigin.Close() })
	if err := f.furnish(ctx, program); err != nil {
		f.Stop()
		return nil, err
	}
	return f, nil
}

// furnish fills the service in and starts the browser.
func (f *fixture) furnish(ctx context.Context, program string) error {
	if err := f.Seed(ctx); err != nil {
		return err
	}
	var people []phone.Person
	for _, h := range seed.Holders(f.Today) {
		people = append(people, phone.Person{Name: h.Name, IDType: "111", IDNumber: h.IDNumber()})
	}
	if err := f.Phone.Keep(people); err != nil {
		return err
	}
	var err error
	if f.signer, err = client.OpenSigner(f.Paths.AppKey); err != nil {
		return err
	}
	browser, quit, err := chrome.Start(ctx, program)
	if err != nil {
		return err
	}
	f.browser = browser
	f.AddCleanup(quit)
	return nil
}

// holder is the demo's holder in a situation. Tests share it.
func holder(t *testing.T, meaning string) seed.Holder {
	t.Helper()
	return service.Holder(meaning)
}

// endOneSpecialtySoon gives a holder several specialties, of which one ends within 180 days.
func endOneSpecialtySoon(h *seed.Holder) {
	h.Specialty = service.Holder("several specialties, one ending soon").Specialty
}

// newHolder is a holder of the test's own whose certificate can be endorsed, but for what change
// changes.
func newHolder(t *testing.T, change func(*seed.Holder)) seed.Holder {
	t.Helper()
	h := seed.EndorsableHolder(int(100+service.newHolders.Add(1)), service.Today)
	change(&h)
	if err := service.Target.Enter(t.Context(), []seed.Holder{h}); err != nil {
		t.Fatal(err)
	}
	return h
}
