package forgery

import (
	"context"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

// Sample makes forged files of a few kinds of the outsider, with its own authority, of a subscriber of the service's
// authority ca, and of who stole its keys: for a trial that needs some of each and not all.
func Sample(ctx context.Context, g Genuine, own, ca *testca.Authority, stolen ServiceKeys) (all []Forgery, err error) {
	defer must.Catch(&err)
	renderer := must.Get(NewRenderer())
	list := func(attacker Attacker) forgeryList {
		return forgeryList{ctx: ctx, attacker: attacker, genuine: g, renderer: renderer}
	}
	s := &outsider{forgeryList: list(Outsider), ca: own}
	u := &subscriber{forgeryList: list(Subscriber), ca: ca, now: time.Now()}
	t := &stolenKeyForger{forgeryList: list(StolenKeys), stolen: stolen}
	return slices.Concat(
		must.Get(s.run(s.prepareKeys, s.appendRevisions, s.editFiles, s.impersonateSigners, s.repackOFD)),
		must.Get(u.run(u.documents)),
		must.Get(t.run(t.prepareKeys, t.redrawPages, t.forgeUnregistered)),
	), nil
}
