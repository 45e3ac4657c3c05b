package template

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// condition says whether the named condition of the template holds.
func (s names) condition(name string) (bool, error) {
	n, ok := s.conditions[name]
	if !ok {
		return false, fmt.Errorf("no condition is called %s", name)
	}
	return s.holds(n)
}

// holds evaluates !Equals, !Not, !And, !Or and !Condition.
func (s names) holds(n *yaml.Node) (bool, error) {
	switch n.Tag {
	case "!Condition":
		return s.condition(n.Value)
	case "!Not":
		all, err := s.evaluateConditions(n, 1)
		return err == nil && !all[0], err
	case "!And", "!Or":
		all, err := s.evaluateConditions(n, len(n.Content))
		if err != nil {
			return false, err
		}
		outcome := n.Tag == "!And"
		for _, one := range all {
			if one != outcome {
				return one, nil
			}
		}
		return outcome, nil
	case "!Equals":
		return s.isEqual(n)
	}
	return false, fmt.Errorf("line %d: %s is no condition that can be resolved here", n.Line, n.Tag)
}

func (s names) evaluateConditions(n *yaml.Node, wanted int) ([]bool, error) {
	if len(n.Content) != wanted || wanted == 0 {
		return nil, fmt.Errorf("line %d: %s has %d conditions", n.Line, n.Tag, len(n.Content))
	}
	all := make([]bool, wanted)
	for i, c := range n.Content {
		var err error
		if all[i], err = s.holds(c); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (s names) isEqual(n *yaml.Node) (bool, error) {
	if len(n.Content) != 2 {
		return false, fmt.Errorf("line %d: !Equals wants two values", n.Line)
	}
	a, err := s.resolve(n.Content[0])
	if err != nil {
		return false, err
	}
	b, err := s.resolve(n.Content[1])
	return err == nil && a.Value == b.Value, err
}

// choose resolves !If to one of its values.
func (s names) choose(n *yaml.Node) (*yaml.Node, error) {
	if len(n.Content) != 3 {
		return nil, fmt.Errorf("line %d: !If wants a condition and two values", n.Line)
	}
	holds, err := s.condition(n.Content[0].Value)
	if err != nil {
		return nil, at(n, err)
	}
	if holds {
		return s.resolve(n.Content[1])
	}
	return s.resolve(n.Content[2])
}

// join resolves !Join of texts, or of a list that is referred to.
func (s names) join(n *yaml.Node) (*yaml.Node, error) {
	if len(n.Content) != 2 {
		return nil, fmt.Errorf("line %d: !Join wants a separator and a list", n.Line)
	}
	list, err := s.resolve(n.Content[1])
	if err != nil {
		return nil, err
	}
	joined := ""
	for i, part := range list.Content {
		if i > 0 {
			joined += n.Content[0].Value
		}
		joined += part.Value
	}
	return text(joined), nil
}
