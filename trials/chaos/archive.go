package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"sync"

	"rsc.io/qr"

	"github.com/jiazhu/jiazhu/internal/must"
)

// copyFiles is a copy and its files, as its holder downloaded them.
type copyFiles struct {
	of       *endorseRequest
	pdf, ofd []byte
}

// maxStocked is how many copies the organisation chooses from.
const maxStocked = 8

// copyStock has the latest copies that were downloaded. It is safe for concurrent use.
type copyStock struct {
	mu     sync.Mutex
	copies []copyFiles
}

func (s *copyStock) add(c copyFiles) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.copies = append(s.copies, c); len(s.copies) > maxStocked {
		s.copies = s.copies[1:]
	}
}

// choose returns so many different copies, or as many as there are.
func (s *copyStock) choose(r *rand.Rand, n int) (chosen []copyFiles) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range r.Perm(len(s.copies))[:min(n, len(s.copies))] {
		chosen = append(chosen, s.copies[i])
	}
	return chosen
}

// The kinds of files in an archive, by what a manifest says of them.
const (
	copyFile    = "a copy"        // the register decides
	alteredFile = "an altered"    // invalid
	scanFile    = "a scan"        // unknown; the register decides of the one code in it
	otherFile   = "another file"  // unknown
	refusedFile = "a refused one" // not read, and so unknown
)

// packedFile is a file of an archive, and what the manifest has to say of it.
type packedFile struct {
	path, kind string
	sha256     string          // "" where it is not read
	refused    string          // why not
	of         *endorseRequest // the copy that it is, or that it shows
}

// archiveMaker packs files.
type archiveMaker struct {
	random *rand.Rand
	files  []packedFile
	data   [][]byte
}

func (m *archiveMaker) add(kind, path string, of *endorseRequest, data []byte) {
	sum := sha256.Sum256(data)
	m.files, m.data = append(m.files, packedFile{path: path, kind: kind, sha256: hex.EncodeToString(sum[:]), of: of}), append(m.data, data)
}

func (m *archiveMaker) addRefused(path, why string, data []byte) {
	m.files, m.data = append(m.files, packedFile{path: path, kind: refusedFile, refused: why}), append(m.data, data)
}

// addCopy adds both files of a copy, the same altered, the text of its code, and a picture of the code.
func (m *archiveMaker) addCopy(n int, c copyFiles) {
	name := func(file string) string { return fmt.Sprintf("投标人%d/%s", n, file) }
	for ending, data := range map[string][]byte{"pdf": c.pdf, "ofd": c.ofd} {
		m.add(copyFile, name("证书."+ending), c.of, data)
		altered := bytes.Clone(data)
		altered[len(altered)/2] ^= 1
		m.add(alteredFile, name("改动."+ending), nil, altered)
	}
	m.add(copyFile, name("二维码.txt"), c.of, []byte(c.of.endorsement.VerifyURL))
	code := must.Get(qr.Encode(c.of.endorsement.VerifyURL, qr.M))
	code.Scale = 4
	m.add(scanFile, name("扫描.png"), c.of, code.PNG())
}

const (
	mostNotes = 30      // files of other texts in an archive, so that some have more than one group
	bombBytes = 4 << 20 // of the file that is almost nothing when it is packed
)

// packArchive makes an archive of copies, with what a careless or hostile bidder adds.
func packArchive(r *rand.Rand, copies []copyFiles) (archive []byte, files []packedFile) {
	m := &archiveMaker{random: r}
	for n, c := range copies {
		m.addCopy(n+1, c)
	}
	for n := range r.IntN(mostNotes) {
		m.add(otherFile, fmt.Sprintf("说明%d.txt", n+1), nil, fmt.Appendf(nil, "说明 %d", n+1))
	}
	m.addRefused("大.pdf", "bomb", make([]byte, bombBytes))
	m.addRefused("../外.pdf", "path-leads", []byte("%PDF-1.7"))
	return m.pack()
}

// pack writes the files in any order.
func (m *archiveMaker) pack() (archive []byte, files []packedFile) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, i := range m.random.Perm(len(m.files)) {
		must.Get(must.Get(z.Create(m.files[i].path)).Write(m.data[i]))
		files = append(files, m.files[i])
	}
	must.Do(z.Close())
	return out.Bytes(), files
}
