package cli

import "testing"

func TestSparkline(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		values   []int
		greatest int
		want     string
	}{
		{"nothing at all", []int{0, 0}, 0, "··"},
		{"little is not nothing", []int{0, 1, 1000}, 1000, "·▁█"},
		{"even steps", []int{1, 2, 3, 4, 5, 6, 7, 8}, 8, "▁▂▃▄▅▆▇█"},
		{"another day has the greatest", []int{4}, 8, "▄"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := sparkline(tt.values, tt.greatest); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
