// Package batch is how the runner and the programs it measures speak: a line in, a
// line out. A program is started with the folder of inputs, prepares itself, and
// answers each command on its standard input with one line of JSON:
//
//	make N         make N documents of the certificates whose turn it is; answers a Result
//	save I FILE    make the document of certificate I and keep it; answers a Result
//
// It says a Hello first, and ends with its input. What goes wrong it says on its
// standard error, and ends with another code than 0.
package batch

// Hello says who is there.
type Hello struct {
	Version string `json:"version"` // of the libraries and of what runs them
}

// Result is what making Documents took. Nothing but making them is counted.
type Result struct {
	Documents int     `json:"documents"`
	CPU       float64 `json:"cpu"`       // seconds of the process, its helpers' included
	Thread    float64 `json:"thread"`    // seconds of the thread that makes them; 0 where that is not known
	BestWall  float64 `json:"best_wall"` // seconds of the fastest document
	Bytes     int64   `json:"bytes"`     // of all documents
}

// Add takes another batch of the same program in.
func (r *Result) Add(o Result) {
	if r.Documents == 0 || o.BestWall < r.BestWall {
		r.BestWall = o.BestWall
	}
	r.Documents += o.Documents
	r.CPU += o.CPU
	r.Thread += o.Thread
	r.Bytes += o.Bytes
}
