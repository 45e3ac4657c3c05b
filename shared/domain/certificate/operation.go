package certificate

import (
	"fmt"
	"slices"
)

// Operation is the procedure by which an authority brought a certificate into its state, with the
// two-digit codes of the ministry's state-update interface for its electronic certificates.
type Operation string

// The operations.
const (
	Issue           Operation = "01"
	Renew           Operation = "02"
	Suspend         Operation = "03"
	Expire          Operation = "04"
	Cancel          Operation = "05" // the state becomes withdrawn, cancelled, revoked or being transferred out
	GiveBack        Operation = "06"
	AnythingElse    Operation = "07"
	TransferIn      Operation = "08"
	Amend           Operation = "09"
	StopTransferOut Operation = "10"
)

// Name returns the operation's Chinese name, or "" if there is no such operation.
func (o Operation) Name() string { return o.rule().name }

// rule says from which states an operation leads to which. An empty list means any state.
type rule struct {
	name         string
	before       []State // states of a certificate that is in the register
	after        []State
	onlyIfAbsent bool // it creates a certificate, so none may be in the register
}

func (o Operation) rule() rule {
	switch o {
	case Issue:
		return rule{name: "新发", after: []State{Valid}, onlyIfAbsent: true}
	case Renew:
		return rule{name: "延续", before: []State{Valid, Invalid}, after: []State{Valid}}
	case Suspend:
		return rule{name: "暂扣", before: []State{Valid}, after: []State{Suspended}}
	case Expire:
		return rule{name: "过期失效", before: []State{Valid, Suspended, Transferring}, after: []State{Invalid}}
	case Cancel:
		return rule{name: "注销", after: []State{Withdrawn, Cancelled, Revoked, Transferring}}
	case GiveBack:
		return rule{name: "暂扣发还", before: []State{Suspended}, after: []State{Valid}}
	case AnythingElse:
		return rule{name: "其他"}
	case TransferIn:
		return rule{name: "转入", before: []State{Transferring}, after: []State{Valid}}
	case Amend:
		return rule{name: "变更", before: []State{Valid}, after: []State{Valid}}
	case StopTransferOut:
		return rule{name: "取消转出", before: []State{Transferring}, after: []State{Valid}}
	}
	return rule{}
}

// CheckFrom returns an error if the operation cannot be applied to a certificate in this state, nil
// if it can or if no operation was reported. It is not used for a certificate that is not in the
// register, which any operation may have created.
//
// Its rule is operation.order.
func (o Operation) CheckFrom(before State) *FieldError {
	r := o.rule()
	if r.onlyIfAbsent {
		return newOrderError(fmt.Sprintf("该注册编号已登记，不能办理“%s”。", r.name),
			"The number is registered already, so it cannot be issued for the first time.")
	}
	if len(r.before) == 0 || slices.Contains(r.before, before) {
		return nil
	}
	return newOrderError(fmt.Sprintf("该证书目前为“%s”（%s），不能办理“%s”。", before.Name(), before, r.name),
		fmt.Sprintf("The certificate is in state %s, from which operation %s does not lead.", before, o))
}

// CheckMove returns an error if the reported operation, with the reported note, cannot bring a
// certificate from one state into another. It applies CheckFrom, and a further rule for the states
// in which a decision has ended a registration (State.HasEnded): a row without an operation can
// only lead from one of them to another. To any other state only AnythingElse leads, with a note
// that gives the reason, such as that the decision was set aside.
//
// Its rules are operation.order, operation.required and state.note.
func (o Operation) CheckMove(before, after State, note string) *FieldError {
	if e := o.CheckFrom(before); e != nil || !before.HasEnded() || after.HasEnded() {
		return e
	}
	switch {
	case o == "":
		e := newFieldError("operation.required",
			fmt.Sprintf("该证书已“%s”（%s），改为“%s”（%s）须填写办理事项“其他”（07）并在状态说明中写明依据。", before.Name(), before, after.Name(), after),
			fmt.Sprintf("The certificate is in state %s, in which a registration ends; name operation 07 and say in the note why it is brought into state %s.", before, after))
		e.Field = "/operation"
		return e
	case o != AnythingElse:
		return newOrderError(fmt.Sprintf("该证书已“%s”（%s），不能办理“%s”。", before.Name(), before, o.Name()),
			fmt.Sprintf("The certificate is in state %s, from which operation %s does not lead to %s.", before, o, after))
	case !HasVisibleRune(note):
		e := newFieldError("state.note",
			fmt.Sprintf("该证书已“%s”（%s），改为“%s”（%s）须在状态说明中写明依据。", before.Name(), before, after.Name(), after),
			fmt.Sprintf("The certificate is in state %s; say in the note why it is brought into state %s.", before, after))
		e.Field = "/stateNote"
		return e
	}
	return nil
}

func newOrderError(zh, en string) *FieldError {
	e := newFieldError("operation.order", zh, en)
	e.Field = "/operation"
	return e
}

// operation checks that the reported operation, if any, exists and leads to the reported state.
func (v *validation) operation(c Certificate) {
	if c.Operation == "" {
		return
	}
	r := c.Operation.rule()
	switch {
	case r.name == "":
		v.fail("/operation", "operation.value", "办理事项代码不存在。", "There is no such operation.")
	case c.State.IsKnown() && len(r.after) > 0 && !slices.Contains(r.after, c.State):
		v.fail("/operation", "operation.state", fmt.Sprintf("办理“%s”之后的状态不会是“%s”（%s）。", r.name, c.State.Name(), c.State),
			fmt.Sprintf("Operation %s does not lead to state %s.", c.Operation, c.State))
	}
}
