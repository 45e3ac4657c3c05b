package evidence

import (
	"errors"
	"fmt"
	"slices"

	"github.com/emmansun/gmsm/smx509"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// TimestampRule says that each signature of a signer carries the timestamp of a trusted authority.
// A signature that states an earlier day is judged without the rule: for copies that were made
// before it, the register's time of entry counts.
type TimestampRule struct {
	From       civil.Date     `json:"from"`                 // the first day on which signatures carry one
	Algorithms tsp.Algorithms `json:"algorithms,omitempty"` // sm2 or sha2; "" for either
}

// checkTimestamps checks a signer's rule.
func (s Signer) checkTimestamps() error {
	switch rule := s.Timestamps; {
	case rule == nil:
		return nil
	case s.Use == MakesSeals:
		return errors.New("the maker of seals signs no copies, so it has no rule about timestamps")
	case rule.From.IsZero():
		return errors.New("its rule about timestamps needs the first day on which signatures carry one")
	case !slices.Contains([]tsp.Algorithms{"", tsp.SM, tsp.SHA2}, rule.Algorithms):
		return fmt.Errorf("the algorithms of its timestamps are %q, not %s or %s", rule.Algorithms, tsp.SM, tsp.SHA2)
	}
	return nil
}

// checkTimestampRules checks that the bundle has an authority whose timestamps meet each rule, because
// otherwise no signature could.
func (b Bundle) checkTimestampRules(authorities []*smx509.Certificate) error {
	for i, s := range b.Signers {
		if s.Timestamps == nil {
			continue
		}
		if !slices.ContainsFunc(authorities, func(c *smx509.Certificate) bool {
			return s.Timestamps.Algorithms == "" || keys.IsSM2(c.PublicKey) == (s.Timestamps.Algorithms == tsp.SM)
		}) {
			return fmt.Errorf("signer %d (%s): its signatures carry timestamps, and timeRoots has no authority that makes them", i+1, s.Use)
		}
	}
	return nil
}

// isMetBy reports whether a signature made at this time meets the rule; a nil rule is met by all.
func (r *TimestampRule) isMetBy(made signingTime) bool {
	if r == nil || civil.Of(made.at).Before(r.From) {
		return true
	}
	return made.proven && (r.Algorithms == "" || r.Algorithms == made.algorithms)
}

// TimestampRuleOf returns the rule of the signer with this certificate (DER), or nil.
func (t Trust) TimestampRuleOf(use Use, certificate []byte) *TimestampRule {
	signer, _ := find(t.signers, use, certificate)
	return signer.Timestamps
}
