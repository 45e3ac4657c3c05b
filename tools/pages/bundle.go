package main

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// floor is the oldest of the browsers that are served (docs/browsers.md).
var floor = []api.Engine{{Name: api.EngineChrome, Version: "80"}, {Name: api.EngineIOS, Version: "13.4"}}

// supported is what esbuild takes the floor to lack because of faults that the pages do not meet: of destructuring in
// Safari before 15, where a default is a function.
var supported = map[string]bool{"destructuring": true}

// nameFor returns the name of a file with a digest of its content in it.
func nameFor(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ending := path.Ext(name)
	return strings.TrimSuffix(name, ending) + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5])) + ending
}

// bundling says how the modules of pages become a few files.
type bundling struct {
	entries     []string          // modules, by their names
	directories []string          // where modules are looked for, in order
	made        map[string]string // texts of modules that are in no directory, by name
	names       *strings.Replacer // puts the names of other files into the modules
	first       string            // the module of a page, where its modules load others later; these share its file
}

// bundled are files by name. Parts are the names of files by the module that each begins with.
type bundled struct {
	files
	parts map[string]string
}

// run makes a file of each entry, of each module that is loaded later, and of what several of these have in common.
func (b bundling) run() (bundled, error) {
	out, err := filepath.Abs("bundled") // where nothing is written
	if err != nil {
		return bundled{}, err
	}
	later, err := b.findLater()
	if err != nil {
		return bundled{}, err
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: b.entries, Bundle: true, Splitting: b.first != "", Format: api.FormatESModule, Engines: floor, Supported: supported, Charset: api.CharsetUTF8,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Sourcemap: api.SourceMapLinked,
		Outdir: out, EntryNames: "[name]-[hash]", ChunkNames: "[name]-[hash]", Metafile: true,
		Plugins: []api.Plugin{{Name: "modules", Setup: func(build api.PluginBuild) { b.readModules(build, later) }}},
	})
	var problems []error
	for _, m := range append(result.Errors, result.Warnings...) {
		problems = append(problems, errors.New(m.Text))
	}
	if len(problems) > 0 {
		return bundled{}, errors.Join(problems...)
	}
	var meta struct {
		Outputs map[string]struct{ EntryPoint string }
	}
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return bundled{}, err
	}
	made := bundled{files{}, map[string]string{}}
	for name, o := range meta.Outputs {
		if module := path.Base(o.EntryPoint); o.EntryPoint != "" && path.Ext(name) == path.Ext(module) {
			made.parts[module] = path.Base(name)
		}
	}
	for _, f := range result.OutputFiles {
		made.files[filepath.Base(f.Path)] = f.Contents
	}
	return made.rename()
}

// rename writes all names in small letters, as the names of files in the service's addresses are.
func (b bundled) rename() (bundled, error) {
	var names []string
	for name := range b.files {
		if path.Ext(name) != ".map" {
			names = append(names, name, strings.ToLower(name))
		}
	}
	return b.replace(strings.NewReplacer(names...))
}

// replace renames files wherever they are named.
func (b bundled) replace(names *strings.Replacer) (bundled, error) {
	renamed := bundled{files{}, map[string]string{}}
	for name, data := range b.files {
		to := names.Replace(name)
		if renamed.files[to] != nil {
			return bundled{}, fmt.Errorf("two files are %s", to)
		}
		renamed.files[to] = []byte(names.Replace(string(data)))
	}
	for module, name := range b.parts {
		renamed.parts[module] = names.Replace(name)
	}
	return renamed, nil
}

var loadsLater = regexp.MustCompile(`\bimport\("\./([\w.]+)"\)`)

// findLater returns the modules that others load later, by name.
func (b bundling) findLater() (map[string]bool, error) {
	later := map[string]bool{}
	for _, directory := range b.directories {
		modules, err := filepath.Glob(filepath.Join(directory, "*.js"))
		if err != nil {
			return nil, err
		}
		for _, module := range modules {
			text, err := os.ReadFile(module)
			if err != nil {
				return nil, err
			}
			for _, m := range loadsLater.FindAllSubmatch(text, -1) {
				later[string(m[1])] = true
			}
		}
	}
	return later, nil
}

// readModules finds modules by their names in the directories, and writes the names of other files into them. A module
// that is loaded later needs the page's first, so that what both need is in the page's file and there once.
func (b bundling) readModules(build api.PluginBuild, later map[string]bool) {
	build.OnResolve(api.OnResolveOptions{Filter: `^(\./)?[\w.]+\.(js|css)$`}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		name := path.Base(args.Path)
		if _, ok := b.made[name]; ok {
			return api.OnResolveResult{Path: name, Namespace: "made"}, nil
		}
		for _, directory := range b.directories {
			file, err := filepath.Abs(filepath.Join(directory, name))
			if err != nil {
				return api.OnResolveResult{}, err
			}
			if _, err := os.Stat(file); err == nil {
				return api.OnResolveResult{Path: file}, nil
			}
		}
		return api.OnResolveResult{}, fmt.Errorf("there is no module %s", name)
	})
	build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "made"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		text := b.made[args.Path]
		return api.OnLoadResult{Contents: &text}, nil
	})
	build.OnLoad(api.OnLoadOptions{Filter: `\.js$`, Namespace: "file"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		data, err := os.ReadFile(args.Path)
		if err != nil {
			return api.OnLoadResult{}, err
		}
		text := string(data)
		if b.names != nil {
			text = b.names.Replace(text)
		}
		if later[filepath.Base(args.Path)] {
			text += "import \"./" + b.first + "\";\n"
		}
		return api.OnLoadResult{Contents: &text, ResolveDir: filepath.Dir(args.Path)}, nil
	})
}

// minify shortens a script or a style sheet that names no other file. A script stays in the oldest syntax.
func minify(name string, data []byte) ([]byte, error) {
	options := api.TransformOptions{
		Loader: api.LoaderJS, Target: api.ES5, Charset: api.CharsetUTF8, MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
	}
	if path.Ext(name) == ".css" {
		options.Loader, options.Target, options.Engines = api.LoaderCSS, api.DefaultTarget, floor
	}
	result := api.Transform(string(data), options)
	for _, m := range append(result.Errors, result.Warnings...) {
		return nil, fmt.Errorf("%s: %s", name, m.Text)
	}
	return result.Code, nil
}
