package console_test

import (
	"testing"

	"roster/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }
