package console

import (
	"fmt"
	"html/template"
	"strconv"
	"time"
	"unicode/utf8"
)

// functions are what templates call. Those that make a component's parameters
// are named like the component.
func functions(a *assets) template.FuncMap {
	return template.FuncMap{
		"asset": a.url,
		"num":   num[int],
		"ago":   func(t time.Time) string { return ago(t, time.Now()) },
		"exact": exact,
		"iso":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"short": short,
		"badge": func(t tone, text string) badge { return badge{t, text} },
		"link":  func(text, url string) link { return link{text, url} },
		"count": count,
		"isAt":  func(n navItem, path string) bool { return n.isCurrent(path) },
		"title": func(word any) string { return capital(fmt.Sprint(word)) },
	}
}

// num groups digits by thousands.
func num[T int | int64](n T) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// count says how many there are of something, such as "1 case" or "2,000 cases".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return num(n) + " " + many
}

// exact is a time to the second, for the title of a relative one.
func exact(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// ago tells a time by its distance from now; app.js says it in the same words
// when the page grows old.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	if d < 0 {
		return "in " + span(-d)
	}
	if d < 10*time.Second {
		return "just now"
	}
	return span(d) + " ago"
}

func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return count(int(d/time.Second), "second", "seconds")
	case d < time.Hour:
		return count(int(d/time.Minute), "minute", "minutes")
	case d < day:
		return count(int(d/time.Hour), "hour", "hours")
	case d < 60*day:
		return count(int(d/day), "day", "days")
	case d < 730*day:
		return count(int(d/(30*day)), "month", "months")
	}
	return count(int(d/(365*day)), "year", "years")
}

// maxShown is how many characters of an id are shown whole.
const maxShown = 16

// short takes the middle out of a long id; the beginning tells the kind, the end
// tells ids of the same moment apart.
func short(id any) string {
	s := fmt.Sprint(id)
	if utf8.RuneCountInString(s) <= maxShown {
		return s
	}
	r := []rune(s)
	return fmt.Sprintf("%s…%s", string(r[:9]), string(r[len(r)-6:]))
}
