package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/trials/capacity/meter"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

func run(ctx context.Context, s settings) (failed int, err error) {
	if s.lives < 2 || s.lives > 9 {
		return 0, errors.New("-lives: from 2 to 9")
	}
	wd, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	root, err := stack.FindRoot(wd)
	if err != nil {
		return 0, err
	}
	started := time.Now()
	counted, err := countLives(ctx, s.lives)
	if err != nil {
		return 0, err
	}
	fmt.Printf("%d lives of %d journeys each, all alike, in %s\n", s.lives, len(counted), time.Since(started).Round(time.Millisecond))
	f, err := chooseFigures(root, counted, s.write)
	if err != nil {
		return 0, err
	}
	h, err := f.simulate(s.seconds, s.seed)
	if err != nil {
		return 0, err
	}
	if s.write {
		if err := writeFigures(root, counted, f, h, s); err != nil {
			return 0, err
		}
	}
	f.print(counted, h)
	c := &checks{}
	c.compareScenarios(f, counted)
	c.keys(counted)
	c.heat(f, h)
	if err := c.document(root, f, h, s); err != nil {
		return 0, err
	}
	fmt.Printf("\nsimulate: %d passed, %d failed\n", c.passed, c.failed)
	return c.failed, nil
}

// countLives counts so many lives in a service of its own.
func countLives(ctx context.Context, lives int) ([]model.Scenario, error) {
	m := &meter.Meter{}
	tables, closeTables, err := serve(m.Tables())
	if err != nil {
		return nil, err
	}
	defer closeTables()
	files, closeFiles, err := serve(m.Files())
	if err != nil {
		return nil, err
	}
	defer closeFiles()
	s, err := stack.Start(ctx, stack.Options{
		Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"),
		Environment: map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": tables, "AWS_ENDPOINT_URL_S3": files},
	})
	if err != nil {
		return nil, err
	}
	defer s.Stop()
	m.Connect(s.Storage.DynamoDB, s.Storage.S3)
	n, err := openKeyMaker(s.Paths)
	if err != nil {
		return nil, err
	}
	c := &requestCounter{stack: s, meter: m, keys: n}
	if _, err := c.countLife(ctx, 0); err != nil { // warms the functions up
		return nil, err
	}
	all, err := c.countUndisturbedLives(ctx, lives)
	if err != nil {
		return nil, err
	}
	return mergeLives(all)
}

// serve answers at an address of this machine until it is closed.
func serve(h http.Handler) (url string, stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen for the meter: %w", err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

// mostDisturbed is how many lives may be left out.
const maxDisturbed = 40

// countUndisturbedLives counts so many lives in which every request was answered at its first try.
func (c *requestCounter) countUndisturbedLives(ctx context.Context, lives int) (all [][]model.Scenario, err error) {
	for order := 1; len(all) < lives; order++ {
		before := c.meter.RetryCount()
		journeys, err := c.countLife(ctx, order)
		if err != nil {
			return nil, err
		}
		switch {
		case c.meter.RetryCount() == before:
			all = append(all, journeys)
		case order-len(all) > maxDisturbed:
			return nil, errors.New("this machine is too busy: requests to DynamoDB or S3 have to be sent again and again")
		default:
			fmt.Printf("life %d is left out: a request had to be sent again\n", order)
		}
	}
	return all, nil
}

// chooseFigures are the figures of the committed counts; of the new ones where those are to be written.
func chooseFigures(root string, counted []model.Scenario, write bool) (*figures, error) {
	if write {
		return figuresOf(root, counted)
	}
	return readFigures(root)
}

// heatResults are what was played.
type heatResults struct {
	scales     []map[string]model.Heat // of every scale, by table
	byExponent []model.Heat            // of the register of the largest, by exponents
}

// exponents are those that are played besides the workload's: how few certificates get how much.
func exponents() []float64 { return []float64{0.8, 1, 1.2, 1.5} }

func (f *figures) simulate(seconds int, seed uint64) (*heatResults, error) {
	secret := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("simulate"), seed))
	files, err := fieldcrypto.Split(secret[:])
	if err != nil {
		return nil, err
	}
	n, err := newKeyMaker(files)
	if err != nil {
		return nil, err
	}
	h := &heatResults{}
	for _, s := range f.Workload.Scales {
		h.scales = append(h.scales, f.Heat(s, seconds, seed, n.makeKey))
	}
	largest := f.Workload.Scales[len(f.Workload.Scales)-1]
	for _, exponent := range exponents() {
		m := f.Model
		m.Workload.Zipf = exponent
		h.byExponent = append(h.byExponent, m.Heat(largest, seconds, seed, n.makeKey)["records"])
	}
	return h, nil
}

// writeFigures writes the counts and the document anew.
func writeFigures(root string, counted []model.Scenario, f *figures, h *heatResults, s settings) error {
	if s.seconds != simulatedSeconds || s.seed != defaultSeed {
		return errors.New("-write goes with the default -seconds and -seed")
	}
	data, err := encode(counted)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, countsFile), data, 0o644); err != nil {
		return err
	}
	return renew(documentOf(root), f, h)
}

// print prints what the document has, and the processor time of this run beside the committed one.
func (f *figures) print(counted []model.Scenario, h *heatResults) {
	for _, b := range blocks() {
		if b.name != "prices" {
			fmt.Printf("\n%s\n", b.render(f, h))
		}
	}
	fmt.Println("processor time, ms, in this run and as committed")
	for i := range counted {
		if j := f.FindScenario(counted[i].Name); j != nil {
			fmt.Printf("  %-22s %6.1f %6.1f\n", j.Name, counted[i].CPU[j.Function()], j.CPU[j.Function()])
		}
	}
	largest := f.Workload.Scales[len(f.Workload.Scales)-1]
	load := f.Load(largest)
	fmt.Println()
	for _, l := range f.prices {
		_, endorsement := f.Endorsement().FirstTierCost(l)
		_, verification := f.Verification().FirstTierCost(l)
		_, month := f.Month(largest, 1).Cost(l)
		fmt.Printf("endorsement_%s %.6f\nverification_%s %.6f\nnation_month_%s %.0f\n", l.Currency, endorsement, l.Currency, verification, l.Currency, month)
	}
	fmt.Printf("nation_requests_per_second %.0f\nnation_write_units_per_second %.0f\nnation_read_units_per_second %.0f\n",
		load.Requests, load.Tables["records"].Write+load.Tables["sessions"].Write, load.Tables["records"].Read+load.Tables["sessions"].Read)
}
