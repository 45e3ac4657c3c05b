package verdict

import "cmp"

// Merge composes the verdict on a document that was examined here from what it proves by itself
// (local, judged without records) and what the register says about it. The register can only add
// findings against it: what the document proves is judged here, and 有效 needs every row.
func Merge(local, register Verdict) Verdict {
	if local.Result(Integrity) != Pass && local.Result(Integrity) != NotAsked {
		return local
	}
	v := register
	v.Findings = mergeFindings(local, register)
	v.Overall = worstOverall(overall(v), register.Overall)
	if local.Overall == Invalid {
		v.Overall = Invalid
	}
	v.Code = cmp.Or(code(v), register.Code)
	if local.Subject != nil && register.Subject == nil {
		v.Subject = local.Subject
	}
	if e := local.Ends; e != nil && (v.Ends == nil || v.Ends.Rule == "" && v.Ends.On == e.On) {
		v.Ends = e // the file knows its rule also where nothing is registered
	}
	return v
}

// mergeFindings takes from the register the rows that only it can judge. What the document proves by
// itself is judged here: those rows are unchanged unless the register's row is worse. A row that
// failed here stays failed, and a question that the register does not answer stays asked. The one
// exception is the time at which a file was registered, if nothing here proves when it was signed.
func mergeFindings(local, register Verdict) (rows []Finding) {
	for _, check := range Checks() {
		here, there := local.row(check), register.row(check)
		if check == Numbers && local.Unread && register.Result(Certificate) == Pass && register.Result(Copy) == Pass {
			here = RegisteredNumber() // the copy has the number that was registered
		}
		isHere := false
		switch check {
		case Integrity, Issuer, Numbers:
			late := here.Reason == TimeUnproven && there.Reason != ""
			isHere = !late && (here.Result != Pass || there.Reason == "" || there.Result == Pass)
		case Purpose, PrintedWords: // a file states what it declares and prints; a dead copy's record is not told
			isHere = there.Result != Fail && (here.Result == Pass || here.Result == Fail || here.Result == there.Result)
		default:
			isHere = here.Result == Fail && there.Result != Fail
		}
		if isHere || there.Reason == "" || here.isAnswer() && !there.isAnswer() && !isOfInvalidCopy(there, register) {
			there = here
		}
		if there.Reason != "" {
			rows = append(rows, there)
		}
	}
	return rows
}

// isOfInvalidCopy reports whether the register omits the row because the copy is not valid any more,
// which the copy row must state.
func isOfInvalidCopy(f Finding, register Verdict) bool {
	dead := f.Reason == HolderChanged || f.Reason == CopyDead
	return dead && register.Result(Copy) != Pass
}

// isAnswer reports whether a row is present and answers something that was asked.
func (f Finding) isAnswer() bool { return f.Reason != "" && f.Result != NotAsked }

// worstOverall returns the worse of two answers. "", of an answer that has none, is the best.
func worstOverall(a, b Overall) Overall {
	for _, worst := range []Overall{Invalid, Unknown, Valid} {
		if a == worst || b == worst {
			return worst
		}
	}
	return Unknown
}
