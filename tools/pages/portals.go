package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jiazhu/jiazhu/portal"
)

// modulesOfPages are the modules of the portals' pages, each with a file of its own.
var modulesOfPages = []string{"gjzwfw.js", "mohurd.js", "password.js", "still.js"}

var (
	portalStyles = regexp.MustCompile(`(?:<link rel="stylesheet" href="/static/[\w.]+">\n)+`)
	portalStyle  = regexp.MustCompile(`href="(/static/[\w.]+)"`)
)

// bundlePortals makes the files of the portals' pages.
func bundlePortals(root string) (files, error) {
	sources, err := portal.Files(os.DirFS(filepath.Join(root, "portal")))
	if err != nil {
		return nil, err
	}
	scripts, err := bundling{entries: modulesOfPages, directories: []string{filepath.Join(root, "portal", "static")}}.run()
	if err != nil {
		return nil, err
	}
	out := files{}
	for name, data := range scripts.files {
		out["static/"+name] = data
	}
	var names []string
	addFile := func(name string, data []byte) string {
		to := path.Join(path.Dir(name), nameFor(path.Base(name), data))
		out[to] = data
		return to
	}
	for _, module := range modulesOfPages {
		names = append(names, `"/static/`+module+`"`, `"/static/`+scripts.parts[module]+`"`)
	}
	for _, name := range []string{"static/icon.svg", "static/icon-red.svg"} {
		names = append(names, `"/`+name+`"`, `"/`+addFile(name, sources[name])+`"`)
	}
	failure, err := minify("failure.js", sources["static/failure.js"])
	if err != nil {
		return nil, err
	}
	names = append(names, `"/static/failure.js"`, `"/`+addFile("static/failure.js", failure)+`"`)
	renamed := strings.NewReplacer(names...)
	for name, data := range sources {
		switch {
		case path.Ext(name) == ".html":
			html := renamed.Replace(string(data))
			links := portalStyles.FindString(html)
			style, last := []byte(nil), ""
			for _, link := range portalStyle.FindAllStringSubmatch(links, -1) {
				last = strings.TrimPrefix(link[1], "/")
				style = append(style, sources[last]...)
			}
			if last == "" {
				return nil, fmt.Errorf("%s has no style", name)
			}
			if style, err = minify(last, style); err != nil {
				return nil, err
			}
			out[name] = []byte(strings.Replace(html, links, `<link rel="stylesheet" href="/`+addFile(last, style)+`">`+"\n", 1))
		case !strings.HasPrefix(name, "static/"), strings.HasPrefix(name, "static/manual/"):
			out[name] = data
		}
	}
	return out, nil
}

// listVersioned returns the files of the verify page that a bucket keeps: those whose names change with their content.
func listVersioned(verify files) files {
	kept := files{}
	for name, data := range verify {
		directory, file := path.Split(name)
		if directory == "" {
			continue
		}
		if file, isPacked := strings.CutSuffix(file, ".gz"); isPacked {
			kept["gzip/"+file] = data
			continue
		}
		kept["plain/"+file] = data
	}
	return kept
}

// pack compresses a file.
func pack(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

func unpack(data []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
