package stack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
)

// Region is the AWS region the stack says it is in.
const Region = "us-east-1"

// Options says where things are. The zero value is a throw-away stack on a free port.
type Options struct {
	Root      string // the repository; "" = the nearest directory above with template.yaml
	Data      string // data directory; "" = a temporary one, removed by Stop
	Port      int    // of the API; 0 = a free one
	Functions string // <name>/bootstrap of each function; "" = Root/build/local
	Template  string // "" = Root/template.yaml
	DynamoDB  string // the dynoxide program; "" = Root/.cache/bin/dynoxide, else the one on the PATH

	// DynamoDBEndpoint is a DynamoDB-compatible server to use instead of dynoxide.
	DynamoDBEndpoint string

	// S3Endpoint is an S3-compatible server to use instead of the built-in one. It must accept the account in
	// Data/credentials.json. Files of rows and archives are worked off if it posts its notices of objects to the
	// stack's NoticesURL.
	S3Endpoint string

	// Redelivery is the pause before a queue delivers a message again that a function was not done with; 0 = from a
	// second to a minute. SQS waits for the visibility timeout, five and a half minutes.
	Redelivery time.Duration

	// LongTerm adds a timestamp to every signature, and to every PDF the proofs that its signers' certificates
	// were not revoked, from the test authority.
	LongTerm bool

	// SkipRoles lets functions call DynamoDB and S3 directly, for measurements. Otherwise each is held to the role
	// that the template gives it.
	SkipRoles bool

	// Environment overrides the environment of every function.
	Environment map[string]string

	// Schemes is the location of the directory of the kinds of certificate, as the setting SCHEMES has it; "" = those
	// built into the programs.
	Schemes string

	// Origins are other origins whose pages may call the API, such as http://127.0.0.1:3000.
	Origins []string

	// Parameters override what the stack gives the template's parameters.
	Parameters map[string]string

	// Login is a text beside the pages' log-in forms, such as who can log in.
	Login Pair

	// Output receives what functions write to standard error, and crashes; nil = only the
	// log files below Data/logs.
	Output io.Writer
}

// withDefaults sets defaults and makes every path absolute, because S3 changes the working directory.
func (o Options) withDefaults() (_ Options, err error) {
	defer must.Catch(&err)
	if o.Root == "" {
		o.Root = must.Get(FindRoot(must.Get(os.Getwd())))
	}
	if o.Data != "" {
		o.Data = must.Get(filepath.Abs(o.Data))
	}
	o.Root = must.Get(filepath.Abs(o.Root))
	for path, fallback := range map[*string]string{
		&o.Functions: filepath.Join(o.Root, "build", "local"),
		&o.Template:  filepath.Join(o.Root, "template.yaml"),
		&o.DynamoDB:  program(filepath.Join(o.Root, ".cache", "bin", "dynoxide")),
	} {
		if *path == "" {
			*path = fallback
		}
		*path = must.Get(filepath.Abs(*path))
	}
	if o.Output == nil {
		o.Output = io.Discard
	}
	return o, nil
}

// FindRoot returns the nearest directory at or above dir that holds template.yaml.
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
