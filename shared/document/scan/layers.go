package scan

import "github.com/jiazhu/jiazhu/shared/document/anypdf"

// layers are those of a PDF that are switched off when it is opened (optional content, ISO 32000-1, 8.11).
type layers struct {
	off   map[anypdf.Ref]bool
	on    map[anypdf.Ref]bool
	isOff bool // all are but those in on
}

// readLayers reads which layers are switched off.
func readLayers(file *anypdf.File) layers {
	d := file.Dict(file.Dict(file.Catalog()["OCProperties"])["D"])
	l := layers{listRefs(file, d["OFF"]), listRefs(file, d["ON"]), file.Name(d["BaseState"]) == "OFF"}
	return l
}

func listRefs(file *anypdf.File, o any) map[anypdf.Ref]bool {
	refs := map[anypdf.Ref]bool{}
	for _, one := range file.Array(o) {
		if r, ok := one.(anypdf.Ref); ok {
			refs[r] = true
		}
	}
	return refs
}

// isHidden reports whether a layer, or every layer of several, is switched off.
func (l layers) isHidden(file *anypdf.File, o any) bool {
	if r, ok := o.(anypdf.Ref); ok && (l.off[r] || l.isOff && !l.on[r] && file.Name(file.Dict(o)["Type"]) == "OCG") {
		return true
	}
	d := file.Dict(o)
	if file.Name(d["Type"]) != "OCMD" || d["VE"] != nil {
		return false
	}
	switch file.Name(d["P"]) {
	case "", "AnyOn":
	default:
		return false
	}
	if r, ok := d["OCGs"].(anypdf.Ref); ok && l.off[r] {
		return true
	}
	list := file.Array(d["OCGs"])
	for _, one := range list {
		if r, ok := one.(anypdf.Ref); !ok || !l.off[r] {
			return false
		}
	}
	return len(list) > 0
}

// isHiddenMark reports whether a marked content is of a layer that is switched off.
func (d *drawing) isHiddenMark(operands []any, resources anypdf.Dict) bool {
	if len(operands) < 2 || operands[0] != anypdf.Name("OC") {
		return false
	}
	name, _ := operands[1].(anypdf.Name)
	return d.layered.isHidden(d.work.file, d.work.file.Dict(resources["Properties"])[name])
}
