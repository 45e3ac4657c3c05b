package main

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/api/apitest"
)

func TestRoutesFollowTheContract(t *testing.T) {
	apitest.CheckContract(t, (&app{}).newAPI(api.Server{}))
}
