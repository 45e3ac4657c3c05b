package phone

import (
	"slices"
	"sync"
	"time"
)

// maxMessages is how many messages are stored.
const maxMessages = 1000

// Message is one short message, as the service sends it to the message gateway.
type Message struct {
	ID         string `json:"id"`
	To         string `json:"to"`   // telephone number
	Kind       string `json:"kind"` // password-link, phone-code, phone-changed
	Portal     string `json:"portal"`
	Username   string `json:"username"`
	Text       string `json:"text"`
	Code       string `json:"code,omitempty"`
	URL        string `json:"url,omitempty"`
	ExpiresAt  string `json:"expiresAt,omitempty"` // RFC 3339
	ReceivedAt string `json:"receivedAt,omitempty"`
}

// messages are the received messages, newest first, stored in a file.
type messages struct {
	mu   sync.Mutex
	file string
	list []Message
}

func openMessages(file string) (*messages, error) {
	m := &messages{file: file}
	return m, readJSON(file, &m.list)
}

// add stores a message, unless it has one with the same id.
func (m *messages) add(message Message, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.ContainsFunc(m.list, func(o Message) bool { return o.ID == message.ID }) {
		return nil
	}
	message.ReceivedAt = now.Format(time.RFC3339)
	list := slices.Insert(slices.Clone(m.list), 0, message)
	list = list[:min(len(list), maxMessages)]
	if err := writeJSON(m.file, list); err != nil {
		return err
	}
	m.list = list
	return nil
}

// to returns the messages to one number, or all of them for "", newest first.
func (m *messages) to(number string) []Message {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := []Message{}
	for _, message := range m.list {
		if number == "" || message.To == number {
			list = append(list, message)
		}
	}
	return list
}
