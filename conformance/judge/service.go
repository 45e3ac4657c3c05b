package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// jiazhu is this service's own verification, with a registry that holds every
// specimen: 有效 for both files of each, and each control refused for its own reason.
func (j *judge) jiazhu(context.Context) (all []outcome) {
	trust := must.Get(evidence.ParseTrust(must.Get(os.ReadFile(filepath.Join(j.directory, manifest.Trust)))))
	for i := range j.set.Specimens {
		all = append(all, j.judgeSpecimen(&j.set.Specimens[i], trust)...)
	}
	for _, c := range j.set.Controls {
		all = append(all, j.refusal(c, trust))
	}
	return all
}

// judgeSpecimen judges the two files of a specimen and its code, and reads the files'
// content with this service's own readers.
func (j *judge) judgeSpecimen(s *manifest.Specimen, trust evidence.Trust) (all []outcome) {
	add := func(check, ending, problem string) {
		all = append(all, outcome{manifest.Jiazhu, check, s.Name + "." + ending, problem})
	}
	for _, ending := range []string{"pdf", "ofd"} {
		file := must.Get(os.ReadFile(s.Path(j.directory, ending)))
		add(signature, ending, invalidReason(j.verdict(s, evidence.Examine(file, trust))))
		carried, text, problem := readAttachment(ending, file)
		if problem == "" {
			problem = j.dataMismatch(s, carried)
		}
		add(data, ending, problem)
		if ending == "ofd" { // this service has no text extraction for PDF
			add(words, ending, j.disagreement(text, must.Get(readCopy(s.Path(j.directory, "json")))))
		}
	}
	add(code, "json", invalidReason(j.verdict(s, evidence.ExamineToken(s.Endorsement.QR, trust))))
	return all
}

// readAttachment returns the attachment, and for an OFD the text.
func readAttachment(ending string, file []byte) (attached []byte, text, problem string) {
	if ending == "pdf" {
		f, err := pdf.Read(file)
		if err != nil || len(f.Attachments) != 1 {
			return nil, "", fmt.Sprintf("no attachment (%v)", err)
		}
		return f.Attachments[0].Data, "", ""
	}
	f, err := ofd.Read(file)
	if err != nil || len(f.Attachments) != 1 {
		return nil, "", fmt.Sprintf("no attachment (%v)", err)
	}
	if text, err = f.ReadText(); err != nil {
		return nil, "", err.Error()
	}
	return f.Attachments[0].Data, text, ""
}

func (j *judge) dataMismatch(s *manifest.Specimen, carried []byte) string {
	want, err := os.ReadFile(s.Path(j.directory, "json"))
	if err != nil {
		return err.Error()
	}
	if !bytes.Equal(carried, want) {
		return "the attachment is not the copy that was made"
	}
	return ""
}

// verdict asks every question about a specimen, one minute after it was made. A file
// that claims to be another copy is not found in the registry.
func (j *judge) verdict(s *manifest.Specimen, found verdict.Evidence) verdict.Verdict {
	kind, _ := j.schemes.ByID(s.Certificate.Scheme)
	known := verdict.Records{
		Access: verdict.Found, Certificate: &s.Certificate, Endorsement: &s.Endorsement, Latest: s.Endorsement.ID, Scheme: &kind,
	}
	if found.Claim != nil && found.Claim.Endorsement != s.Endorsement.ID {
		known = verdict.Records{Access: verdict.Missing}
	}
	asked := verdict.Question{Specialty: s.Certificate.Specialties[0].Name}
	if p := s.Endorsement.Purpose; p != nil {
		asked.Purpose = p.Kind
	}
	if r := s.Endorsement.Recipient; r != nil {
		asked.Recipient = r.Name
	}
	return verdict.Judge(found, known, asked, j.set.MadeAt.Add(time.Minute))
}

func invalidReason(v verdict.Verdict) string {
	if v.Overall == verdict.Valid {
		return ""
	}
	return describeVerdict(v)
}

func describeVerdict(v verdict.Verdict) string {
	words := []string{v.Overall.Name().ZH}
	for _, f := range v.Findings {
		if f.Result == verdict.Fail || f.Result == verdict.Unsure {
			words = append(words, fmt.Sprintf("%s: %s (%s)", f.Check, f.Reason, f.Text.EN))
		}
	}
	return strings.Join(words, "; ")
}

// refusal judges a control, which has to be refused for the reason in its description.
func (j *judge) refusal(c manifest.Control, trust evidence.Trust) outcome {
	o := outcome{manifest.Jiazhu, refused, c.Name, ""}
	v := j.verdict(j.specimen(c.Name), evidence.Examine(must.Get(os.ReadFile(filepath.Join(j.directory, c.Name))), trust))
	for _, f := range v.Findings {
		failed := f.Result == verdict.Fail || f.Result == verdict.Unsure
		if v.Overall != verdict.Valid && f.Check == c.Check && failed && f.Reason == c.Reason {
			return o
		}
	}
	o.problem = fmt.Sprintf("not refused with %s: %s, but: %s", c.Check, c.Reason, describeVerdict(v))
	return o
}
