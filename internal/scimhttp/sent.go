package scimhttp

import (
	"net/url"
	"strings"
)

// shownHeaders are those that say how a request was meant.
var shownHeaders = [...]string{"Content-Type", "Accept", "If-Match", "If-None-Match", "User-Agent"}

// head is what the log shows of a request beside its body. Credentials are in
// none of it: of parameters that SCIM does not know the value is left out, and
// that of a filter that compares a secret.
func (x *exchange) head() string {
	var b strings.Builder
	b.WriteString(x.r.Method + " " + x.r.URL.EscapedPath())
	if query := x.shownQuery(); query != "" {
		b.WriteString("?" + query)
	}
	for _, name := range shownHeaders {
		for _, value := range x.r.Header.Values(name) {
			b.WriteString("\n" + name + ": " + value)
		}
	}
	return b.String()
}

func (x *exchange) shownQuery() string {
	if x.r.URL.RawQuery == "" {
		return ""
	}
	secrets := x.types().Secrets()
	parts := strings.Split(x.r.URL.RawQuery, "&")
	for i, part := range parts {
		name, value, hasValue := strings.Cut(part, "=")
		plainName, nameErr := url.QueryUnescape(name)
		plain, err := url.QueryUnescape(value)
		if hasValue && (nameErr != nil || err != nil || parameterNamed(plainName) == "" || secrets.MayHold([]byte(plain))) {
			parts[i] = name + "=…"
		}
	}
	return strings.Join(parts, "&")
}
