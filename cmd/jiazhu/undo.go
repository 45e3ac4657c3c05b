package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/reporting"
)

// undo takes back what one report did: each certificate whose newest version is the report's says again what
// it said before. The others are listed and left. It counts what it writes.
func (c console) undo(ctx context.Context, args []string) error {
	f := c.flags("undo", "REPORT")
	sure := f.Bool("yes", false, "do it; without it, only what would be done is said")
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
	ids, err := t.register.MadeBy(ctx, names[0])
	if err != nil {
		return err
	}
	how := reporting.Undoing{Register: t.register, Report: names[0], Now: c.now(), Dry: true}
	counts, pictures, left := map[string]int{}, 0, 0
	plan := map[string]reporting.Undone{} // made first: with a certificate that took another's place, that one is undone
	for _, id := range ids {
		if plan[id], err = how.One(ctx, id); err != nil {
			left++
			fmt.Fprintf(c.err, "certificate %s: %v\n", id, err)
			delete(plan, id)
		}
	}
	how.Dry = !*sure
	var written []string // by this run or by one before, which may not have come to name it
	for _, id := range ids {
		done, planned := plan[id]
		if !planned || done.Result == "follows" { // it is counted with the one that took its place
			continue
		}
		if done.Result == "back" || done.Result == "ended" {
			if done, err = how.One(ctx, id); err != nil {
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
		switch said := map[string]string{"changed": "changed", "confirmed": "confirmed"}[done.Result]; {
		case *asJSON:
			err = c.print(done)
		case said != "":
			_, err = fmt.Fprintf(c.out, "%s  %s  %s since by %s, left\n", done.Certificate, done.Number, said, cmp.Or(done.By, "another at the same moment"))
		}
		if err != nil {
			return err
		}
	}
	c.audit.counted(counts)
	if *sure {
		if err := t.name(ctx, c.now(), names[0], written); err != nil {
			return err
		}
	}
	if !*asJSON {
		verb := map[bool]string{true: "undone", false: "would be undone, with -yes"}[*sure]
		fmt.Fprintf(c.out, "%s: %d certificates say again what they said before, %d that the report began have ended, %d were undone earlier\nleft: %d changed since, %d confirmed since\n",
			verb, counts["back"], counts["ended"], counts["undone"], counts["changed"], counts["confirmed"])
		if pictures > 0 {
			fmt.Fprintf(c.out, "%d pictures that the report replaced are not kept: the authority reports them again\n", pictures)
		}
	}
	if left += counts["changed"] + counts["confirmed"]; left > 0 {
		return fmt.Errorf("%d of %d certificates were not undone; jiazhu history CERT -versions says who changed or confirmed them since", left, len(ids))
	}
	return nil
}
