package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// The directories of the verify page's files that may be kept for ever; functions/verify/page.go reads them.
const (
	firstFiles   = "first"    // what the page loads on a first visit
	laterFiles   = "later"    // what it loads when it is wanted
	clerkFiles   = "clerk"    // those of the page 上报 alone
	programFiles = "programs" // WebAssembly and pdf.js, compressed
	mapFiles     = "maps"     // the sources, for a browser's developer tools, compressed
)

// bundleVerify makes the files of the verify page and of the page 上报.
func bundleVerify(root string) (files, error) {
	v := verifyPage{root: filepath.Join(root, "functions", "verify"), static: filepath.Join(root, "portal", "static"), files: files{}}
	if err := v.addWorkers(); err != nil {
		return nil, err
	}
	first, err := v.addModules("verify.js", firstFiles, laterFiles, "page", "page/desk")
	if err != nil {
		return nil, err
	}
	clerk, err := v.addModules("clerk.js", clerkFiles, clerkFiles, "page", "page/desk", "page/clerk")
	if err != nil {
		return nil, err
	}
	return v.files, errors.Join(v.addServiceWorker(), v.addHTML("page/verify.html", "verify.js", firstFiles+"/"+first), v.addHTML("page/clerk/clerk.html", "clerk.js", clerkFiles+"/"+clerk))
}

type verifyPage struct {
	root, static string // directories of the sources
	names        []string
	files
}

func (v *verifyPage) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(v.root, filepath.FromSlash(name)))
}

// addFile adds a file under a name of its content, by which the modules then call it, and returns the name.
func (v *verifyPage) addFile(directory, name string, data []byte) string {
	to := nameFor(name, data)
	v.files[path.Join(directory, to)] = data
	v.names = append(v.names, `"/v/`+name+`"`, `"/v/`+to+`"`)
	return to
}

// addWorkers adds what runs in workers: cmd/desk and cmd/clerk as WebAssembly, each with the worker that runs it, which
// has Go's own script in it; and pdf.js with its worker. What `make desk` has not made has no name.
func (v *verifyPage) addWorkers() error {
	var names []string
	for _, program := range []string{"desk.wasm", "clerk.wasm", "pdf.js", "pdf.worker.js"} {
		data, err := v.read("wasm/" + program + ".gz")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		name := ""
		if data != nil {
			name = nameFor(program, data)
			v.files[programFiles+"/"+name+".gz"] = data
		}
		names = append(names, name)
	}
	runtime, err := v.read("wasm/wasm_exec.js")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, w := range []struct {
		directory, file, before string
		names                   *strings.Replacer
	}{
		{laterFiles, "page/desk/deskworker.js", string(runtime), strings.NewReplacer("{{program}}", names[0])},
		{clerkFiles, "page/clerk/clerkworker.js", string(runtime), strings.NewReplacer("{{program}}", names[1])},
		{laterFiles, "page/desk/drawworker.js", "", strings.NewReplacer("{{pdf}}", names[2], "{{pdf.worker}}", names[3])},
	} {
		text, err := v.read(w.file)
		if err != nil {
			return err
		}
		v.addFile(w.directory, path.Base(w.file), []byte(w.before+w.names.Replace(string(text))))
	}
	style, err := v.read("page/desk/desk.css")
	if err != nil {
		return err
	}
	if style, err = minify("desk.css", style); err != nil {
		return err
	}
	v.addFile(laterFiles, "desk.css", style)
	return nil
}

var onlyImport = regexp.MustCompile(`^import"\./([\w.-]+)";\n`)

// addModules bundles the modules of a page. It returns the name of the page's own script.
func (v *verifyPage) addModules(entry, first, later string, directories ...string) (string, error) {
	b := bundling{entries: []string{entry}, first: entry, names: strings.NewReplacer(v.names...), made: map[string]string{
		"texts.js": "export const texts = " + string(verdict.Catalogue) + ";\n",
	}}
	for _, directory := range directories {
		b.directories = append(b.directories, filepath.Join(v.root, filepath.FromSlash(directory)))
	}
	b.directories = append(b.directories, v.static)
	made, err := b.run()
	if err != nil {
		return "", err
	}
	// The entry's file only imports the file that modules loaded later share with it, and that is all of the page's own.
	name := made.parts[entry]
	shared := onlyImport.FindSubmatch(made.files[name])
	if shared == nil {
		return "", fmt.Errorf("%s is %s", name, made.files[name])
	}
	delete(made.files, name)
	delete(made.files, name+".map")
	script := strings.Replace(string(shared[1]), "chunk", strings.TrimSuffix(entry, ".js"), 1)
	if made, err = made.replace(strings.NewReplacer(string(shared[1]), script)); err != nil {
		return "", err
	}
	for file, data := range made.files {
		switch {
		case path.Ext(file) == ".map":
			packed, err := pack(data)
			if err != nil {
				return "", err
			}
			v.files[mapFiles+"/"+file+".gz"] = packed
		case file == script:
			v.files[first+"/"+file] = data
		default:
			v.files[later+"/"+file] = data
		}
	}
	return script, nil
}

