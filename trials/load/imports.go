package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/processes"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

const (
	badEvery     = 1000                   // a bad row follows so many good ones
	minRows      = 5_000                  // good rows; a shorter file is imported before it can be watched
	pollInterval = 250 * time.Millisecond // a block of the file takes about a second
	maxMemory    = 128                    // MB of the function for a file of any length; the template gives it 1769
)

// runImport uploads a file of invented rows to a service of its own, kills the function that imports it, and measures
// rows a second and the function's memory; in the end exactly the good rows have to be in the table, each in its first
// version. It returns how many checks failed.
func runImport(ctx context.Context, s settings) (failed int, err error) {
	defer must.Catch(&err)
	if s.rows < minRows || s.rows > seed.MaxGenerated {
		return 0, fmt.Errorf("%d rows: from %d to %d can be made", s.rows, minRows, seed.MaxGenerated)
	}
	file := must.Get(os.CreateTemp("", "import-bench-*.ndjson"))
	defer func() { _ = file.Close(); _ = os.Remove(file.Name()) }()
	must.Do(seed.WriteRows(file, 0, s.rows, badEvery))
	size := must.Get(file.Seek(0, io.SeekCurrent))
	must.Get(file.Seek(0, io.SeekStart))
	fmt.Printf("%d good rows and %d bad ones, %.1f MB\n\n", s.rows, s.rows/badEvery, float64(size)/1e6)
	own := must.Get(testservice.Start(ctx, stack.Options{SkipRoles: true, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT")}))
	defer own.Stop()
	registry := must.Get(own.Target.Machine(seed.Registry))
	place := must.Get(registry.Announce(ctx, size))
	w := importWatch{started: time.Now()}
	must.Do(registry.Put(ctx, place, file, size))
	w.progress = must.Get(registry.Follow(ctx, place.Report, pollInterval, w.see))
	refused := must.Get(readRefusedRows(must.Get(registry.RefusedRows(ctx, w.progress))))
	items := must.Get(countItems(ctx, own.Tables()))
	w.print(os.Stdout, items, len(refused))
	return checks.Judge(os.Stdout, "import-bench", w.checks(s.rows, items, refused)), nil
}

// importWatch watches an import: it samples it at every tenth, and kills the function near the middle.
type importWatch struct {
	started  time.Time
	finished time.Time // last answer
	progress client.Intake
	samples  []importSample
	kills    int
}

// importSample is the state when another tenth of the file had been read. Memory is of the function's process, in MB; 0
// where the system does not tell.
type importSample struct {
	tenth        int64 // 1 to 10
	rows         int
	at           time.Duration // since the start
	memory, peak float64
	afterKill    bool
}

func (w *importWatch) see(i client.Intake) {
	w.finished = time.Now()
	tenth := 10 * i.Read / i.Bytes
	if tenth == 0 || len(w.samples) > 0 && tenth <= w.samples[len(w.samples)-1].tenth {
		return
	}
	t := importSample{tenth: tenth, rows: i.Rows, at: time.Since(w.started), afterKill: w.kills > 0}
	pids := processes.Functions(os.Getpid())["intake"]
	for _, pid := range pids {
		t.memory, t.peak = float64(processes.Memory(pid, "VmRSS"))/(1<<20), float64(processes.Peak(pid))/(1<<20)
	}
	w.samples = append(w.samples, t)
	fmt.Printf("%4d %%  %7d rows  %5.0f s  memory %3.0f MB, at most %3.0f MB\n", 10*tenth, t.rows, t.at.Seconds(), t.memory, t.peak)
	if tenth < 4 || w.kills > 0 || i.State == "done" {
		return
	}
	for _, pid := range pids {
		if processes.Kill(pid) {
			w.kills++
			fmt.Printf("        kill -9 %d\n", pid)
		}
	}
}

// peakMemory is the most memory that any of the function's processes had.
func (w *importWatch) peakMemory() (most float64) {
	for _, t := range w.samples {
		most = max(most, t.peak)
	}
	return most
}

// readRefusedRows returns the numbers of the rows in the result file that have a reason.
func readRefusedRows(result []byte) (rows []int, err error) {
	lines := json.NewDecoder(bytes.NewReader(result))
	for lines.More() {
		var line struct {
			Row    int
			Number string
			Errors []struct{ Rule, Detail string }
		}
		if err := lines.Decode(&line); err != nil {
			return nil, fmt.Errorf("read the result: %w", err)
		}
		if line.Number != "" && len(line.Errors) > 0 && line.Errors[0].Detail != "" {
			rows = append(rows, line.Row)
		}
	}
	return rows, nil
}

// The kinds of items that a certificate is made of.
const (
	certificates  = "certificates"
	firstVersions = "certificates in version 001"
	numbers       = "numbers"
	holders       = "holders' entries"
)

// scanLimit is how many items are read at a time. Without a limit the local DynamoDB server reads what is left of the
// table for every megabyte it answers.
const scanLimit = 1000

// countItems counts the items of the table of records by kind.
func countItems(ctx context.Context, tables testservice.Tables) (map[string]int, error) {
	pages := dynamodb.NewScanPaginator(tables.Client, &dynamodb.ScanInput{
		TableName: aws.String(template.TableName("Records")), ConsistentRead: aws.Bool(true),
		ProjectionExpression: aws.String("pk, sk, version"), Limit: aws.Int32(scanLimit),
	})
	found := map[string]int{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("count the items: %w", err)
		}
		for _, i := range page.Items {
			item := testservice.Item(i)
			pk, sk := item.Text("pk"), item.Text("sk")
			switch {
			case strings.HasPrefix(pk, "CERT#") && sk == "CERT":
				found[certificates]++
				if item.Text("version") == "001" {
					found[firstVersions]++
				}
			case strings.HasPrefix(pk, "NUMBER#"):
				found[numbers]++
			case strings.HasPrefix(pk, "HOLDER#") && strings.HasPrefix(sk, "CERT#"):
				found[holders]++
			}
		}
	}
	return found, nil
}

// print writes the figures, a name and a value to a line.
func (w *importWatch) print(to io.Writer, items map[string]int, refused int) {
	took := w.finished.Sub(w.started).Seconds()
	fmt.Fprintln(to)
	printFigure(to, "rows", "%d", w.progress.Rows)
	printFigure(to, "seconds", "%.0f", took)
	printFigure(to, "rows a second", "%.0f", float64(w.progress.Rows)/took)
	n := len(w.samples)
	if n >= 8 { // over three tenths each
		rate := func(a, b importSample) float64 { return float64(b.rows-a.rows) / (b.at - a.at).Seconds() }
		printFigure(to, "rows a second, before the kill", "%.0f", rate(w.samples[0], w.samples[3]))
		printFigure(to, "rows a second, at the end", "%.0f", rate(w.samples[n-4], w.samples[n-1]))
	}
	printFigure(to, "kills -9", "%d", w.kills)
	if n > 0 {
		printFigure(to, "memory at the first mark, MB", "%.0f", w.samples[0].memory)
		printFigure(to, "memory at the last mark, MB", "%.0f", w.samples[n-1].memory)
		printFigure(to, "memory at most, MB", "%.0f", w.peakMemory())
	}
	for _, kind := range []string{certificates, firstVersions, numbers, holders} {
		printFigure(to, kind, "%d", items[kind])
	}
	printFigure(to, "rows refused, with a reason each", "%d", refused)
}

// checks is what has to hold of a file of so many good rows.
func (w *importWatch) checks(rows int, items map[string]int, refused []int) []checks.Check {
	bad := rows / badEvery
	wanted := make([]int, bad)
	for i := range wanted {
		wanted[i] = (i + 1) * (badEvery + 1)
	}
	p := w.progress
	return []checks.Check{
		{
			Name: "every row is accounted for: good ones accepted, bad ones refused",
			OK:   p.Rows == rows+bad && p.Accepted == rows && p.Refused == bad && p.Unchanged == 0,
			Got:  fmt.Sprintf("%d rows: %d accepted, %d unchanged, %d refused", p.Rows, p.Accepted, p.Unchanged, p.Refused),
		},
		{
			Name: "every good row is in the table once, in its first version, with its number and holder",
			OK:   items[certificates] == rows && items[firstVersions] == rows && items[numbers] == rows && items[holders] == rows,
			Got:  fmt.Sprint(items),
		},
		{
			Name: "every bad row is in the result file, by its place in the file, with a reason",
			OK:   slices.Equal(refused, wanted),
			Got:  fmt.Sprintf("%d rows: %.60s", len(refused), fmt.Sprint(refused)),
		},
		{
			Name: "the function was killed in the middle, and another process went on",
			OK:   w.kills == 1 && slices.ContainsFunc(w.samples, func(t importSample) bool { return t.afterKill }),
			Got:  fmt.Sprintf("%d kills", w.kills),
		},
		{
			Name: fmt.Sprintf("the function's memory does not grow with the file: at most %d MB", maxMemory),
			OK:   w.peakMemory() > 0 && w.peakMemory() <= maxMemory,
			Got:  fmt.Sprintf("%.0f MB", w.peakMemory()),
		},
	}
}
