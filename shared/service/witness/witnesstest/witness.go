// Package witnesstest has a witness of C2SP tlog-witness for one log, for tests and the local stack.
package witnesstest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
)

// Witness signs the checkpoints of one log, each of which contains the one before.
type Witness struct {
	Log    copylog.Trust // the log's key
	Signer *torchwood.CosignatureSigner

	mu   sync.Mutex
	seen tlog.Tree
}

// ServeHTTP answers add-checkpoint.
func (w *Witness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(out, r.Body, 64<<10))
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/add-checkpoint") || err != nil {
		http.Error(out, "no such thing", http.StatusNotFound)
		return
	}
	lines, status, err := w.add(body)
	switch {
	case status == http.StatusConflict:
		out.Header().Set("Content-Type", "text/x.tlog.size")
		out.WriteHeader(status)
		fmt.Fprintf(out, "%d\n", w.size())
	case err != nil:
		http.Error(out, err.Error(), status)
	default:
		_, _ = out.Write(lines)
	}
}

func (w *Witness) size() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen.N
}

// add follows the steps of the standard, in its order.
func (w *Witness) add(body []byte) (lines []byte, status int, err error) {
	head, checkpoint, _ := bytes.Cut(body, []byte("\n\n"))
	first, hashes, _ := strings.Cut(string(head), "\n")
	number, found := strings.CutPrefix(first, "old ")
	old, err := strconv.ParseInt(number, 10, 64)
	if !found || err != nil || old < 0 {
		return nil, http.StatusBadRequest, errors.New("malformed request")
	}
	var proof tlog.TreeProof
	for line := range strings.FieldsSeq(hashes) {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return nil, http.StatusBadRequest, err
		}
		proof = append(proof, h)
	}
	c, err := w.Log.Open(checkpoint)
	if err != nil {
		return nil, http.StatusForbidden, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if old > c.N {
		return nil, http.StatusBadRequest, errors.New("the old size is larger")
	}
	if old != w.seen.N || old == c.N && old > 0 && c.Hash != w.seen.Hash {
		return nil, http.StatusConflict, errors.New("another size")
	}
	if 0 < old && old < c.N {
		err = tlog.CheckTree(proof, c.N, c.Hash, old, w.seen.Hash)
	} else if len(proof) > 0 {
		err = errors.New("a proof of nothing")
	}
	if err != nil {
		return nil, http.StatusUnprocessableEntity, err
	}
	signed, err := note.Sign(&note.Note{Text: c.String()}, w.Signer)
	if err != nil {
		return nil, http.StatusInternalServerError, err
	}
	w.seen = c.Tree
	_, lines, _ = bytes.Cut(signed, []byte("\n\n"))
	return lines, http.StatusOK, nil
}
