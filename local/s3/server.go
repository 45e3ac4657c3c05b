// Package s3 runs an S3-compatible server inside this process: versitygw with its
// posix backend, which keeps objects as files. It checks signatures, so a presigned
// link that was tampered with or has expired is refused as S3 would refuse it.
//
// The backend works relative to the process's working directory, so that is the
// objects' directory while the server runs; every path has to be absolute by then, and
// only one server can run in a process. Stop changes back to the earlier directory.
package s3

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"

	"github.com/jiazhu/jiazhu/local/child"
)

const (
	maxConnections = 512
	maxRequests    = 256
	maxParts       = 100 // the service writes small objects in one piece
	readyWithin    = 10 * time.Second
)

// Credentials are the server's only account.
type Credentials struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// Server is a running S3.
type Server struct {
	Endpoint    string // http://127.0.0.1:<port>
	cancel      context.CancelFunc
	done        chan struct{}
	err         error
	previousDir string // working directory
}

// Start serves the objects below dir, an absolute path, on a free port until Stop. Notices of
// created objects are posted to the URL notices, if it is not empty.
func Start(ctx context.Context, dir string, account Credentials, region, notices string) (*Server, error) {
	port, err := child.FreePort()
	if err != nil {
		return nil, err
	}
	return StartAt(ctx, port, dir, account, region, notices)
}

// StartAt is Start on a port of 127.0.0.1.
func StartAt(ctx context.Context, port int, dir string, account Credentials, region, notices string) (*Server, error) {
	before, err := os.Getwd()
	if err != nil {
		return nil, fmt.Errorf("find the working directory: %w", err)
	}
	backend, err := open(dir)
	if err != nil {
		return nil, fmt.Errorf("open the objects in %s: %w", dir, err)
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	listening := make(chan struct{})
	serving, cancel := context.WithCancel(context.Background())
	s := &Server{Endpoint: "http://" + address, cancel: cancel, done: make(chan struct{}), previousDir: before}
	go func() {
		defer close(s.done)
		s.err = embedgw.RunVersityGW(serving, backend, configuration(address, account, region, notices, func() { close(listening) }))
	}()
	return s, s.awaitReady(ctx, listening)
}

func open(dir string) (*posix.Posix, error) {
	objects, beside, versions := filepath.Join(dir, "objects"), filepath.Join(dir, "properties"), filepath.Join(dir, "versions")
	for _, dir := range []string{objects, beside, versions} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	storer, err := meta.NewSideCar(beside)
	if err != nil {
		return nil, err
	}
	return discardStdout(func() (*posix.Posix, error) {
		return posix.New(objects, properties{storer}, posix.PosixOpts{VersioningDir: versions})
	})
}

// discardStdout discards what the backend prints, because standard output is the caller's.
func discardStdout(do func() (*posix.Posix, error)) (*posix.Posix, error) {
	out := os.Stdout
	nowhere, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	os.Stdout = nowhere
	defer func() {
		os.Stdout = out
		_ = nowhere.Close()
	}()
	return do()
}

func configuration(address string, account Credentials, region, notices string, listening func()) *embedgw.Config {
	return &embedgw.Config{
		RootUserAccess:    account.AccessKeyID,
		RootUserSecret:    account.SecretAccessKey,
		IAMService:        auth.NewIAMServiceSingle(auth.Account{Access: account.AccessKeyID, Secret: account.SecretAccessKey, Role: auth.RoleAdmin}),
		Region:            region,
		Ports:             []string{address},
		MaxConnections:    maxConnections,
		MaxRequests:       maxRequests,
		MultipartMaxParts: maxParts,
		KeepAlive:         true,
		Quiet:             true,
		EventWebhookURL:   notices,
		DisableACLs:       true,
		S3Options:         []s3api.Option{s3api.WithOnListen(listening)},
	}
}

func (s *Server) awaitReady(ctx context.Context, listening <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	select {
	case <-listening:
		return nil
	case <-s.done:
		return fmt.Errorf("s3 ended early: %w", s.err)
	case <-ctx.Done():
		s.Stop()
		return errors.New("s3 does not answer")
	}
}

// Done is closed when the server has ended, for whatever reason.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop ends the server and waits for it.
func (s *Server) Stop() {
	s.cancel()
	<-s.done
	_ = os.Chdir(s.previousDir)
}
