package reporting

import (
	"fmt"
	"strings"
)

// MediaType is that of a file of rows, one JSON object a line.
const MediaType = "application/x-ndjson"

const (
	uploadPrefix = "drops/"
	rowsEnding   = ".ndjson"
)

// UploadKey is where the file of a report lies in the bucket until it has been taken in.
func UploadKey(report string) string { return uploadPrefix + report + rowsEnding }

// ReportOfUpload is the report whose file lies under key, "" for anything else.
func ReportOfUpload(key string) string {
	name, ok := strings.CutPrefix(key, uploadPrefix)
	id, ending := strings.CutSuffix(name, rowsEnding)
	if !ok || !ending {
		return ""
	}
	return id
}

// ResultKey is where the refused rows of a report lie, one Outcome a line.
func ResultKey(report string) string { return "results/" + report + rowsEnding }

// PartKey is where some of them lie until all are known; the first part is 0.
func PartKey(report string, part int) string {
	return fmt.Sprintf("results/%s/%06d%s", report, part, rowsEnding)
}
