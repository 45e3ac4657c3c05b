package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// printedField is one field of a copy as printed, without white space.
type printedField struct{ name, text string }

// fields returns the printed fields of a copy, without the texts that are the same on
// every copy of its kind.
func fields(c endorsement.Copy, s scheme.Scheme) []printedField {
	list := faceFields(c.Certificate, s)
	list = append(list, []printedField{
		{"使用有效期", s.FormatDate(c.UseFrom) + "至" + s.FormatDate(c.UseUntil)},
		{"签发日期", s.FormatDate(c.Certificate.IssuedOn)},
		{"电子证照标识", "电子证照标识：" + c.Certificate.Identifier},
		{"加注件编号", "加注件编号：" + c.CopyID},
		{"加注时间", "加注时间：" + c.MadeAt.Format("2006-01-02 15:04:05")},
	}...)
	if p := c.Purpose; p != nil {
		list = append(list, printedField{"事由", purpose + kindOf(p)}, printedField{"事由", quoteField("", p.Text)}, printedField{"项目编号", quoteField("项目编号", p.ProjectCode)})
	}
	if r := c.Recipient; r != nil {
		list = append(list, printedField{"接收单位", quoteField(recipient, r.Name)}, printedField{"统一社会信用代码", quoteField("统一社会信用代码", r.USCC)})
	}
	for i := range list {
		list[i].text = removeSpace(list[i].text)
	}
	return list
}

// How the lines of the holder's declaration begin.
const (
	purpose   = endorsement.StatementLabel + "：仅用于"
	recipient = endorsement.StatementLabel + "：接收单位"
)

// kindOf returns the kind of a purpose as printed, "" if it is omitted.
func kindOf(p *endorsement.Purpose) string {
	if p.Kind == endorsement.OtherPurpose {
		return ""
	}
	return p.Kind
}

// faceFields returns the fields of a face's rows. The sex is too short to be searched for.
func faceFields(c endorsement.CopiedRecord, s scheme.Scheme) (list []printedField) {
	for _, row := range s.Face.Rows {
		switch row.Value {
		case scheme.HolderName:
			list = append(list, printedField{row.Label, c.Holder.Name})
		case scheme.HolderCode:
			list = append(list, printedField{row.Label, c.Holder.IDNumber})
		case scheme.HolderBirth:
			list = append(list, printedField{row.Label, s.FormatDate(c.Holder.Birth)})
		case scheme.NumberValue:
			list = append(list, printedField{row.Label, c.Number})
		case scheme.EmployerName:
			list = append(list, printedField{row.Label, c.Employer.Name})
		case scheme.Specialties:
			for _, one := range c.Specialties {
				list = append(list, printedField{row.Label, fmt.Sprintf("%s（有效期：%s至%s）", one.Name, one.From, one.To)})
			}
		}
	}
	for _, d := range c.Details {
		list = append(list, printedField{d.Name, d.Value})
	}
	return list
}

// showsSex reports whether the face has the holder's sex.
func showsSex(s scheme.Scheme) bool {
	return slices.ContainsFunc(s.Face.Rows, func(row scheme.Row) bool { return row.Value == scheme.HolderSex })
}

// quoteField returns a text of the holder after its name, "" for no text.
func quoteField(name, text string) string {
	if text == "" {
		return ""
	}
	return name + "「" + text + "」"
}

// disagreement compares a text with a copy: each field must be present, and there must
// be no further specialty and no purpose or recipient that was not declared. It
// returns "" if they agree.
func disagreement(text string, c endorsement.Copy, s scheme.Scheme) string {
	whole := removeSpace(text)
	for _, f := range fields(c, s) {
		if !strings.Contains(whole, f.text) {
			return fmt.Sprintf("%s is not %q in the text", f.name, f.text)
		}
	}
	if n := strings.Count(whole, "（有效期："); n != len(c.Certificate.Specialties) {
		return fmt.Sprintf("%d specialties in the text, %d in the data", n, len(c.Certificate.Specialties))
	}
	if c.Purpose == nil && strings.Contains(whole, purpose) || c.Recipient == nil && strings.Contains(whole, recipient) {
		return "a purpose or recipient in the text, none in the data"
	}
	if sex := c.Certificate.Holder.Sex; showsSex(s) && !hasLineWith(text, sex) {
		return fmt.Sprintf("性别 is not %q in the text", sex)
	}
	return ""
}

// hasLineWith reports whether a line is, or ends after a colon with, a word that is
// too short to be searched for anywhere.
func hasLineWith(text, word string) bool {
	for line := range strings.Lines(text) {
		if line = removeSpace(line); line == word || strings.HasSuffix(line, "："+word) {
			return true
		}
	}
	return false
}

// removeSpace returns a text without white space, because line breaks carry no
// meaning.
func removeSpace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' {
			return -1
		}
		return r
	}, text)
}

// compareFiles compares a text that a tool extracted with the data extracted from the
// same file. A control for which either could not be extracted counts as not judged:
// that is an error.
func (j *judge) compareFiles(file, textFile, dataFile string) string {
	text, err := os.ReadFile(textFile)
	if err != nil {
		return j.readFailure(file, err)
	}
	c, err := readCopy(dataFile)
	if err != nil {
		return j.readFailure(file, err)
	}
	return j.disagreement(string(text), c)
}

func (j *judge) readFailure(file string, err error) string {
	if j.control(file) != nil {
		must.Do(fmt.Errorf("%s could not be judged: %w", file, err))
	}
	return err.Error()
}

func (j *judge) disagreement(text string, c endorsement.Copy) string {
	s, ok := j.schemes.ByID(c.Certificate.Scheme)
	if !ok {
		must.Do(fmt.Errorf("no scheme %q", c.Certificate.Scheme))
	}
	return disagreement(text, c, s)
}

// readCopy reads a file with a canonical copy.
func readCopy(file string) (endorsement.Copy, error) {
	bytes, err := os.ReadFile(file)
	if err != nil {
		return endorsement.Copy{}, err
	}
	return endorsement.ParseCopy(bytes)
}

// resultFile is the file for a tool's output about a file.
func (j *judge) resultFile(file, ending string) string {
	name := filepath.Base(file)
	return filepath.Join(j.scratch, strings.TrimSuffix(name, filepath.Ext(name))+ending)
}
