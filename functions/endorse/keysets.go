package main

import (
	"context"
	"sync"

	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// keySets remembers the numbers of the key sets that this process has sealed with. A number never changes.
type keySets struct {
	mu      sync.Mutex
	numbers map[sealhistory.KeySet]int
}

// number returns the number of a key set, which the register is asked for once.
func (s *keySets) number(ctx context.Context, in certificateStore, k sealhistory.KeySet) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n = s.numbers[k]; n > 0 {
		return n, nil
	}
	if n, err = in.NumberKeySet(ctx, k); err != nil {
		return 0, err
	}
	if s.numbers == nil {
		s.numbers = map[sealhistory.KeySet]int{}
	}
	s.numbers[k] = n
	return n, nil
}
