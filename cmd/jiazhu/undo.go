package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// undo undoes one report: each certificate whose newest version the report made returns to its
// earlier content. Other certificates are listed and left. It counts what it writes.
func (c console) undo(ctx context.Context, args []string) error {
	f := c.flags("undo", "REPORT")
	sure := f.Bool("yes", false, "do it; without it, the command only says what it would do")
	asJSON := f.Bool("json", false, "print one JSON object a certificate")
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	if _, err := records.TimeOf(names[0]); err != nil {
		return fmt.Errorf("%w: %q is no report's id", errUsage, names[0])
	}
	t, err := c.tables(ctx, onThing("report", names[0]))
	if err != nil {
		return err
	}
	ids, err := t.certificates.ListCertificatesByReport(ctx, names[0])
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return fmt.Errorf("no certificate was changed by a report %s; jiazhu reports list CLIENT lists a client's reports", names[0])
	}
	how := reporting.UndoRun{Records: t.certificates, Report: names[0], Now: c.now(), Dry: true}
	counts, pictures, left := map[string]int{}, 0, 0
	plan := map[string]reporting.UndoResult{} // made first: undoing a certificate that replaced another changes both
	for _, id := range ids {
		if plan[id], err = how.UndoCertificate(ctx, id); err != nil {
			left++
			fmt.Fprintf(c.err, "certificate %s: %v\n", id, err)
			delete(plan, id)
		}
	}
	how.Dry = !*sure
	var written []string // by this run, or by an earlier one that may not have written the journal
	for _, id := range ids {
		done, planned := plan[id]
		if !planned || done.Result == "follows" { // counted with the certificate that replaced it
			continue
		}
		if done.Result == "back" || done.Result == "ended" {
			if done, err = how.UndoCertificate(ctx, id); err != nil {
				left++
				fmt.Fprintf(c.err, "certificate %s: %v\n", id, err)
				continue
			}
		}
		counts[done.Result]++
		if done.Revived != "" {
			counts["back"]++
			written = append(written, done.Revived)
		}
		if done.Result == "back" || done.Result == "ended" || done.Result == "undone" {
			written = append(written, id)
		}
		pictures += done.Pictures
		if *asJSON {
			err = c.print(done)
		} else if what := describeUndone(done, !*sure); what != "" {
			_, err = fmt.Fprintf(c.out, "%s  %s  %s\n", done.Certificate, done.Number, what)
		}
		if err != nil {
			return err
		}
	}
	c.audit.noteCounts(counts)
	if *sure {
		if err := t.name(ctx, c.now(), names[0], written); err != nil {
			return err
		}
	}
	if !*asJSON {
		verb := map[bool]string{true: "undone", false: "would be undone, with -yes"}[*sure]
		fmt.Fprintf(c.out, "%s: %d certificates to their earlier content, %d created by the report and ended, %d undone earlier\nnot undone: %d changed since, %d confirmed since\n",
			verb, counts["back"], counts["ended"], counts["undone"], counts["changed"], counts["confirmed"])
		if pictures > 0 {
			fmt.Fprintf(c.out, "%d pictures that the report replaced were not kept; the authority has to report them again\n", pictures)
		}
	}
	if left += counts["changed"] + counts["confirmed"]; left > 0 {
		return fmt.Errorf("%d of %d certificates were not undone; jiazhu history CERT -versions says who changed or confirmed them since", left, len(ids))
	}
	return nil
}

// describeUndone says why a certificate is left, and in a plan also what will be done to it.
func describeUndone(u reporting.UndoResult, plan bool) string {
	switch {
	case u.Result == "changed" || u.Result == "confirmed":
		return fmt.Sprintf("%s since by %s, not undone", u.Result, cmp.Or(u.By, "another at the same time"))
	case plan && u.Result == "back":
		return "would return to its earlier content"
	case plan && u.Revived != "":
		return "would end, and " + u.Revived + " would return to its earlier content"
	case plan && u.Result == "ended":
		return "would end"
	}
	return ""
}
