package reference

import (
	"testing"

	"raftarium/tests/suite"
)

func TestMain(m *testing.M) { suite.Main(m) }
