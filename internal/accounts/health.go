package accounts

import (
	"context"
	"time"

	"roster/internal/identity"
	"roster/internal/store"
)

// The bounds of a health report's series, in days.
const (
	DefaultHealthDays = 14
	MaxHealthDays     = 30 // hours are kept for this long
)

// Traffic is what a directory sent in a while.
type Traffic struct {
	Start           time.Time // UTC
	Writes          int       // that were carried out
	Refusals        int       // requests answered 4xx; each has its entry in the troubleshooting log
	Unauthenticated int       // requests with a dead token
}

// ErrorRate is which part of the writes and refusals are refusals; false when
// there was neither.
func (a Traffic) ErrorRate() (float64, bool) {
	if a.Writes+a.Refusals == 0 {
		return 0, false
	}
	return float64(a.Refusals) / float64(a.Writes+a.Refusals), true
}

// plus sums two, from the beginning of the first on.
func (a Traffic) plus(b Traffic) Traffic {
	return Traffic{Start: a.Start, Writes: a.Writes + b.Writes, Refusals: a.Refusals + b.Refusals, Unauthenticated: a.Unauthenticated + b.Unauthenticated}
}

func trafficOf(a store.DirectoryActivity) Traffic {
	return Traffic{Start: a.Hour, Writes: a.Writes, Refusals: a.Refusals, Unauthenticated: a.Unauthenticated}
}

// Health is how a directory fares. What it sent in the last seconds may be
// missing, as servers count in memory first.
type Health struct {
	Directory
	Day   Traffic   // the last 24 hours, the present one included
	Hours []Traffic // one for each hour, quiet ones too; the last is the present one
}

// Days sums the hours up to days of UTC.
func (h Health) Days() []Traffic {
	var days []Traffic
	for _, hour := range h.Hours {
		start := hour.Start.Truncate(day)
		if n := len(days); n == 0 || !days[n-1].Start.Equal(start) {
			days = append(days, Traffic{Start: start})
		}
		days[len(days)-1] = days[len(days)-1].plus(hour)
	}
	return days
}

const (
	day         = 24 * time.Hour
	hoursOfADay = int(day / time.Hour)
)

// Health gives the health of a directory, with the hours of some days: from the
// beginning of the first of them on, of which the present day is the last.
func (s *Service) Health(ctx context.Context, org identity.OrgID, id identity.DirectoryID, days int) (Health, error) {
	if days < 1 || days > MaxHealthDays {
		return Health{}, identity.Errorf(identity.CodeInvalid, "days is %d; it may be from 1 to %d", days, MaxHealthDays).WithField("days")
	}
	return view(ctx, s, func(tx *store.Tx) (Health, error) {
		d, err := tx.Directory(org, id)
		if err != nil {
			return Health{}, store.Missing(err, "directory", string(id))
		}
		return healthOf(tx, d, days)
	})
}

// HealthOfAll gives the health of an org's directories, as [Service.Health] does.
func (s *Service) HealthOfAll(ctx context.Context, org identity.OrgID, days int, p store.Page) (out []Health, next string, err error) {
	err = s.store.View(ctx, func(tx *store.Tx) error {
		var found []store.Directory
		if found, next, err = tx.Directories(org, p); err != nil {
			return err
		}
		out = make([]Health, len(found))
		for i, d := range found {
			if out[i], err = healthOf(tx, d, min(max(days, 1), MaxHealthDays)); err != nil {
				return err
			}
		}
		return nil
	})
	return out, next, err
}

func healthOf(tx *store.Tx, d store.Directory, days int) (h Health, err error) {
	if h.Directory, err = counted(tx, d); err != nil {
		return h, err
	}
	present := tx.Now().Truncate(time.Hour)
	begin := tx.Now().Truncate(day).AddDate(0, 0, 1-days)
	dayBegin := present.Add(time.Hour - day)
	sent, err := tx.DirectoryActivity(d.OrgID, d.ID, earlier(begin, dayBegin))
	if err != nil {
		return h, err
	}
	h.Day.Start = dayBegin
	h.Hours = make([]Traffic, 0, days*hoursOfADay)
	for at := begin; !at.After(present); at = at.Add(time.Hour) {
		h.Hours = append(h.Hours, Traffic{Start: at})
	}
	for _, hour := range sent {
		if hour.Hour.After(present) {
			break // of a server whose clock is ahead
		}
		if !hour.Hour.Before(dayBegin) {
			h.Day = h.Day.plus(trafficOf(hour))
		}
		if !hour.Hour.Before(begin) {
			h.Hours[int(hour.Hour.Sub(begin)/time.Hour)] = trafficOf(hour)
		}
	}
	return h, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
