// Package copylog has the rules of the log of copies (加注件公开日志).
//
// Every copy that enters the register gets an entry in a list that is only ever appended to. The list is a
// Merkle tree in the form of C2SP tlog-tiles: whoever keeps one of its signed checkpoints can prove
// later that nothing before it was changed or removed. An entry states when a copy was made and
// when it was logged, and commits to the copy's digests under a salt. It says nothing else: who has the
// copy and its proof finds the entry, and nobody else learns which copy it is of.
package copylog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// entryFormat is the first byte of an entry.
const entryFormat = 1

// EntryBytes is the length of an entry: its format, two times and the commitment.
const EntryBytes = 1 + 8 + 8 + len(Commitment{})

// latestSecond is the last second of the year 9999, after which times have no usual text.
const latestSecond = 253402300799

// ErrEntry reports bytes that are not an entry of the log.
var ErrEntry = errors.New("copylog: this is no entry")

// Entry is one line of the log. Its times are in whole seconds.
type Entry struct {
	Made       time.Time // the time that the copy states (加注件制作时间)
	Logged     time.Time // when the entry was appended; no entry has an earlier one than the entry before it
	Commitment Commitment
}

// Bytes returns the one encoding of an entry: the format, both times as big-endian Unix seconds, the commitment.
func (e Entry) Bytes() []byte {
	data := append(make([]byte, 0, EntryBytes), entryFormat)
	data = binary.BigEndian.AppendUint64(data, uint64(e.Made.Unix()))
	data = binary.BigEndian.AppendUint64(data, uint64(e.Logged.Unix()))
	return append(data, e.Commitment[:]...)
}

// ParseEntry reads what Bytes writes.
func ParseEntry(data []byte) (Entry, error) {
	if len(data) != EntryBytes || data[0] != entryFormat {
		return Entry{}, fmt.Errorf("%w: %d bytes, or of another format", ErrEntry, len(data))
	}
	made, logged := binary.BigEndian.Uint64(data[1:]), binary.BigEndian.Uint64(data[9:])
	if made > latestSecond || logged > latestSecond {
		return Entry{}, fmt.Errorf("%w: its times are of no calendar", ErrEntry)
	}
	return Entry{
		Made: time.Unix(int64(made), 0).UTC(), Logged: time.Unix(int64(logged), 0).UTC(), Commitment: Commitment(data[17:]),
	}, nil
}

// Delay returns how long after its making the copy was logged.
func (e Entry) Delay() time.Duration { return e.Logged.Sub(e.Made) }
