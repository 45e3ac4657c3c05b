package api_test

import (
	"testing"

	"github.com/jiazhu/jiazhu/internal/hostile"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// What decoding a body may allocate: for each byte the decoder's tokens, which are most for an
// object with very short members, and the list of errors.
const (
	bodyPerByte = 96
	bodyBeside  = 256 << 10
)

func TestHostileBodies(t *testing.T) {
	const longest = 6 << 20 // what a request may carry
	for _, f := range hostile.Objects(longest) {
		hostile.Try(t, f, bodyPerByte, bodyBeside, func(t *testing.T, data []byte) string {
			var v struct {
				A string `json:"a"`
			}
			r := request("")
			r.Sent = string(data)
			p, ok := problem.As(api.DecodeMax(r, &v, longest))
			if !ok {
				return ""
			}
			if len(p.Fields) > 20 {
				t.Errorf("%d fields are named", len(p.Fields))
			}
			for _, f := range p.Fields {
				if len(f.Pointer) > 16<<10 {
					t.Errorf("a pointer of %d bytes", len(f.Pointer))
				}
			}
			return string(p.Code)
		})
	}
}
