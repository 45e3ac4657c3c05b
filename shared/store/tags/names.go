package tags

import (
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Names maps former names of people to later ones. A name is a keyed hash, see
// fieldcrypto.Sealer.Hash. Who was renamed twice has two former names, and the later one maps to the present name.
type Names map[string]string

// CurrentName returns the present name of the person who has or had this name.
func (n Names) CurrentName(name string) string {
	for now, ok := n[name]; ok; now, ok = n[name] {
		name = now
	}
	return name
}

// RenameItem returns a copy of the item with present names in its key and as its holder, and
// whether that changed anything.
func (n Names) RenameItem(read Item) (Item, bool) {
	made, changed := maps.Clone(read), false
	for _, name := range []string{"pk", "sk", "holder"} {
		parts := strings.Split(str(read, name), "#")
		for i, part := range parts {
			parts[i] = n.CurrentName(part)
			changed = changed || parts[i] != part
		}
		if made[name] != nil {
			made[name] = &types.AttributeValueMemberS{Value: strings.Join(parts, "#")}
		}
	}
	return made, changed
}
