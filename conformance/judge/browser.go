package main

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
)

//go:embed pages
var pages embed.FS

// How many files one page of the browser draws, and how much room it has, in pixels.
const (
	filesAcross, filesDown  = 4, 3
	roomAcross, roomForFile = 820, 1160
)

// mostForPage is how long a page may take, on a busy machine.
const mostForPage = 5 * time.Minute

// inBrowser returns what draws files with a page of package pages in Chromium, a few at a time, and takes a picture of
// the page.
func (j *judge) inBrowser(page string) func(context.Context, []string) []*drawing {
	return func(ctx context.Context, files []string) (all []*drawing) {
		for some := range slices.Chunk(files, filesAcross*filesDown) {
			all = append(all, j.drawPage(ctx, page, some)...)
		}
		return all
	}
}

// drawPage serves a page and the files that it draws, and returns their drawings when the page says that it is done.
func (j *judge) drawPage(ctx context.Context, page string, files []string) []*drawing {
	s := &pageServer{judge: j, files: files, done: make(chan struct{})}
	listener := must.Get(net.Listen("tcp", "127.0.0.1:0"))
	server := &http.Server{Handler: s.handler()}
	go server.Serve(listener)
	defer server.Close()
	picture := filepath.Join(must.Get(os.MkdirTemp(j.scratch, "browser-")), "page.png")
	ctx, cancel := context.WithTimeout(ctx, mostForPage)
	defer cancel()
	browser := exec.CommandContext(ctx, j.chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--user-data-dir="+filepath.Dir(picture), fmt.Sprintf("--window-size=%d,%d", filesAcross*roomAcross, filesDown*roomForFile),
		"--screenshot="+picture, fmt.Sprintf("http://%s/pages/%s?files=%d", listener.Addr(), page, len(files)))
	browser.WaitDelay = time.Second // its children have its output, too
	if said, err := browser.CombinedOutput(); err != nil || s.drawn == nil {
		must.Do(fmt.Errorf("the browser drew nothing with %s: %w: %s", page, err, said))
	}
	in := must.Get(os.Open(picture))
	defer in.Close()
	shot := must.Get(png.Decode(in))
	all := make([]*drawing, len(files))
	for i, at := range s.drawn {
		if at.Width > 0 {
			all[i] = newDrawing(shot, image.Rect(int(at.Left), int(at.Top), int(at.Left+at.Width), int(at.Top+at.Height)))
		}
	}
	return all
}

// pageServer serves what a page asks for. The browser takes its picture when the page is loaded, which is when /loaded
// is answered: after the page has said where it drew the files.
type pageServer struct {
	judge *judge
	files []string
	once  sync.Once
	done  chan struct{}
	drawn []place
}

// place is where on the page a file is drawn; its width is 0 if it could not be.
type place struct{ Left, Top, Width, Height float64 }

func (s *pageServer) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /pages/", http.FileServerFS(pages))
	mux.HandleFunc("GET /ofd.js", s.serveFile(s.judge.ofdjs))
	mux.HandleFunc("GET /pdf.mjs", s.serveFile(filepath.Join(s.judge.pdfjs, "pdf.min.mjs")))
	mux.HandleFunc("GET /pdf.worker.mjs", s.serveFile(filepath.Join(s.judge.pdfjs, "pdf.worker.min.mjs")))
	mux.HandleFunc("GET /font.ttf", s.serveFile(s.judge.fontFile()))
	mux.HandleFunc("GET /files/{number}", func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.Atoi(r.PathValue("number"))
		if err != nil || number < 0 || number >= len(s.files) {
			http.NotFound(w, r)
			return
		}
		http.ServeFile(w, r, s.files[number])
	})
	mux.HandleFunc("POST /drawn", func(w http.ResponseWriter, r *http.Request) {
		s.once.Do(func() {
			if err := json.NewDecoder(r.Body).Decode(&s.drawn); err != nil || len(s.drawn) != len(s.files) {
				s.drawn = nil
			}
			close(s.done)
		})
	})
	mux.HandleFunc("GET /loaded", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-s.done:
		case <-r.Context().Done():
		}
	})
	return mux
}

// serveFile serves a script or font; scripts have a type that modules are accepted with.
func (s *pageServer) serveFile(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if filepath.Ext(path) != ".ttf" {
			w.Header().Set("Content-Type", "text/javascript")
		}
		http.ServeFile(w, r, path)
	}
}
