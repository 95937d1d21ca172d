package console

import (
	"net/url"
	"slices"
	"time"

	"roster/internal/identity"
)

// check refuses a value that a select field does not offer.
func (f field) check() error {
	if slices.ContainsFunc(f.Options, func(o option) bool { return o.Value == f.Value }) {
		return nil
	}
	names := make([]string, 0, len(f.Options))
	for _, o := range f.Options {
		if o.Value != "" {
			names = append(names, o.Value)
		}
	}
	return identity.Errorf(identity.CodeInvalid, "%s is %.40q; it must be one of %q", f.Name, f.Value, names).WithField(f.Name)
}

// without gives the parameters that say something, but for some.
func without(q url.Values, names ...string) url.Values {
	rest := url.Values{}
	for name, values := range q {
		if len(values) > 0 && values[0] != "" && !slices.Contains(names, name) {
			rest[name] = values
		}
	}
	return rest
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// stamp is a time in a file; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
