// Command uploadpages uploads the pages that `make package` made to the bucket of a stage's pages, and removes files
// that no open page loads any more.
//
//	uploadpages BUCKET files   the files whose names change with their content: before functions are deployed that name them
//	uploadpages BUCKET         these, and then the pages that name them: once the functions are deployed
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "uploadpages:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	onlyFiles := len(args) == 2 && args[1] == "files"
	if len(args) != 1 && !onlyFiles {
		return fmt.Errorf("usage: uploadpages BUCKET [files]")
	}
	pages, err := readPages("build")
	if err != nil {
		return fmt.Errorf("%w: run `make package`", err)
	}
	account, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	b := bucket{client: s3.NewFromConfig(account), name: args[0], now: time.Now}
	if onlyFiles {
		return b.uploadFiles(ctx, pages)
	}
	return b.uploadAll(ctx, pages)
}
