package console

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"roster/internal/accounts"
)

func TestTrend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		days  []accounts.Traffic
		about string
		want  []trendDay
	}{
		{
			"a quiet day",
			[]accounts.Traffic{{}},
			"The last 1 day: 0 writes carried out, 0 refused",
			[]trendDay{{Width: 15, Carried: bar{40, 0}, Refused: bar{40, 0}}},
		},
		{
			"the busiest day fills the height, and a single refusal among many is seen",
			[]accounts.Traffic{{Writes: 999, Refusals: 1}, {Writes: 500}},
			"The last 2 days: 1,499 writes carried out, 1 refused",
			[]trendDay{
				{Writes: 999, Refusals: 1, Width: 15, Carried: bar{2, 38}, Refused: bar{0, 2}},
				{Writes: 500, X: 18, Width: 15, Carried: bar{20, 20}, Refused: bar{20, 0}},
			},
		},
		{
			"nothing but refusals",
			[]accounts.Traffic{{Refusals: 3}},
			"The last 1 day: 0 writes carried out, 3 refused",
			[]trendDay{{Refusals: 3, Width: 15, Carried: bar{40, 0}, Refused: bar{0, 40}}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := trendOf(test.days)
			if diff := cmp.Diff(test.want, got.Days); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.about, got.About); diff != "" {
				t.Errorf("in words (-want +got):\n%s", diff)
			}
		})
	}
}
