package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// TestTheModelHasAsManyReplicasAsTheRegister writes.
func TestTheModelHasAsManyReplicasAsTheRegister(t *testing.T) {
	if model.Replicas != records.SealReplicas {
		t.Errorf("the model has %d, the register %d", model.Replicas, records.SealReplicas)
	}
	a := countedAccess{key: "SEALS#07"}
	if err := (owners{}).identify(&a); err != nil || a.Kind != "SEALS" || a.Owner != model.Replica {
		t.Errorf("%+v: %v", a, err)
	}
}
