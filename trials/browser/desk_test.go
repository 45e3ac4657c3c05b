package browser

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// choose gives the file input of an id files of this machine, as its dialog does.
func (p *tab) choose(id string, files ...string) {
	p.Helper()
	p.call(func(ctx context.Context, at *chromedp.Target) error {
		found, err := cdp.Call(ctx, at, runtime.Evaluate, runtime.EvaluateParams{Expression: `document.getElementById(` + quote(id) + `)`})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, at, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: files, ObjectID: found.Result.ObjectID})
		return err
	})
}

// keepFiles writes files into a directory of the test's and returns their paths.
func keepFiles(t *testing.T, files map[string][]byte) (paths []string) {
	t.Helper()
	directory := t.TempDir()
	for name, data := range files {
		path := filepath.Join(directory, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func TestManyFilesAreJudgedOnTheDevice(t *testing.T) {
	t.Parallel()
	s, e := makeBidCopy(t)
	pdf, ofd := downloadFile(t, s, e, "pdf"), downloadFile(t, s, e, "ofd")
	broken := append([]byte{}, pdf...)
	broken[len(broken)/2] ^= 1
	p := open(t, desktopSize)
	p.visit("/v")
	p.choose("pick", keepFiles(t, map[string][]byte{"a.pdf": pdf, "b.ofd": ofd, "c.pdf": broken})...)
	p.waitForText("共 3 个文件，尚未核验。")
	p.snap("desk-start")
	p.clickByName("开始核验（3 个文件）")
	p.waitForText("核验完毕")
	p.snap("desk")
	t.Log(p.text())
}
