package reporting

import (
	"fmt"
	"strings"
)

// MediaType is the type of a file of rows, one JSON object on each line.
const MediaType = "application/x-ndjson"

const (
	uploadPrefix = "drops/"
	rowsEnding   = ".ndjson"
)

// UploadKey is the key of a report's file in the bucket until it has been imported.
func UploadKey(report string) string { return uploadPrefix + report + rowsEnding }

// ReportOfUpload returns the report whose file has the key, "" for any other key.
func ReportOfUpload(key string) string {
	name, ok := strings.CutPrefix(key, uploadPrefix)
	id, ending := strings.CutSuffix(name, rowsEnding)
	if !ok || !ending {
		return ""
	}
	return id
}

// ResultKey is the key of the file of a report's refused rows, one Outcome on each line.
func ResultKey(report string) string { return "results/" + report + rowsEnding }

// PartKey is the key of a part of that file while the import runs; the first part is 0.
func PartKey(report string, part int) string {
	return fmt.Sprintf("results/%s/%06d%s", report, part, rowsEnding)
}
