package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const smallTemplate = `
Resources:
  Echo:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: build/lambda/echo.zip, Role: !GetAtt EchoRole.Arn}
  EchoRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: echo
          PolicyDocument:
            Statement:
              - {Sid: Files, Effect: Allow, Action: [s3:Get*, s3:PutObject], Resource: !Sub "${Files.Arn}/in/*"}
              - {Sid: NoSecrets, Effect: Deny, Action: "s3:*", Resource: !Sub "${Files.Arn}/in/secret?"}
              - Sid: Things
                Effect: Allow
                Action: [dynamodb:GetItem, dynamodb:PutItem, dynamodb:BatchGetItem]
                Resource: !GetAtt Things.Arn
                Condition:
                  ForAllValues:StringLike: {"dynamodb:LeadingKeys": ["A#*", "B#*"]}
                  "Null": {"dynamodb:LeadingKeys": "false"}
              - Sid: Loose
                Effect: Allow
                Action: dynamodb:Query
                Resource: !GetAtt Things.Arn
                Condition: {ForAllValues:StringLike: {"dynamodb:LeadingKeys": "A#*"}}
              - Sid: Colours
                Effect: Allow
                Action: dynamodb:UpdateItem
                Resource: !GetAtt Things.Arn
                Condition:
                  ForAllValues:StringLike: {"dynamodb:LeadingKeys": ["A#*"]}
                  ForAllValues:StringEquals: {"dynamodb:Attributes": [pk, sk, colour]}
                  "Null": {"dynamodb:LeadingKeys": "false", "dynamodb:Attributes": "false"}
  EchoKeys:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref EchoRole]
      PolicyDocument: {Statement: [{Sid: Key, Effect: Allow, Action: kms:Sign, Resource: !Ref KeyArns, Condition: {StringLike: {"kms:ViaService": !Sub "s3.${AWS::Region}.*"}}}]}
`

func echo(t *testing.T) Role {
	t.Helper()
	roles, err := Roles([]byte(smallTemplate))
	if err != nil {
		t.Fatal(err)
	}
	return roles["echo"]
}

func TestARoleAllowsWhatItsStatementsSay(t *testing.T) {
	role := echo(t)
	keys := func(values ...string) map[string][]string { return map[string][]string{LeadingKeys: values} }
	for name, tt := range map[string]struct {
		call Call
		want bool
	}{
		"an action with a wildcard":           {Call{"s3:GetObject", "Files.Arn/in/a", nil}, true},
		"an action in other letters":          {Call{"S3:getobject", "Files.Arn/in/a", nil}, true},
		"another action":                      {Call{"s3:DeleteObject", "Files.Arn/in/a", nil}, false},
		"another folder":                      {Call{"s3:GetObject", "Files.Arn/out/a", nil}, false},
		"what is denied":                      {Call{"s3:GetObject", "Files.Arn/in/secret1", nil}, false},
		"what is nearly denied":               {Call{"s3:GetObject", "Files.Arn/in/secret12", nil}, true},
		"a key of a kind":                     {Call{"dynamodb:GetItem", "Things.Arn", keys("A#1")}, true},
		"keys of both kinds":                  {Call{"dynamodb:BatchGetItem", "Things.Arn", keys("A#1", "B#2")}, true},
		"a key of another kind among them":    {Call{"dynamodb:BatchGetItem", "Things.Arn", keys("A#1", "C#2")}, false},
		"no key at all, where one must be":    {Call{"dynamodb:GetItem", "Things.Arn", nil}, false},
		"no key at all, where none need be":   {Call{"dynamodb:Query", "Things.Arn", nil}, true},
		"another table":                       {Call{"dynamodb:GetItem", "Others.Arn", keys("A#1")}, false},
		"a policy of its own":                 {Call{"kms:Sign", "KeyArns", map[string][]string{"kms:ViaService": {"s3.AWS::Region.x"}}}, false},
		"by the service it is for":            {Call{"kms:Sign", "KeyArns", map[string][]string{"kms:ViaService": {"s3.${AWS::Region}.amazonaws.com"}}}, true},
		"by no service":                       {Call{"kms:Sign", "KeyArns", nil}, false},
		"by two services where one is wanted": {Call{"kms:Sign", "KeyArns", map[string][]string{"kms:ViaService": {"s3.${AWS::Region}.a", "s3.${AWS::Region}.b"}}}, false},
	} {
		if got := role.Allows(tt.call); got != tt.want {
			t.Errorf("%s: allowed %t", name, got)
		}
	}
}

