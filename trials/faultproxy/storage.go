package faultproxy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/jiazhu/jiazhu/local/dynamodb"
	"github.com/jiazhu/jiazhu/local/s3"
	"github.com/jiazhu/jiazhu/local/stack"
)

// roleS3 is the first argument with which a program of this package's users is S3.
const roleS3 = "serve-s3"

// Storage is a DynamoDB and an S3 as processes of their own, with the data below one folder.
type Storage struct{ Tables, Objects *Server }

// NewStorage prepares both; neither runs yet. The program that calls it gives way to ServeS3 when it
// is called as S3.
func NewStorage(root, data string) (Storage, error) {
	if _, err := s3.KeepCredentials(filepath.Join(data, "credentials.json")); err != nil {
		return Storage{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return Storage{}, fmt.Errorf("find this program: %w", err)
	}
	dynoxide := filepath.Join(root, ".cache", "bin", "dynoxide")
	if _, err := os.Stat(dynoxide); err != nil {
		return Storage{}, fmt.Errorf("%w: run `make fetch`", dynamodb.ErrMissing)
	}
	tables, err := NewServer("DynamoDB", func(port int) *exec.Cmd {
		return dynamodb.Command(dynoxide, filepath.Join(data, "dynamodb.sqlite"), port)
	})
	if err != nil {
		return Storage{}, err
	}
	objects, err := NewServer("S3", func(port int) *exec.Cmd {
		cmd := exec.Command(self, roleS3, data, strconv.Itoa(port))
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + data}
		cmd.Stderr = os.Stderr
		return cmd
	})
	return Storage{tables, objects}, err
}

// Start starts both.
func (s Storage) Start(ctx context.Context) error {
	return errors.Join(s.Tables.Start(ctx), s.Objects.Start(ctx))
}

// Stop stops both.
func (s Storage) Stop() {
	s.Objects.Stop()
	s.Tables.Stop()
}

// ServeS3 reports whether this program is called as S3; then it has been that until ctx ended.
func ServeS3(ctx context.Context, args []string) (bool, error) {
	if len(args) != 3 || args[0] != roleS3 {
		return false, nil
	}
	port, err := strconv.Atoi(args[2])
	if err != nil {
		return true, fmt.Errorf("the port of S3: %w", err)
	}
	account, err := s3.KeepCredentials(filepath.Join(args[1], "credentials.json"))
	if err != nil {
		return true, err
	}
	server, err := s3.StartAt(ctx, port, filepath.Join(args[1], "s3"), account, stack.Region, "")
	if err != nil {
		return true, err
	}
	defer server.Stop()
	select {
	case <-ctx.Done():
		return true, nil
	case <-server.Done():
		return true, errors.New("S3 has ended by itself")
	}
}
