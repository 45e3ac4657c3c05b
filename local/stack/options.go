package stack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Region is the AWS region the stack says it is in.
const Region = "us-east-1"

// Options says where things are. The zero value is a throw-away stack on a free port.
type Options struct {
	Root      string // the repository; "" = the nearest folder with template.yaml, going up
	Data      string // what is kept; "" = a temporary folder, removed by Stop
	Port      int    // of the API; 0 = a free one
	Functions string // <name>/bootstrap of each function; "" = Root/build/local
	Template  string // "" = Root/template.yaml
	DynamoDB  string // the dynoxide program; "" = Root/.cache/bin/dynoxide, else the one on the PATH

	// DynamoDBEndpoint is a DynamoDB-compatible server to use instead of dynoxide.
	DynamoDBEndpoint string

	// S3Endpoint is an S3-compatible server to use instead of the one inside. It knows the account in
	// Data/credentials.json, and tells nobody of objects: files of rows are not taken in.
	S3Endpoint string

	// LongTerm has every signature carry a time stamp and every PDF the proofs that its
	// signers' certificates were not revoked, from the stack's own authority.
	LongTerm bool

	// Unjudged lets functions call DynamoDB and S3 past their roles, for measurements: else each is held to the
	// role that the template gives it.
	Unjudged bool

	// Environment is over what the stack gives every one of its functions.
	Environment map[string]string

	// Origins are those of pages elsewhere that may call the API from a browser, such as
	// http://127.0.0.1:3000; the stack's own always may.
	Origins []string

	// Parameters override what the stack gives the template's parameters.
	Parameters map[string]string

	// Login is what the pages say beside their logins, such as who can log in here.
	Login Pair

	// Output receives what functions write to standard error, and crashes; nil = only the
	// log files below Data/logs.
	Output io.Writer
}

// withDefaults fills in what was left open and makes every path absolute, because S3
// changes the working directory.
func (o Options) withDefaults() (Options, error) {
	wd, err := os.Getwd()
	if err != nil {
		return o, fmt.Errorf("find the working directory: %w", err)
	}
	if o.Root == "" {
		if o.Root, err = FindRoot(wd); err != nil {
			return o, err
		}
	}
	if o.Data != "" {
		if o.Data, err = filepath.Abs(o.Data); err != nil {
			return o, err
		}
	}
	if o.Root, err = filepath.Abs(o.Root); err != nil {
		return o, err
	}
	for path, fallback := range map[*string]string{
		&o.Functions: filepath.Join(o.Root, "build", "local"),
		&o.Template:  filepath.Join(o.Root, "template.yaml"),
		&o.DynamoDB:  program(filepath.Join(o.Root, ".cache", "bin", "dynoxide")),
	} {
		if *path == "" {
			*path = fallback
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return o, err
		}
	}
	if o.Output == nil {
		o.Output = io.Discard
	}
	return o, nil
}

// FindRoot returns the nearest folder at or above dir that holds template.yaml.
func FindRoot(dir string) (string, error) {
	for at := dir; ; at = filepath.Dir(at) {
		_, err := os.Stat(filepath.Join(at, "template.yaml"))
		if err == nil {
			return at, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("no template.yaml in %s or above it", dir)
		}
	}
}