func TestARoleWithAConditionThatIsNotKnownIsNotRead(t *testing.T) {
	for _, condition := range []string{"ForAnyValue:StringLike", "StringNotEquals", "StringLikeIfExists", "Bool"} {
		if _, err := Roles([]byte(strings.Replace(smallTemplate, "ForAllValues:StringLike", condition, 1))); err == nil {
			t.Errorf("%s was read", condition)
		}
	}
	if _, err := Roles([]byte(strings.Replace(smallTemplate, "Effect: Deny", "Effect: Maybe", 1))); err == nil {
		t.Error("an effect of Maybe was read")
	}
}

// TestARequestAsksForEverythingItNames, by its keys and attributes however they are written.
func TestARequestAsksForEverythingItNames(t *testing.T) {
	resource := func(table string) string { return table + ".Arn" }
	for name, tt := range map[string]struct {
		operation, body string
		want            []Call
	}{
		"a read": {"GetItem", `{"TableName":"T","Key":{"pk":{"S":"A#1"},"sk":{"S":"x"}}}`, []Call{
			{"dynamodb:GetItem", "T.Arn", map[string][]string{LeadingKeys: {"A#1"}}},
		}},
		"a read of some attributes": {"GetItem", `{"TableName":"T","Key":{"pk":{"S":"A#1"}},"ProjectionExpression":"#c, size","ExpressionAttributeNames":{"#c":"colour"}}`, []Call{
			{"dynamodb:GetItem", "T.Arn", map[string][]string{LeadingKeys: {"A#1"}, Attributes: {"colour", "pk"}}},
		}},
		"a write": {"PutItem", `{"TableName":"T","Item":{"pk":{"S":"A#1"},"rows":{"B":"eA=="}},"ConditionExpression":"attribute_not_exists(pk) OR #t <= :now","ExpressionAttributeNames":{"#t":"ttl"}}`, []Call{
			{"dynamodb:PutItem", "T.Arn", map[string][]string{LeadingKeys: {"A#1"}, Attributes: {"pk", "rows", "ttl"}}},
		}},
		"a change": {"UpdateItem", `{"TableName":"T","Key":{"pk":{"S":"A#1"}},"UpdateExpression":"SET a = if_not_exists(b, :x), #c = :y REMOVE d ADD e :one","ConditionExpression":"f BETWEEN :x AND :y","ExpressionAttributeNames":{"#c":"colour"}}`, []Call{
			{"dynamodb:UpdateItem", "T.Arn", map[string][]string{LeadingKeys: {"A#1"}, Attributes: {"a", "b", "colour", "d", "e", "f", "pk"}}},
		}},
		"a search": {"Query", `{"TableName":"T","KeyConditionExpression":"#p = :pk AND sk > :x","ExpressionAttributeNames":{"#p":"pk"},"ExpressionAttributeValues":{":pk":{"S":"A#1"}}}`, []Call{
			{"dynamodb:Query", "T.Arn", map[string][]string{LeadingKeys: {"A#1"}}},
		}},
		"a search by no partition": {"Query", `{"TableName":"T","KeyConditionExpression":"colour = :pk","ExpressionAttributeValues":{":pk":{"S":"A#1"}}}`, []Call{
			{"dynamodb:Query", "T.Arn", map[string][]string{}},
		}},
		"a scan": {"Scan", `{"TableName":"T"}`, []Call{{"dynamodb:Scan", "T.Arn", map[string][]string{}}}},
		"a batch": {"BatchGetItem", `{"RequestItems":{"T":{"Keys":[{"pk":{"S":"A#1"}},{"pk":{"S":"B#1"}}]}}}`, []Call{
			{"dynamodb:BatchGetItem", "T.Arn", map[string][]string{LeadingKeys: {"A#1", "B#1"}}},
		}},
		"a transaction": {"TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"T","Item":{"pk":{"S":"A#1"}}}},{"Put":{"TableName":"T","Item":{"pk":{"S":"B#1"}}}},{"ConditionCheck":{"TableName":"T","Key":{"pk":{"S":"C#1"}},"ConditionExpression":"x = :x"}}]}`, []Call{
			{"dynamodb:ConditionCheckItem", "T.Arn", map[string][]string{LeadingKeys: {"C#1"}, Attributes: {"pk", "x"}}},
			{"dynamodb:ConditionCheckItem", "T.Arn", map[string][]string{LeadingKeys: {"C#1"}, Attributes: {"pk", "x"}}},
			{"dynamodb:PutItem", "T.Arn", map[string][]string{LeadingKeys: {"A#1"}, Attributes: {"pk"}}},
			{"dynamodb:PutItem", "T.Arn", map[string][]string{LeadingKeys: {"A#1", "B#1"}, Attributes: {"pk"}}},
			{"dynamodb:PutItem", "T.Arn", map[string][]string{LeadingKeys: {"B#1"}, Attributes: {"pk"}}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Calls(tt.operation, []byte(tt.body), resource)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range got {
				slices.Sort(c.Context[Attributes])
			}
			slices.SortFunc(got, func(a, b Call) int {
				return strings.Compare(a.Action+strings.Join(a.Context[LeadingKeys], ","), b.Action+strings.Join(b.Context[LeadingKeys], ","))
			})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAnAttributeIsReachedByNoOtherName: a change of an attribute that is not the role's is refused in a
// condition, under a placeholder, and in a transaction beside others that are allowed.
func TestAnAttributeIsReachedByNoOtherName(t *testing.T) {
	role := echo(t)
	update := func(rest string) string {
		return `{"TableName":"Things","Key":{"pk":{"S":"A#1"},"sk":{"S":"x"}},` + rest + `}`
	}
	for name, tt := range map[string]struct {
		operation, body string
		want            bool
	}{
		"its attribute":                {"UpdateItem", update(`"UpdateExpression":"SET colour = :x"`), true},
		"under a placeholder":          {"UpdateItem", update(`"UpdateExpression":"SET #c = :x","ExpressionAttributeNames":{"#c":"colour"}`), true},
		"another":                      {"UpdateItem", update(`"UpdateExpression":"SET colour = :x, owner = :y"`), false},
		"another under a placeholder":  {"UpdateItem", update(`"UpdateExpression":"SET #colour = :x","ExpressionAttributeNames":{"#colour":"owner"}`), false},
		"another in the condition":     {"UpdateItem", update(`"UpdateExpression":"SET colour = :x","ConditionExpression":"owner = :y"`), false},
		"another that is removed":      {"UpdateItem", update(`"UpdateExpression":"SET colour = :x REMOVE owner"`), false},
		"one of two in a transaction":  {"TransactWriteItems", `{"TransactItems":[{"Update":` + update(`"UpdateExpression":"SET colour = :x"`) + `},{"Update":` + update(`"UpdateExpression":"SET owner = :x"`) + `}]}`, false},
		"both of two in a transaction": {"TransactWriteItems", `{"TransactItems":[{"Update":` + update(`"UpdateExpression":"SET colour = :x"`) + `},{"Put":{"TableName":"Things","Item":{"pk":{"S":"B#1"}}}}]}`, true},
	} {
		calls, err := Calls(tt.operation, []byte(tt.body), func(table string) string { return table + ".Arn" })
		if err != nil {
			t.Fatal(err)
		}
		got := !slices.ContainsFunc(calls, func(c Call) bool { return !role.Allows(c) })
		if got != tt.want {
			t.Errorf("%s: allowed %t", name, got)
		}
	}
}
