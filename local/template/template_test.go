package template

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const small = `
Transform: AWS::Serverless-2016-10-31
Parameters:
  PublicUrl: {Type: String}
  Origins: {Type: CommaDelimitedList, Default: "https://a.example, https://b.example"}
  Seconds: {Type: Number, Default: 120}
Conditions:
  Many: !Not [!Equals [!Join ["", !Ref Origins], ""]]
  Slow: !Equals [!Ref Seconds, "600"]
  Both: !And [!Condition Many, !Condition Slow]
  Either: !Or [!Condition Slow, !Condition Many]
Globals:
  Function: {Handler: bootstrap, MemorySize: 512, Timeout: 10}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: {AllowOrigins: !Ref Origins, AllowMethods: [GET], MaxAge: 60}
  Echo:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: build/lambda/echo.zip
      Timeout: 2
      ReservedConcurrentExecutions: 3
      Environment:
        Variables:
          TABLE: !Ref Things
          URL: !Sub "${PublicUrl}/x?${!kept}&${AWS::Region}"
          SECONDS: !Ref Seconds
          PACE: !If [Both, slow, !If [Either, quick, none]]
          NOTHING: !If [Slow, "x", !Ref AWS::NoValue]
      Policies:
        - Statement: [{Effect: Allow, Action: "dynamodb:GetItem", Resource: !GetAtt Things.Arn}]
      Events:
        Told: {Type: SQS, Properties: {Queue: !GetAtt Letters.Arn, BatchSize: 1, ScalingConfig: {MaximumConcurrency: 2}}}
        One: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: get, Path: "/a/{id}"}}
        Rest: {Type: HttpApi}
  Things:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}, {AttributeName: sk, KeyType: RANGE}]
      TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
  Letters:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 30, RedrivePolicy: {deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 5}}
  DeadLetters: {Type: AWS::SQS::Queue, Properties: {SqsManagedSseEnabled: true}}
  Papers:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        QueueConfigurations:
          - {Event: "s3:ObjectCreated:*", Queue: !GetAtt Letters.Arn, Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}}
  Archive: {Type: AWS::S3::Bucket, Condition: Slow}
  Diary:
    Type: AWS::S3::Bucket
    Properties:
      ObjectLockConfiguration: {ObjectLockEnabled: Enabled, Rule: {DefaultRetention: {Mode: COMPLIANCE, Days: !Ref Seconds}}}
  Prints:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration: {CorsRules: [{AllowedOrigins: !Ref Origins, AllowedMethods: [GET]}]}
`

func TestATemplateIsReadWithItsReferencesResolved(t *testing.T) {
	got, err := parse([]byte(small), map[string]string{"PublicUrl": "http://127.0.0.1:8080"})
	if err != nil {
		t.Fatal(err)
	}
	want := &Template{
		Functions: []Function{{
			Name: "echo", Handler: "bootstrap", Memory: 512, Timeout: 2 * time.Second, Concurrency: 3,
			Environment: map[string]string{
				"TABLE": "jiazhu-things", "URL": "http://127.0.0.1:8080/x?${kept}&us-east-1", "SECONDS": "120", "PACE": "quick",
			},
			Routes:  []Route{{"GET", "/a/{id}"}, {"", "$default"}},
			Sources: []Source{{"letters", 2}},
		}},
		Tables:  []Table{{Name: "jiazhu-things", Partition: "pk", Sort: "sk", TTL: "ttl"}},
		Buckets: []Bucket{{Name: "jiazhu-papers", Notices: []Notice{{"letters", "in/"}}}, {Name: "jiazhu-diary", Lock: &Lock{"COMPLIANCE", 120}}, {Name: "jiazhu-prints", Readers: []string{"https://a.example", "https://b.example"}}},
		Queues:  []Queue{{"letters", 5, "deadletters"}, {Name: "deadletters"}},
		CORS:    CORS{AllowOrigins: []string{"https://a.example", "https://b.example"}, AllowMethods: []string{"GET"}, MaxAge: 60},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeResolvedIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		template   string
		parameters map[string]string
		want       string
	}{
		"a parameter without a value":     {small, nil, "parameter PublicUrl has no value"},
		"a value for no parameter":        {small, map[string]string{"PublicUrl": "x", "Nothing": "y"}, "no parameter Nothing"},
		"a reference to nothing":          {strings.ReplaceAll(small, "!Ref Things", "!Ref Thing"), map[string]string{"PublicUrl": "x"}, "nothing is called Thing"},
		"a function of another kind":      {strings.ReplaceAll(small, "!Ref Seconds", "!ImportValue Seconds"), map[string]string{"PublicUrl": "x"}, "!ImportValue"},
		"a condition that is not there":   {strings.ReplaceAll(small, "Condition: Slow", "Condition: Fast"), map[string]string{"PublicUrl": "x"}, "no condition is called Fast"},
		"a key that is not a string":      {strings.ReplaceAll(small, "AttributeType: S}]", "AttributeType: N}]"), map[string]string{"PublicUrl": "x"}, "only S"},
		"an event that is not HTTP":       {strings.ReplaceAll(small, "Rest: {Type: HttpApi}", "Rest: {Type: Schedule}"), map[string]string{"PublicUrl": "x"}, "Schedule"},
		"a text that is not YAML at all ": {"a: [", nil, "yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse([]byte(c.template), c.parameters)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
}
