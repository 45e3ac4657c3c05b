package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/preview"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/filename"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// previewFile is the preview of an endorsement and what is said of it.
type previewFile struct {
	name string // of the file, as a browser saves it
	key  string // of the stored file that it is drawn from
	data []byte
}

// preview is 预览 (使用手册 §1.4, §2.4) for the holder.
func (a *app) preview(ctx context.Context, r *api.Request) (*api.Response, error) {
	f, err := a.open(ctx, r)
	if err != nil {
		return nil, err
	}
	drawn, err := a.openPreview(ctx, f)
	if err != nil {
		return nil, err
	}
	return drawn.respond(r)
}

// openPreview draws the preview of the endorsement in f.
func (a *app) openPreview(ctx context.Context, f records.CertificateView) (drawn previewFile, err error) {
	stored, ok := findSource(*f.Endorsement)
	if !ok {
		return drawn, fmt.Errorf("endorsement %s has no file to draw a preview from", f.Endorsement.ID)
	}
	drawn.name, drawn.key = fileName(f, "svg"), stored.Key
	drawn.data, err = a.drawPreview(ctx, stored.Key)
	return drawn, err
}

// findSource returns the file that a preview is drawn from: the OFD, or the preview itself if an earlier version of
// the service stored it.
func findSource(e endorsement.Endorsement) (endorsement.File, bool) {
	if stored, ok := e.Files["preview"]; ok {
		return stored, true
	}
	stored, ok := e.Files["ofd"]
	return stored, ok
}

// mostBytes is more than a file of a copy has.
const mostBytes = 8 << 20

// drawPreview draws a preview from the stored file under key. The name of the file is its digest, as the register
// has it.
func (a *app) drawPreview(ctx context.Context, key string) ([]byte, error) {
	data, ok, err := a.files.Read(ctx, key, mostBytes)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem.New(problem.FilesGone).WithCause(fmt.Errorf("%s is not stored", key))
	}
	digest, ending, _ := strings.Cut(path.Base(key), ".")
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != digest {
		return nil, fmt.Errorf("%s is stored with other content", key)
	}
	if ending == "svg" {
		return data, nil
	}
	return a.previews.Draw(data)
}

// previewPolicy lets a browser that opens a preview show its pictures, and run nothing.
const previewPolicy = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

func (p previewFile) respond(r *api.Request) (*api.Response, error) {
	res := &api.Response{Status: http.StatusOK, Body: p.data, Header: map[string]string{
		"content-type": preview.MIME, "content-disposition": filename.InlineHeader(p.name), "content-security-policy": previewPolicy,
		"vary": "accept-encoding",
	}}
	if !api.AcceptsCoding(r.Header["accept-encoding"], "gzip") {
		return res, nil
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(p.data); err != nil {
		return nil, fmt.Errorf("compressing a preview: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("compressing a preview: %w", err)
	}
	res.Body, res.Header["content-encoding"] = packed.Bytes(), "gzip"
	return res, nil
}

// linkParameter is the member of the query that has a previewLink.
const linkParameter = "link"

// previewLink is what a link to a preview says. Like a link to a stored file it works for a minute, needs no session, and
// was given to somebody who may see the file.
type previewLink struct {
	Key   string `json:"key"`   // of the stored file that the preview is drawn from
	Name  string `json:"name"`  // of the preview
	Until int64  `json:"until"` // epoch seconds
}

// tagPlace is what a link's tag is bound to besides the link's content.
func tagPlace(r *api.Request) []string {
	return []string{"preview-link", r.Path["certificate"], r.Path["endorsement"]}
}

// linkPreview draws a preview and returns a link to it, with the digest of what was drawn.
func (a *app) linkPreview(ctx context.Context, r *api.Request, f records.CertificateView) (linkResponse, error) {
	drawn, err := a.openPreview(ctx, f)
	if err != nil {
		return linkResponse{}, err
	}
	until := r.Time.Add(files.LinkLife)
	content, err := json.Marshal(previewLink{drawn.key, drawn.name, until.Unix()})
	if err != nil {
		return linkResponse{}, fmt.Errorf("writing a link: %w", err)
	}
	tag, err := a.tags.Tag(content, tagPlace(r)...)
	if err != nil {
		return linkResponse{}, err
	}
	sum := sha256.Sum256(drawn.data)
	return linkResponse{
		URL: fmt.Sprintf("%s/v1/certificates/%s/endorsements/%s/preview?%s=%s.%s", a.origin, url.PathEscape(r.Path["certificate"]),
			url.PathEscape(r.Path["endorsement"]), linkParameter, base64.RawURLEncoding.EncodeToString(content), url.QueryEscape(tag)),
		ExpiresAt: api.Instant(until), FileName: drawn.name, MIME: preview.MIME,
		SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(drawn.data)),
	}, nil
}

// linkedPreview answers a request that has a link; the others are otherwise's.
func (a *app) linkedPreview(otherwise api.Handler) api.Handler {
	return func(ctx context.Context, r *api.Request) (*api.Response, error) {
		if !r.Query.Has(linkParameter) {
			return otherwise(ctx, r)
		}
		link, err := a.readLink(r)
		if err != nil {
			return nil, problem.New(problem.FileLinkInvalid).WithCause(err)
		}
		drawn := previewFile{name: link.Name}
		if drawn.data, err = a.drawPreview(ctx, link.Key); err != nil {
			return nil, err
		}
		return drawn.respond(r)
	}
}

// readLink reads the link of a request. A link that this service did not make for this endorsement, or that is over,
// is an error.
func (a *app) readLink(r *api.Request) (link previewLink, err error) {
	text, tag, _ := strings.Cut(r.Query.Get(linkParameter), ".")
	content, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return link, fmt.Errorf("reading a link: %w", err)
	}
	if strings.ContainsAny(text, "\r\n") { // which the decoder skips
		return link, fmt.Errorf("reading a link: it has a line break")
	}
	if err := a.tags.Check(tag, content, tagPlace(r)...); err != nil {
		return link, err
	}
	if err := json.Unmarshal(content, &link); err != nil {
		return link, fmt.Errorf("reading a link: %w", err)
	}
	if !r.Time.Before(time.Unix(link.Until, 0)) {
		return link, fmt.Errorf("the link is over")
	}
	return link, nil
}
