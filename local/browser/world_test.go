package browser

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jiazhu/jiazhu/local/demo"
	"github.com/jiazhu/jiazhu/local/phone"
	"github.com/jiazhu/jiazhu/local/stack"
)

// challengeSeconds is the shortest life the template allows a QR code: one test waits for
// its end.
const challengeSeconds = 30

// world is the one service, and the one browser, of the package's tests.
type world struct {
	root    string
	stack   *stack.Stack
	holders map[string]demo.Holder // by situation
	browser context.Context

	// elsewhere is where a page of another origin may stand that the API allows.
	elsewhere net.Listener
	shots     string
	signer    *demo.Signer
	stop      []func()
}

var here *world

func TestMain(m *testing.M) {
	w, err := begin()
	if errors.Is(err, errMissing) {
		fmt.Println("========== THE BROWSER'S TESTS WERE SKIPPED:", err, "==========")
		os.Exit(0)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		os.Exit(1)
	}
	here = w
	code := m.Run()
	w.end()
	os.Exit(code)
}

var errMissing = errors.New("missing")

func begin() (*world, error) {
	chrome, err := findChrome(os.Getenv("CHROME"))
	if err != nil {
		return nil, err
	}
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	w := &world{holders: map[string]demo.Holder{}}
	if w.root, err = stack.FindRoot(wd); err != nil {
		return nil, err
	}
	w.shots = filepath.Join(w.root, "out", "e2e")
	if _, err := os.Stat(filepath.Join(w.root, "build", "local", "endorse", "bootstrap")); err != nil {
		return nil, fmt.Errorf("%w: the functions; run `make build`", errMissing)
	}
	if err := errors.Join(os.MkdirAll(w.shots, 0o755), w.furnish()); err != nil {
		w.end()
		return nil, err
	}
	if err := w.launch(chrome); err != nil {
		w.end()
		return nil, fmt.Errorf("start %s: %w", chrome, err)
	}
	return w, nil
}

func findChrome(named string) (string, error) {
	if named != "" {
		return exec.LookPath(named)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: chromium; install it, or set CHROME to a program like it", errMissing)
}

// furnish starts the service and fills it in.
func (w *world) furnish() (err error) {
	ctx := context.Background()
	if w.elsewhere, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return err
	}
	w.stop = append(w.stop, func() { _ = w.elsewhere.Close() })
	w.stack, err = stack.Start(ctx, stack.Options{
		Root: w.root, Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
		Origins:    []string{"http://" + w.elsewhere.Addr().String()},
		Parameters: map[string]string{"ChallengeSeconds": fmt.Sprint(challengeSeconds)},
		Login:      stack.Pair{ZH: "演示账户：zhangsan", EN: "A demo account: zhangsan"},
	})
	if err != nil {
		return err
	}
	w.stop = append(w.stop, w.stack.Stop)
	holders, err := demo.Seed(ctx, w.target())
	if err != nil {
		return err
	}
	var people []phone.Person
	for _, h := range holders {
		w.holders[h.Meaning] = h
		people = append(people, phone.Person{Name: h.Name, IDType: "111", IDNumber: h.IDNumber()})
	}
	if w.signer, err = demo.OpenSigner(w.stack.Paths.AppKey); err != nil {
		return err
	}
	return w.stack.Phone.Keep(people)
}

func (w *world) target() demo.Target {
	return demo.Target{URL: w.stack.URL, Keys: w.stack.Keys, Phone: w.stack.URL}
}

// launch starts the browser. As root it has no sandbox.
func (w *world) launch(chrome string) error {
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(chrome), chromedp.Headless, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("accept-lang", "zh-CN"), chromedp.Env("LANG=zh_CN.UTF-8", "LANGUAGE=zh_CN"),
	}
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	w.stop = append(w.stop, free)
	browser, quit := chromedp.NewContext(allocator)
	w.stop = append(w.stop, quit)
	w.browser = browser
	return chromedp.Do(browser, chromedp.Navigate("about:blank"))
}

func (w *world) end() {
	for i := len(w.stop) - 1; i >= 0; i-- {
		w.stop[i]()
	}
}

// holder is the demo's holder in a situation.
func holder(t *testing.T, meaning string) demo.Holder {
	t.Helper()
	h, ok := here.holders[meaning]
	if !ok {
		t.Fatalf("no holder is %q", meaning)
	}
	return h
}
