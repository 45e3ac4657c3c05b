package template

import "strings"

type queueProperties struct {
	Redrive struct {
		DeadLetters string `yaml:"deadLetterTargetArn"`
		MaxReceives int    `yaml:"maxReceiveCount"`
	} `yaml:"RedrivePolicy"`
}

func (p queueProperties) queue(name string) Queue {
	return Queue{Name: name, MaxReceives: p.Redrive.MaxReceives, DeadLetters: queueOf(p.Redrive.DeadLetters)}
}

// queueOf is the local name in what stands for a queue's ARN here, see attribute.
func queueOf(arn string) string {
	name := strings.TrimPrefix(arn, "arn:aws:local:::")
	name, _, _ = strings.Cut(name, "/")
	return name
}
