package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// object is a file as the bucket has it.
type object struct {
	key, media  string
	data        []byte
	isPacked    bool // data is compressed by gzip
	isVersioned bool // its name changes with its content
}

// cacheControl says how long the object may be kept.
func (o object) cacheControl() string {
	if o.isVersioned {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// mediaTypes are those of the pages' files, by the ends of their names.
var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".jpg": "image/jpeg", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".map": "text/plain; charset=utf-8", ".svg": "image/svg+xml", ".wasm": "application/wasm",
}

// readPages reads what tools/pages wrote into the directory build.
func readPages(build string) ([]object, error) {
	var all []object
	for directory, prefix := range map[string]string{"portal": "", "v/plain": "v/", "v/gzip": "v/"} {
		files := os.DirFS(filepath.Join(build, filepath.FromSlash(directory)))
		err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			o := object{key: prefix + name, media: mediaTypes[path.Ext(name)], isPacked: directory == "v/gzip"}
			o.isVersioned = prefix != "" || strings.HasPrefix(name, "static/") && !strings.HasPrefix(name, "static/manual/")
			if o.media == "" {
				return fmt.Errorf("%s has an end that no page's file has", name)
			}
			o.data, err = fs.ReadFile(files, name)
			all = append(all, o)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
