package main

import (
	"errors"

	"github.com/jiazhu/jiazhu/shared/document/archive"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// archiveRefusal says why an archive is refused as a whole.
type archiveRefusal string

// The refusals.
const (
	noArchive    archiveRefusal = "archive.form"
	emptyArchive archiveRefusal = "archive.empty"
	tooMany      archiveRefusal = "archive.entries"
	otherDigest  archiveRefusal = "archive.sha256"
)

// refusalOf returns why archive.Open did not open an archive.
func refusalOf(err error) archiveRefusal {
	switch {
	case errors.Is(err, archive.ErrEmpty):
		return emptyArchive
	case errors.Is(err, archive.ErrTooMany):
		return tooMany
	}
	return noArchive
}

// Text says the refusal in words.
func (r archiveRefusal) Text() problem.Text {
	switch r {
	case emptyArchive:
		return problem.Text{ZH: "压缩包内没有文件，未核验。", EN: "The archive has no file in it; nothing was verified."}
	case tooMany:
		return problem.Text{
			ZH: "压缩包内的文件超过 2000 个，未核验；请分为多个压缩包。", EN: "The archive has more than 2000 files; nothing was verified. Divide it into several.",
		}
	case otherDigest:
		return problem.Text{
			ZH: "上传的文件与登记的 SHA-256 不符，未核验；请重新登记并上传。", EN: "What was uploaded has another SHA-256 than was announced; nothing was verified. Announce and upload it again.",
		}
	}
	return problem.Text{
		ZH: "上传的文件不是 ZIP 压缩包，或已损坏，未核验。", EN: "What was uploaded is no ZIP archive, or a damaged one; nothing was verified.",
	}
}

// unjudged is the refusal of an entry at which several runs have ended: whatever it is, the others are
// judged.
const unjudged archive.Refusal = "unjudged"

// textOf says in words why an entry was not read.
func textOf(r archive.Refusal) string {
	if r == unjudged {
		return "文件无法判定，请单独核验"
	}
	return r.Text().ZH
}
