package roster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
)

// onePicture is a directory in which every name is a file with the same picture.
type onePicture struct {
	fstest.MapFS
	data []byte
}

func (p onePicture) ReadFile(string) ([]byte, error)       { return bytes.Clone(p.data), nil }
func (p onePicture) Stat(name string) (fs.FileInfo, error) { return p.MapFS.Stat(name) }

// TestTenThousandLinesAreHeldOneAtATime: converting 10 000 lines with photos, 330 MB as rows of a report, and writing
// them all back as refused holds what the file's texts and the directory's names take, and no lines or pictures.
func TestTenThousandLinesAreHeldOneAtATime(t *testing.T) {
	const lines, most = 10_000, 48 << 20
	name := filepath.Join(t.TempDir(), "all.xlsx")
	files := onePicture{fstest.MapFS{}, encodePicture(t, drawPicture(295, 413), "JPEG")}
	writeLines(t, name, lines, func(number string) { files.MapFS[number+".jpg"] = &fstest.MapFile{} })
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	before := measureHeap()
	workbook, err := sheet.Open(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(workbook, "", loadSchemes(t), constructor)
	if err != nil {
		t.Fatal(err)
	}
	pictures, err := ListPictures(files)
	if err != nil {
		t.Fatal(err)
	}
	refused, err := NewRejected(r)
	if err != nil {
		t.Fatal(err)
	}
	done, sent, held := 0, 0, uint64(0)
	err = r.Read(func(row sheet.Row) error {
		e := r.Convert(row)
		e.Row.Photo, _ = pictures.Add(r, &e, row, "/photo", FitPhoto)
		encoded, err := json.Marshal(e.Row)
		if err != nil || len(e.Mistakes) > 0 || len(e.Row.Photo) == 0 {
			return fmt.Errorf("line %d: %+v, %w", row.Line, e.Mistakes, err)
		}
		sent += len(encoded)
		if done++; done%2000 == 0 {
			held = max(held, measureHeap()-before)
		}
		return refused.Add(row, []Mistake{{Field: "/holder/name", Found: "x", Reason: "y"}})
	})
	if err != nil || done != lines {
		t.Fatalf("%d lines, %v", done, err)
	}
	if err := refused.Write(fileNobodyReads{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d lines of %d MB are sent, %d MB are held", done, sent>>20, held>>20)
	if held > most {
		t.Errorf("%d MB are held, and may be %d", held>>20, most>>20)
	}
}

type fileNobodyReads struct{}

func (fileNobodyReads) Write(data []byte) (int, error) { return len(data), nil }

// measureHeap returns the bytes that are held.
func measureHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// writeLines writes a workbook of lines that are right, but for their numbers of documents.
func writeLines(t *testing.T, name string, lines int, each func(number string)) {
	t.Helper()
	workbook := excelize.NewFile()
	defer workbook.Close()
	w, err := workbook.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	var headings []any
	row := plainRow()
	for heading := range row {
		headings = append(headings, heading)
	}
	err = w.SetRow("A1", headings)
	for i := range lines {
		row["注册编号"] = fmt.Sprintf("京1112019202%06d", 100000+i)
		row["姓名"] = fmt.Sprintf("示例%d", i)
		var cells []any
		for _, heading := range headings {
			cells = append(cells, row[heading.(string)])
		}
		if err == nil {
			err = w.SetRow(fmt.Sprintf("A%d", i+2), cells)
		}
		each(row["注册编号"])
	}
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = workbook.SaveAs(name)
	}
	if err != nil {
		t.Fatal(err)
	}
}
