package lambda

import (
	"bytes"
	"io"
	"sync"
)

// maxLine is how much of a line without an end is buffered.
const maxLine = 64 * 1024

// lines writes whole lines, so that processes that write to one log do not mix their lines.
type lines struct {
	to     io.Writer
	copy   io.Writer // gets each line too, after prefix; may be nil
	prefix string

	mu   sync.Mutex
	rest []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	for {
		end := bytes.IndexByte(l.rest, '\n') + 1
		if end == 0 && len(l.rest) < maxLine {
			return len(p), nil
		}
		if end == 0 {
			end = len(l.rest)
		}
		l.pass(l.rest[:end])
		l.rest = l.rest[end:]
	}
}

func (l *lines) pass(line []byte) {
	_, _ = l.to.Write(line)
	if l.copy != nil {
		_, _ = l.copy.Write(append([]byte(l.prefix), line...))
	}
}

func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		l.pass(append(l.rest, '\n'))
		l.rest = nil
	}
}
