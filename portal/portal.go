// Package portal reads the sources of the portals' pages.
package portal

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"text/template"
)

// frame is what all pages share; each page in pages/ defines the rest.
const frame = "frame.html"

func renderPage(root fs.FS, name string) ([]byte, error) {
	t, err := template.ParseFS(root, "pages/"+frame, "pages/"+name)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	err = t.ExecuteTemplate(&page, frame, strings.TrimSuffix(name, ".html"))
	return page.Bytes(), err
}

// Files returns all files by name, such as "mohurd.html" or "static/base.css": the pages complete, the rest as it is.
// tools/pages makes of them what is served.
func Files(root fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".go" || name == "pages/"+frame {
			return err
		}
		if page, isPage := strings.CutPrefix(name, "pages/"); isPage {
			files[page], err = renderPage(root, page)
			return err
		}
		files[name], err = fs.ReadFile(root, name)
		return err
	})
	return files, err
}
