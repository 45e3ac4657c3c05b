// Package queue simulates the queues (SQS) between S3 and functions. A message is a file in a directory
// until a function has answered that it is done with it. After a failure, a timeout or a crash, and also
// after a restart of everything, the function gets the message again.
//
// SQS delivers again when a message's visibility timeout ends. Here a failure is known at once, so the
// message is delivered again after a pause that grows from a second to a minute, or that the settings
// state. After as many deliveries as the settings allow, it goes to the directory of dead letters.
package queue

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/oklog/ulid/v2"
)

const (
	firstPause   = time.Second
	longestPause = time.Minute
	fileSuffix   = ".json"
)

// Function receives the messages.
type Function interface {
	Invoke(event []byte) ([]byte, error)
}

// Settings say how a queue delivers.
type Settings struct {
	MaxReceives int           // deliveries of a message, counted anew after Open; 0 = not bounded
	DeadLetters string        // directory for messages that were delivered so often, with MaxReceives
	Pause       time.Duration // between a failed delivery and the next; 0 = from a second to a minute
	ErrorLog    io.Writer
}

// Queue stores messages in a directory and delivers them to a function. It is safe for concurrent use.
type Queue struct {
	dir string
	Settings

	mu       sync.Mutex
	function Function        // nil until SetFunction
	slots    chan struct{}   // of deliveries in progress; nil = not bounded
	busy     map[string]bool // files being worked on
	closed   chan struct{}
	working  sync.WaitGroup
}

// Open opens the queue in a directory, with the messages of earlier runs.
func Open(dir string, s Settings) (*Queue, error) {
	for _, d := range []string{dir, s.DeadLetters} {
		if d == "" {
			continue
		}
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("open a queue: %w", err)
		}
	}
	return &Queue{dir: dir, Settings: s, busy: map[string]bool{}, closed: make(chan struct{})}, nil
}

// Send stores a message and delivers it. When it returns nil, the message is not lost any more.
func (q *Queue) Send(body []byte) error {
	name := ulid.Make().String() + fileSuffix
	draft := filepath.Join(q.dir, name+".draft")
	if err := os.WriteFile(draft, body, 0o600); err != nil {
		return fmt.Errorf("store a message: %w", err)
	}
	if err := os.Rename(draft, filepath.Join(q.dir, name)); err != nil {
		return fmt.Errorf("store a message: %w", err)
	}
	q.deliver(name)
	return nil
}

// SetFunction sets the function of the queue and delivers the stored messages to it, so many at a time (0 = all).
func (q *Queue) SetFunction(f Function, concurrency int) error {
	q.mu.Lock()
	q.function = f
	if concurrency > 0 {
		q.slots = make(chan struct{}, concurrency)
	}
	q.mu.Unlock()
	kept, err := os.ReadDir(q.dir)
	if err != nil {
		return fmt.Errorf("read a queue: %w", err)
	}
	for _, e := range kept {
		if strings.HasSuffix(e.Name(), fileSuffix) {
			q.deliver(e.Name())
		}
	}
	return nil
}

// Close stops delivering and waits for the deliveries in progress; close the function before. Messages that
// are not done stay for the next Open.
func (q *Queue) Close() {
	q.mu.Lock()
	select {
	case <-q.closed:
	default:
		close(q.closed)
	}
	q.mu.Unlock()
	q.working.Wait()
}

// deliver delivers a message, unless that is in progress or there is no function yet.
func (q *Queue) deliver(name string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.function == nil || q.busy[name] || q.isClosed() {
		return
	}
	q.busy[name] = true
	function, slots := q.function, q.slots
	q.working.Go(func() { q.workOff(function, slots, name) })
}

func (q *Queue) isClosed() bool {
	select {
	case <-q.closed:
		return true
	default:
		return false
	}
}

func (q *Queue) workOff(f Function, slots chan struct{}, name string) {
	file := filepath.Join(q.dir, name)
	pause := firstPause
	if q.Pause > 0 {
		pause = q.Pause
	}
	for receives := 1; ; receives++ {
		if !q.takeSlot(slots) {
			return
		}
		err := q.invokeFunction(f, file)
		if slots != nil {
			<-slots
		}
		if err == nil {
			_ = os.Remove(file)
			return
		}
		if errors.Is(err, fs.ErrNotExist) || q.isClosed() {
			return
		}
		if receives == q.MaxReceives {
			_, _ = fmt.Fprintf(q.ErrorLog, "queue %s: %v; delivered %d times, a dead letter now\n", filepath.Base(q.dir), err, receives)
			_ = os.Rename(file, filepath.Join(q.DeadLetters, name))
			return
		}
		_, _ = fmt.Fprintf(q.ErrorLog, "queue %s: %v; next try in %s\n", filepath.Base(q.dir), err, pause)
		select {
		case <-q.closed:
			return
		case <-time.After(pause):
		}
		if q.Pause == 0 {
			pause = min(2*pause, longestPause)
		}
	}
}

// takeSlot waits until a message may be delivered, and reports false when the queue is closed before.
func (q *Queue) takeSlot(slots chan struct{}) bool {
	if slots == nil {
		return true
	}
	select {
	case slots <- struct{}{}:
		return true
	case <-q.closed:
		return false
	}
}

var errNotDone = errors.New("the function is not done with the message")

// invokeFunction delivers a message and reports whether the function is done with it.
func (q *Queue) invokeFunction(f Function, file string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	id := strings.TrimSuffix(filepath.Base(file), fileSuffix)
	event, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{
		MessageId: id, Body: string(body), EventSource: "aws:sqs",
	}}})
	if err != nil {
		return fmt.Errorf("write a message: %w", err)
	}
	answer, err := f.Invoke(event)
	if err != nil {
		return err
	}
	var response events.SQSEventResponse
	if err := json.Unmarshal(answer, &response); err != nil {
		return fmt.Errorf("read the answer to a message: %w", err)
	}
	if len(response.BatchItemFailures) > 0 {
		return errNotDone
	}
	return nil
}
