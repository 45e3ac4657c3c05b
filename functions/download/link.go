package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/filename"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

type linkRequest struct {
	File string `json:"file"` // "pdf", "ofd" or "preview"
}

type linkResponse struct {
	URL       string      `json:"url"`
	ExpiresAt api.Instant `json:"expiresAt"`
	FileName  string      `json:"fileName"`
	MIME      string      `json:"mime"`
	SHA256    string      `json:"sha256"`
	Bytes     int64       `json:"bytes"`
}

// endings maps each file of an endorsement to the ending of its name.
func endings() map[string]string {
	return map[string]string{"pdf": "pdf", "ofd": "ofd", "preview": "svg"}
}

// link is pdf下载, OFD下载 and 预览 (使用手册 §1.4, §2.4): it returns a link to one file that works for one
// minute. That of a preview leads to this function, which draws it again.
func (a *app) link(ctx context.Context, r *api.Request) (*api.Response, error) {
	var which linkRequest
	if err := api.Decode(r, &which); err != nil {
		return nil, err
	}
	ending, ok := endings()[which.File]
	if !ok {
		return nil, problem.NewInvalidField("/file", "file.kind", "应为 pdf、ofd 或 preview。", "The file is pdf, ofd or preview.")
	}
	f, err := a.open(ctx, r)
	if err != nil {
		return nil, err
	}
	if which.File == "preview" {
		drawn, err := a.linkPreview(ctx, r, f)
		if err != nil {
			return nil, err
		}
		return api.JSON(http.StatusCreated, drawn), nil
	}
	file, ok := f.Endorsement.Files[which.File]
	if !ok {
		return nil, fmt.Errorf("endorsement %s has no %s", f.Endorsement.ID, which.File)
	}
	name := fileName(f, ending)
	url, err := a.files.Link(ctx, file.Key, files.Download{Name: name, MIME: file.MIME})
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusCreated, linkResponse{
		URL: url, ExpiresAt: api.Instant(r.Time.Add(files.LinkLife)), FileName: name,
		MIME: file.MIME, SHA256: file.SHA256, Bytes: file.Bytes,
	}), nil
}

// open reads the endorsement and checks that it may be handed out: the caller is its holder, the
// portal shows it, its files are kept, and it has not ended otherwise than by the calendar. A copy that has
// expired says so itself; its holder keeps it for their own files.
func (a *app) open(ctx context.Context, r *api.Request) (records.CertificateView, error) {
	f, err := a.endorsements.ReadEndorsement(ctx, r.Path["certificate"], records.PersonOf(r.Session), r.Path["endorsement"])
	if err != nil {
		return f, err
	}
	if err := a.portals[r.Session.Portal].CheckBound(f.Bound); err != nil {
		return f, err
	}
	s, err := a.schemes.SchemeOf(f.Certificate)
	if err != nil {
		return f, err
	}
	state := endorsement.StateOf(*f.Endorsement, f.Certificate, f.Holding(), s, f.Latest, r.Time)
	if p := state.Problem(f.Certificate); p != nil && state != endorsement.Expired {
		return f, p
	}
	if last := f.Endorsement.FilesEnd(); !r.Time.Before(last.End()) {
		return f, problem.New(problem.FilesGone).WithDetail(
			fmt.Sprintf("该加注件的文件保存至%s，已按期删除。", last.InText()),
			fmt.Sprintf("The files of this copy were kept until %s and then removed.", last))
	}
	return f, nil
}

// longestHolder is how many characters of the holder's name a file's name has.
const longestHolder = 50

// fileName returns a name such as 一级建造师注册证书-张三-20261123-20270522.pdf: the kind of certificate, its
// holder, and the first and last day of use. A long name is cut, because file systems take 255 bytes
// and the days and the ending have to stay.
func fileName(f records.CertificateView, ending string) string {
	e := f.Endorsement
	holder := []rune(f.Certificate.Holder.Name)
	return filename.Tidy(fmt.Sprintf("%s-%s-%s-%s.%s",
		f.Certificate.TypeName, string(holder[:min(len(holder), longestHolder)]), e.UseFrom.Compact(), e.UseUntil.Compact(), ending))
}
