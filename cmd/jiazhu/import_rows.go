package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

// longestLine is the longest row that the service takes, with its line end.
const longestLine = 1 << 20

// tryRows judges the rows of a file as far as that depends on the rows alone, and writes those that
// are refused to another file.
func (c console) tryRows(name, refused string, asJSON bool) error {
	schemes, err := c.readSchemes()
	if err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	var bad bytes.Buffer
	done := reporting.Response{}
	lines := bufio.NewReaderSize(file, longestLine)
	for row := 1; ; {
		line, err := lines.ReadSlice('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			o := reporting.Outcome{Row: row, Result: reporting.Accepted}
			if reporting.JudgeAlone(schemes, bytes.TrimPrefix(line, []byte("\uFEFF")), &o, "zh") {
				done.Accepted++
			} else {
				done.Refused++
				_ = json.NewEncoder(&bad).Encode(o) // plain data always has JSON
			}
			row++
		}
		switch {
		case errors.Is(err, io.EOF):
			return c.printTry(done, refused, bad.Bytes(), asJSON)
		case errors.Is(err, bufio.ErrBufferFull):
			return fmt.Errorf("row %d has more than %d bytes", row-1, longestLine)
		case err != nil:
			return err
		}
	}
}

func (c console) printTry(done reporting.Response, refused string, bad []byte, asJSON bool) (err error) {
	if done.Accepted+done.Refused == 0 {
		return errors.New("the file has no rows")
	}
	result := sheetResult{DryRun: true, Rows: done.Accepted + done.Refused, Accepted: done.Accepted, Refused: done.Refused}
	if done.Refused > 0 {
		if err := os.WriteFile(refused, bad, 0o600); err != nil {
			return err
		}
		result.Rejected = refused
	}
	if asJSON {
		err = c.print(result)
	} else {
		result.describe(c.out)
	}
	if err == nil && done.Refused > 0 {
		err = fmt.Errorf("%d of %d rows would be refused: %s lists them with the reasons", done.Refused, result.Rows, refused)
	}
	return err
}
