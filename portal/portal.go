// Package portal makes the files of the portals' pages, which any content network can serve.
//
// Its functions take the directory portal/ as root.
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

// File returns a file as it is served, such as "mohurd.html" or "static/base.css".
func File(root fs.FS, name string) ([]byte, error) {
	switch {
	case path.Ext(name) == ".html":
		return renderPage(root, name)
	case path.Ext(name) != ".go" && strings.HasPrefix(name, "static/"), name == "site.json":
		return fs.ReadFile(root, name)
	}
	return nil, fs.ErrNotExist
}

func renderPage(root fs.FS, name string) ([]byte, error) {
	if _, err := fs.Stat(root, "pages/"+name); err != nil || name == frame {
		return nil, fs.ErrNotExist
	}
	t, err := template.ParseFS(root, "pages/"+frame, "pages/"+name)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	err = t.ExecuteTemplate(&page, frame, strings.TrimSuffix(name, ".html"))
	return page.Bytes(), err
}

// Files returns all files as they are served, by name.
func Files(root fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".go" || name == "pages/"+frame {
			return err
		}
		name = strings.TrimPrefix(name, "pages/")
		files[name], err = File(root, name)
		return err
	})
	return files, err
}
