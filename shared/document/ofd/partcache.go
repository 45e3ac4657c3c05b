package ofd

import (
	"bytes"
	"sync"
)

// partCache keeps the compressed parts of one name by their content, with their digests. A full
// cache is cleared.
type partCache struct {
	mu    sync.Mutex
	parts map[string]part
}

const maxCachedParts = 64

func (c *partCache) get(w *Writer, name string, data []byte) part {
	c.mu.Lock()
	p, known := c.parts[string(data)]
	c.mu.Unlock()
	if known {
		return p
	}
	p = newCompressedPart(name, w.compressor.Compress(bytes.Clone(data)))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parts == nil || len(c.parts) >= maxCachedParts {
		c.parts = map[string]part{}
	}
	c.parts[string(data)] = p
	return p
}
