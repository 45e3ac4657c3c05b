package main

import (
	"fmt"
	"strings"
)

const (
	archivePrefix = "archives/"
	archiveEnding = ".zip"
	archiveType   = "application/zip"
)

// archiveKey is the key of a job's archive in the bucket until it has been judged.
func archiveKey(job string) string { return archivePrefix + job + archiveEnding }

// jobOfArchive returns the job whose archive has the key, "" for any other key.
func jobOfArchive(key string) string {
	name, ok := strings.CutPrefix(key, archivePrefix)
	id, ending := strings.CutSuffix(name, archiveEnding)
	if !ok || !ending {
		return ""
	}
	return id
}

// partKey is the key of a part of the results while the job runs; the first part is 0. A run that is superseded
// cannot overwrite a part of its successor.
func partKey(job string, part int, run int64) string {
	return fmt.Sprintf("verdicts/%s/%06d-%d.json", job, part, run)
}

// resultFile is one of the files that a job leaves.
type resultFile struct{ name, mime string }

// The results.
var (
	manifestFile = resultFile{"manifest.jws", "application/jose"}
	tableFile    = resultFile{"results.csv", "text/csv; charset=utf-8"}
	pageFile     = resultFile{"results.pdf", "application/pdf"}
)

func (f resultFile) key(job string) string { return "verdicts/" + job + "/" + f.name }
