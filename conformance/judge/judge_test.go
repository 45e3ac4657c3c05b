package main

import (
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/conformance/manifest"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func TestWhatProgramsSayIsReadNotTheirExitCodes(t *testing.T) {
	const good = "Signature #1:\n  - Total document signed\n  - Signature Validation: Signature is Valid.\n"
	for name, tt := range map[string]struct {
		said string
		good bool
	}{
		"one valid signature over the whole file": {good, true},
		"nothing":                    {"", false},
		"no signature":               {"File 'a.pdf' does not contain any signatures\n", false},
		"a digest that does not fit": {strings.Replace(good, "Signature is Valid", "Digest Mismatch", 1), false},
		"something added":            {strings.Replace(good, "Total document", "Not total document", 1), false},
		"two signatures":             {good + strings.Replace(good, "#1", "#2", 1), false},
		"a broken file":              {good + "Syntax Error: Couldn't read xref table\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := signatureProblem(tt.said, "Signature #", "Signature Validation: Signature is Valid.", "Total document signed")
			if (wrong == "") != tt.good {
				t.Errorf("got %q", wrong)
			}
		})
	}
}

func TestDSSMayMissRevocationDataAndNothingElse(t *testing.T) {
	row := func(change ...string) []string {
		row := []string{"PAdES-BASELINE-B", "INDETERMINATE", "TOTAL_PASSED", "whole", strings.Join(noRevocationMessages(), "; ")}
		for i := 0; i < len(change); i += 2 {
			for at, field := range row {
				if field == change[i] {
					row[at] = change[i+1]
				}
			}
		}
		return row
	}
	missing := strings.Join(noRevocationMessages(), "; ")
	for name, tt := range map[string]struct {
		row  []string
		good bool
	}{
		"revocation data missing":      {row(), true},
		"nothing missing":              {row(missing, "", "INDETERMINATE", "TOTAL_PASSED"), true},
		"a part of the file":           {row("whole", "part"), false},
		"a failure":                    {row("TOTAL_PASSED", "TOTAL_FAILED"), false},
		"something else missing, too":  {row(missing, missing+"; The signature is not intact!"), false},
		"a time stamp that is no good": {row(missing, missing+"; time stamp: FAILED"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if wrong := dssProblem(tt.row); (wrong == "") != tt.good {
				t.Errorf("got %q", wrong)
			}
		})
	}
}

func TestSofdsAnswersAreReadWhole(t *testing.T) {
	const valid = "Doc_0/Signs/Sign_0/Signature.xml: Valid\nSigner: 某某部\n"
	for name, tt := range map[string]struct {
		wrong string
		good  bool
	}{
		"one valid signature": {sofdSignatureProblem(valid), true},
		"an invalid one":      {sofdSignatureProblem(strings.Replace(valid, "Valid", "Invalid", 1)), false},
		"two signatures":      {sofdSignatureProblem(valid + strings.Replace(valid, "Sign_0", "Sign_1", 1)), false},
		"no signature":        {sofdSignatureProblem(""), false},
		"not OFD/A":           {sofdAuditProblem(notArchival), true},
		"a finding more":      {sofdAuditProblem(notArchival + "ARCH-004 [error] Doc_0/DocumentRes.xml: FontFile\n"), false},
		"no audit":            {sofdAuditProblem("error: container is corrupted\n"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if (tt.wrong == "") != tt.good {
				t.Errorf("got %q", tt.wrong)
			}
		})
	}
}

func TestTextAndDataDisagree(t *testing.T) {
	day := civil.Date{Year: 2026, Month: 11, Day: 23}
	c := endorsement.Copy{CopyID: "01M8", UseFrom: day, UseUntil: day, Certificate: endorsement.CopiedRecord{
		Number: "京1112019202000001", Identifier: "1.2.156", IssuedOn: day,
		Holder:      endorsement.CopiedHolder{Name: "欧阳䶮", Sex: "男", Birth: day},
		Employer:    certificate.Employer{Name: "某某建设集团"},
		Specialties: []certificate.Specialty{{Name: "建筑工程", From: day, To: day}},
	}}
	s := must.Get(scheme.Load()).List()[0]
	text := "性　别：\n男\n"
	for _, f := range fields(c, s) {
		text += f.text + "\n"
	}
	if wrong := disagreement(strings.ReplaceAll(text, "建", "\n 建"), c, s); wrong != "" {
		t.Fatalf("although lines may end anywhere: %s", wrong)
	}
	for name, change := range map[string][2]string{
		"another number":         {"202000001", "202000002"},
		"another name":           {"䶮", "龑"},
		"another sex":            {"男\n", "女\n"},
		"another day":            {"至2026-11-23）", "至2027-11-23）"},
		"a specialty more":       {"性　别", "公路工程（有效期：2026-11-23至2026-11-23） 性　别"},
		"a purpose not declared": {"性　别", "持证人声明：仅用于投标\n性　别"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(text, change[0], change[1], 1)
			if changed == text {
				t.Fatal("nothing was changed")
			}
			if disagreement(changed, c, s) == "" {
				t.Error("they agree")
			}
		})
	}
}

func TestTheTableCountsWhatCameOutAsItHadTo(t *testing.T) {
	found := tally{outcomes: []outcome{
		{manifest.QPDF, form, "a.pdf", ""}, {manifest.QPDF, form, "b.pdf", "broken"}, {manifest.QPDF, refused, "c.pdf", ""},
	}}
	var out strings.Builder
	found.print(&out)
	for _, want := range []string{"b.pdf: qpdf, form: broken\n", "| qpdf                 | 1/2 ", "\n2 passed, 1 failed\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), string(manifest.DSS)) {
		t.Error("a tool that was not asked stands in the table")
	}
}