var (
	styleLinks   = regexp.MustCompile(`(?:<link rel="stylesheet" href="/v/[\w.]+">\n)+`)
	styleLink    = regexp.MustCompile(`href="/v/([\w.]+)"`)
	failureLine  = `<script defer src="/v/failure.js"></script>`
	scriptOfPage = `<script type="module" src="/v/%s"></script>`
)

// addHTML adds a page with its style, its icon and failure.js in it, which costs no request, and with its script's name
// and digest.
func (v *verifyPage) addHTML(file, entry, script string) error {
	data, err := v.read(file)
	if err != nil {
		return err
	}
	html := string(data)
	var style []byte
	links := styleLinks.FindString(html)
	for _, link := range styleLink.FindAllStringSubmatch(links, -1) {
		text, err := v.readEither("page/"+link[1], "page/desk/"+link[1], "page/clerk/"+link[1])
		if err != nil {
			return err
		}
		style = append(style, text...)
	}
	if style, err = minify("style.css", style); err != nil {
		return err
	}
	failure, err := os.ReadFile(filepath.Join(v.static, "failure.js"))
	if err != nil {
		return err
	}
	if failure, err = minify("failure.js", failure); err != nil {
		return err
	}
	icon, err := v.read("page/icon.svg")
	if err != nil {
		return err
	}
	named := fmt.Sprintf(scriptOfPage, entry)
	for _, part := range []string{links, failureLine, named} {
		if part == "" || strings.Count(html, part) != 1 {
			return fmt.Errorf("%s has not one %q", file, part)
		}
	}
	v.files[path.Base(file)] = []byte(strings.NewReplacer(
		links, "<style>"+strings.TrimSpace(string(style))+"</style>\n",
		failureLine, "<script>"+strings.TrimSpace(string(failure))+"</script>",
		named, fmt.Sprintf(`<script type="module" src="/v/%s" integrity="%s"></script>`, path.Base(script), digestOf(v.files[script])),
		"/v/icon.svg", "data:image/svg+xml,"+url.PathEscape(strings.TrimSpace(string(icon))),
	).Replace(html))
	return nil
}

// addServiceWorker adds the service worker with the names and digests of what it keeps, and with the manifest, which it
// answers for.
func (v *verifyPage) addServiceWorker() error {
	worker, err := v.read("page/sw.js")
	if err != nil {
		return err
	}
	if v.files["icon.svg"], err = v.read("page/icon.svg"); err != nil {
		return err
	}
	if v.files["manifest.json"], err = v.read("page/manifest.json"); err != nil {
		return err
	}
	lists := map[string]map[string]string{firstFiles: {}, laterFiles: {}, programFiles: {}}
	for name, data := range v.files {
		directory, file := path.Split(name)
		list := lists[strings.TrimSuffix(directory, "/")]
		if list == nil || strings.HasPrefix(file, "clerk") {
			continue
		}
		if file, isPacked := strings.CutSuffix(file, ".gz"); isPacked {
			if data, err = unpack(data); err != nil {
				return err
			}
			list["/v/"+file] = digestOf(data)
			continue
		}
		list["/v/"+file] = digestOf(data)
	}
	replaced := []string{"{{manifest}}", strings.TrimSpace(string(v.files["manifest.json"]))}
	for name, list := range lists {
		text, err := json.Marshal(list)
		if err != nil {
			return err
		}
		replaced = append(replaced, "{{"+name+"}}", string(text))
	}
	v.files["sw.js"] = []byte(strings.NewReplacer(replaced...).Replace(string(worker)))
	return nil
}

// digestOf returns a file's digest, as a page or a request names it that accepts no other.
func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (v *verifyPage) readEither(names ...string) (data []byte, err error) {
	for _, name := range names {
		if data, err = v.read(name); !errors.Is(err, fs.ErrNotExist) {
			return data, err
		}
	}
	return nil, err
}
