package main

import (
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/service/api/apitest"
)

func TestRoutesFollowTheContract(t *testing.T) {
	app, err := newApp(deps{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	apitest.CheckContract(t, app)
}
