package template

import (
	"fmt"
	"strconv"
)

type bucketProperties struct {
	CORS struct {
		Rules []struct {
			Origins []string `yaml:"AllowedOrigins"`
		} `yaml:"CorsRules"`
	} `yaml:"CorsConfiguration"`
	Lock struct {
		Rule struct {
			Retention struct {
				Mode string `yaml:"Mode"`
				Days string `yaml:"Days"` // a reference is a text
			} `yaml:"DefaultRetention"`
		} `yaml:"Rule"`
	} `yaml:"ObjectLockConfiguration"`
	Lifecycle struct {
		Rules []struct {
			Prefix string `yaml:"Prefix"`
			Days   string `yaml:"ExpirationInDays"` // a reference is a text
		} `yaml:"Rules"`
	} `yaml:"LifecycleConfiguration"`
	Notices struct {
		Queues []noticeProperties `yaml:"QueueConfigurations"`
	} `yaml:"NotificationConfiguration"`
}

type noticeProperties struct {
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
}

func (p bucketProperties) bucket(name string) (Bucket, error) {
	b := Bucket{Name: name}
	if lock := p.Lock.Rule.Retention; lock.Mode != "" {
		days, err := strconv.ParseInt(lock.Days, 10, 32)
		if err != nil {
			return b, fmt.Errorf("the days of an object lock: %w", err)
		}
		b.Lock = &Lock{Mode: lock.Mode, Days: int32(days)}
	}
	for _, r := range p.CORS.Rules {
		b.Readers = append(b.Readers, r.Origins...)
	}
	for _, r := range p.Lifecycle.Rules {
		if r.Days == "" {
			continue
		}
		days, err := strconv.Atoi(r.Days)
		if err != nil {
			return b, fmt.Errorf("the days of a rule of %s: %w", name, err)
		}
		b.Removal = append(b.Removal, Removal{r.Prefix, days})
	}
	for _, q := range p.Notices.Queues {
		if q.Event != "s3:ObjectCreated:*" {
			return b, fmt.Errorf("notices of %s are not supported here", q.Event)
		}
		notice := Notice{Queue: queueOf(q.Queue)}
		for _, r := range q.Filter.Key.Rules {
			if r.Name != "prefix" {
				return b, fmt.Errorf("notices filtered by %s are not supported here", r.Name)
			}
			notice.Prefix = r.Value
		}
		b.Notices = append(b.Notices, notice)
	}
	return b, nil
}
