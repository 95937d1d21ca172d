package console

import (
	"fmt"
	"time"

	"roster/internal/accounts"
)

// trend is a chart of days, drawn on the server: template "trend". Its figures
// stand beside it as a table.
type trend struct {
	About         string // in words, for those who do not see the chart
	Width, Height int
	Days          []trendDay
}

// trendDay is a column: what was carried out below, what was refused on top.
type trendDay struct {
	Date             time.Time
	Writes, Refusals int
	X, Width         int
	Carried, Refused bar
}

// bar is a part of a column; y grows downwards.
type bar struct{ Y, Height int }

// The measures of the chart, in the units of its viewBox.
const (
	trendHeight = 40
	trendColumn = 18
	trendGap    = 3
)

// trendOf draws what a directory sent, by day; the last is the present one.
func trendOf(days []accounts.Traffic) trend {
	t := trend{Width: len(days)*trendColumn - trendGap, Height: trendHeight}
	most, writes, refusals := 1, 0, 0
	for _, d := range days {
		most = max(most, d.Writes+d.Refusals)
		writes, refusals = writes+d.Writes, refusals+d.Refusals
	}
	for i, d := range days {
		carried, refused := share(d.Writes, most), share(d.Refusals, most)
		refused = min(refused, trendHeight)
		carried = min(carried, trendHeight-refused)
		t.Days = append(t.Days, trendDay{
			Date: d.Start, Writes: d.Writes, Refusals: d.Refusals, X: i * trendColumn, Width: trendColumn - trendGap,
			Carried: bar{trendHeight - carried, carried}, Refused: bar{trendHeight - carried - refused, refused},
		})
	}
	t.About = fmt.Sprintf("The last %s: %s carried out, %s refused", count(len(days), "day", "days"), count(writes, "write", "writes"), num(refusals))
	return t
}

// share is the height of a part of the highest column; what is there at all can
// be seen.
func share(n, most int) int {
	if n == 0 {
		return 0
	}
	return max(n*trendHeight/most, 2)
}
