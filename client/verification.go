package client

import "strings"

// Token is the text in the QR code of an endorsement, which stands in the fragment of its address.
func (e Endorsement) Token() string {
	_, token, _ := strings.Cut(e.VerifyURL, "#")
	return token
}

// File is what is stated about one of the endorsement's files, "pdf", "ofd" or "preview".
func (e Endorsement) File(name string) FileSum {
	return map[string]FileSum{"pdf": e.Files.PDF, "ofd": e.Files.OFD, "preview": e.Files.Preview}[name]
}

// Result returns the result and the text of one check, or empty strings if it is not in the verdict.
func (v Verdict) Result(check RowCheck) (RowResult, string) { return findCheck(v.Checks, check) }

// ResultNow is Result for what the registry says now about a receipt that was handed in.
func (v Verdict) ResultNow(check RowCheck) (RowResult, string) {
	if v.Now == nil {
		return "", ""
	}
	return findCheck(v.Now.Checks, check)
}

func findCheck(all []Row, check RowCheck) (RowResult, string) {
	for _, row := range all {
		if row.Check == check {
			return row.Result, row.Text
		}
	}
	return "", ""
}

// DisclosedName is the holder's whole name, or empty if the verdict does not show it.
func (v Verdict) DisclosedName() string {
	if v.Subject == nil || v.Subject.Disclosed == nil {
		return ""
	}
	return v.Subject.Disclosed.Name
}
