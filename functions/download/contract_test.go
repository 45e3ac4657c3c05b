package main

import (
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/service/api/apitest"
)

func TestRoutesFollowTheContract(t *testing.T) { apitest.CheckContract(t, newApp(deps{}, time.Now)) }
