//go:build js && wasm

package main

import (
	"fmt"
	"io/fs"
	"path"
	"syscall/js"
	"time"
)

// directory is a directory that was given to the page, as a file system of which single files are read.
type directory struct {
	places     map[string]int // by path
	read, size js.Value       // functions of a place
}

func newDirectory(paths []string, read, size js.Value) directory {
	f := directory{places: map[string]int{}, read: read, size: size}
	for i, name := range paths {
		f.places[name] = i
	}
	return f
}

// Open is not needed: roster reads whole files.
func (f directory) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
}

// ReadFile returns a file's bytes.
func (f directory) ReadFile(name string) (data []byte, err error) {
	place, ok := f.places[name]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	defer func() { // the file was moved or may not be read
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%v", cause)
		}
	}()
	content := f.read.Invoke(place)
	data = make([]byte, content.Get("byteLength").Int())
	js.CopyBytesToGo(data, content)
	return data, nil
}

// Stat returns a file's size.
func (f directory) Stat(name string) (fs.FileInfo, error) {
	place, ok := f.places[name]
	if !ok {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return fileInfo{path.Base(name), int64(f.size.Invoke(place).Float())}, nil
}

type fileInfo struct {
	name string
	size int64
}

func (i fileInfo) Name() string     { return i.name }
func (i fileInfo) Size() int64      { return i.size }
func (fileInfo) Mode() fs.FileMode  { return 0o400 }
func (fileInfo) ModTime() time.Time { return time.Time{} }
func (fileInfo) IsDir() bool        { return false }
func (fileInfo) Sys() any           { return nil }
