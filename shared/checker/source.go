package checker

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/shared/document/archive"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/scan"
)

// Source is a file to judge, or the reason why it is not read.
type Source struct {
	Path  string // as it was given; of an entry the archive's, and the entry's own behind it
	words bool   // the argument itself, in which words may surround the token or receipt
	read  func() ([]byte, archive.Refusal, error)
}

// Sources are the files of a command's arguments. Close them after judging.
type Sources struct {
	List       []Source
	Many       bool // it was more than one argument, a directory or an archive
	PassedOver int  // files of an operating system, in directories and archives
	files      []*os.File
}

// FindSources expands a command's arguments: files, directories with all below them, ZIPs with their
// entries, texts with a token or receipt, and - for standard input. Links in directories are refused, and
// files of an operating system are passed over. Close the sources after judging.
func FindSources(arguments []string, in io.Reader) (*Sources, error) {
	s := &Sources{Many: len(arguments) > 1}
	for _, argument := range arguments {
		if err := s.add(argument, in); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Close closes the archives.
func (s *Sources) Close() {
	for _, f := range s.files {
		_ = f.Close()
	}
}

func (s *Sources) add(argument string, in io.Reader) error {
	if argument == "-" {
		s.addRead(argument, func() ([]byte, error) { return readLimited(in) })
		return nil
	}
	info, err := os.Stat(argument)
	switch {
	case err == nil && info.IsDir():
		s.Many = true
		return s.addDirectory(argument)
	case err == nil:
		return s.addFile(argument)
	case isText(argument):
		s.List = append(s.List, Source{argument, true, func() ([]byte, archive.Refusal, error) {
			return []byte(argument), archive.Accepted, nil
		}})
		return nil
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s is no file, and no token either: %w", argument, fs.ErrNotExist)
	}
	return err
}

// isText reports whether an argument that names no file has something to judge.
func isText(argument string) bool {
	_, err := credential.Find(argument)
	return err == nil || errors.Is(err, credential.ErrSeveral)
}

func (s *Sources) addRead(name string, read func() ([]byte, error)) {
	s.List = append(s.List, Source{name, false, func() ([]byte, archive.Refusal, error) {
		data, err := read()
		return data, archive.Accepted, err
	}})
}

func (s *Sources) addRefused(name string, why archive.Refusal) {
	s.List = append(s.List, Source{name, false, func() ([]byte, archive.Refusal, error) { return nil, why, nil }})
}

func (s *Sources) addDirectory(directory string) error {
	return filepath.WalkDir(directory, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		case entry.Type().IsRegular() && isBelowSystemFile(directory, name):
			s.PassedOver++
			return nil
		case !entry.Type().IsRegular():
			s.addRefused(name, archive.Link)
			return nil
		}
		return s.addFile(name)
	})
}

func isBelowSystemFile(directory, name string) bool {
	below, err := filepath.Rel(directory, name)
	return err == nil && archive.IsSystemFile(filepath.ToSlash(below))
}

// addFile adds a file, or the entries of a file that is called a ZIP and is neither an OFD nor an office
// document.
func (s *Sources) addFile(name string) error {
	if !archive.IsName(name) {
		s.addPlain(name)
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	opened, err := archive.Open(f, info.Size())
	why := archive.RefusalOf(err)
	switch {
	case why != archive.Accepted:
		s.Many = true
		s.addRefused(name, why)
		return f.Close()
	case err != nil, !evidence.HoldsFiles(opened.Paths()):
		s.addPlain(name)
		return f.Close()
	}
	s.Many, s.files = true, append(s.files, f)
	s.PassedOver += opened.PassedOver
	for _, e := range opened.Entries {
		s.List = append(s.List, Source{name + "/" + e.Path, false, func() ([]byte, archive.Refusal, error) {
			data, why := e.Read()
			return data, why, nil
		}})
	}
	return nil
}

func (s *Sources) addPlain(name string) {
	s.addRead(name, func() ([]byte, error) {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return readLimited(f)
	})
}

// readLimited reads at most one byte more than the largest file, so that a longer file
// is recognised.
func readLimited(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, scan.MaxFile+1))
}

// Bytes reads a single source.
func (s Source) Bytes() ([]byte, error) {
	data, why, err := s.read()
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", s.Path, err)
	case why != archive.Accepted:
		return nil, fmt.Errorf("read %s: %s", s.Path, why.Text().EN)
	}
	return data, nil
}

// Read reads the input of a single source.
func (s Source) Read() (Input, error) {
	data, err := s.Bytes()
	if err == nil && len(data) == 0 {
		err = fmt.Errorf("read %s: it is empty", s.Path)
	}
	if err != nil {
		return Input{}, err
	}
	return s.recognise(data), nil
}

// recognise distinguishes texts from files, and receipts from tokens.
func (s Source) recognise(data []byte) Input {
	if !s.words {
		return recogniseFile(data)
	}
	found, err := credential.Find(string(data))
	if err != nil {
		return Input{Token: string(data)}
	}
	return Input{Token: found.Token, Receipt: found.Receipt}
}
