package snapshot

import "testing"

func TestWhatIsNotAsBeforeIsTold(t *testing.T) {
	before := Snapshot{
		Verdicts: map[string]string{"token": "valid 0 integrity=pass"}, History: []string{"one ready"},
		Account: `{"name":"张三"}`, Files: map[string]string{"pdf": "aa"}, Ledger: []string{"1"},
	}
	change := func(do func(s *Snapshot)) Snapshot {
		s := before
		do(&s)
		return s
	}
	for name, test := range map[string]struct {
		now  Snapshot
		same bool
	}{
		"the same":              {before, true},
		"more verifications":    {change(func(s *Snapshot) { s.Ledger = []string{"2", "1"} }), true},
		"another copy":          {change(func(s *Snapshot) { s.History = []string{"two ready", "one ready"} }), true},
		"a verification forgot": {change(func(s *Snapshot) { s.Ledger = []string{"2"} }), false},
		"another verdict": {change(func(s *Snapshot) {
			s.Verdicts = map[string]string{"token": "unknown 0 integrity=pass"}
		}), false},
		"a shorter history":        {change(func(s *Snapshot) { s.History = nil }), false},
		"another account":          {change(func(s *Snapshot) { s.Account = "{}" }), false},
		"another file":             {change(func(s *Snapshot) { s.Files = map[string]string{"pdf": "bb"} }), false},
		"a file that is not there": {change(func(s *Snapshot) { s.Files = nil }), false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := before.Compare(test.now); (err == nil) != test.same {
				t.Errorf("%v", err)
			}
		})
	}
}
