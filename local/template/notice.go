package template

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Notice is what a bucket tells a queue: that an object was put under a prefix.
type Notice struct{ Queue, Prefix string }

// notices reads a bucket's NotificationConfiguration.
func notices(n *yaml.Node, names names) ([]Notice, error) {
	var p struct {
		Queues []struct {
			Event  string `yaml:"Event"`
			Queue  string `yaml:"Queue"`
			Filter struct {
				Key struct {
					Rules []struct {
						Name  string `yaml:"Name"`
						Value string `yaml:"Value"`
					} `yaml:"Rules"`
				} `yaml:"S3Key"`
			} `yaml:"Filter"`
		} `yaml:"QueueConfigurations"`
	}
	if err := names.decode(n, &p); err != nil {
		return nil, err
	}
	var all []Notice
	for _, q := range p.Queues {
		if q.Event != "s3:ObjectCreated:*" {
			return nil, fmt.Errorf("notices of %s cannot be given here", q.Event)
		}
		told := Notice{Queue: queueOf(q.Queue)}
		for _, r := range q.Filter.Key.Rules {
			if r.Name != "prefix" {
				return nil, fmt.Errorf("notices filtered by %s cannot be given here", r.Name)
			}
			told.Prefix = r.Value
		}
		all = append(all, told)
	}
	return all, nil
}

// queueOf is the local name in what stands for a queue's ARN here, see attribute.
func queueOf(arn string) string {
	name := strings.TrimPrefix(arn, "arn:aws:local:::")
	name, _, _ = strings.Cut(name, "/")
	return name
}
