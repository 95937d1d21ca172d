package cli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxTries bounds how often a request is sent that is answered 429.
	maxTries = 6
	// maxWait bounds one pause, whatever the server asks for.
	maxWait = 2 * time.Minute
)

// doer sends the requests of the generated client: with the key, and again
// after a pause while the server says that there are too many (429). A request
// answered 429 was not carried out, so sending it again is safe for any method.
type doer struct {
	env   *Env
	base  string
	key   string
	http  *http.Client
	pacer *pacer // nil: as fast as the server lets it
}

// waitLong lifts the bound on how long a call takes: one that sends or
// receives a file takes as long as the file.
func (s *session) waitLong() {
	if d, ok := s.Client.Client.(*doer); ok {
		d.http.Timeout = 0
	}
}

// Do implements api.HttpRequestDoer.
func (d *doer) Do(request *http.Request) (*http.Response, error) {
	request.Header.Set("Authorization", "Bearer "+d.key)
	request.Header.Set("User-Agent", "roster-cli/"+version)
	if request.Header.Get("Accept") == "" {
		request.Header.Set("Accept", "application/json")
	}
	for try := 1; ; try++ {
		if err := d.pacer.wait(request.Context()); err != nil {
			return nil, err
		}
		response, err := d.http.Do(request) //nolint:gosec // the URL is the caller's own choice
		if err != nil {
			return nil, d.transportError(request.Context(), err)
		}
		if response.StatusCode != http.StatusTooManyRequests || try == maxTries {
			d.pacer.heed(response.Header)
			return response, nil
		}
		if err := d.pause(request, response, try); err != nil {
			return nil, err
		}
	}
}

// pause waits as long as a 429 asks for and winds the request's body back.
func (d *doer) pause(request *http.Request, response *http.Response, try int) error {
	drop(response)
	wait := retryAfter(response.Header, d.env.Now(), try, d.pacer.maxWait())
	if d.pacer != nil {
		if d.pacer.hold(wait) {
			d.env.sayf("the server asks to slow down; going on in %s", wait.Round(time.Second))
		}
		return rewind(request)
	}
	d.env.sayf("the server asks to slow down; going on in %s", wait.Round(time.Second))
	if err := d.env.Sleep(request.Context(), wait); err != nil {
		return err
	}
	return rewind(request)
}

// drop ends an answer so that its connection can be used again.
func drop(response *http.Response) {
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxErrorBody))
	response.Body.Close()
}

// rewind makes a request ready to be sent again.
func rewind(request *http.Request) error {
	if request.GetBody == nil {
		return nil
	}
	body, err := request.GetBody()
	if err != nil {
		return fmt.Errorf("send request again: %w", err)
	}
	request.Body = body
	return nil
}

// retryAfter reads Retry-After (RFC 9110 section 10.2.3, seconds or a date) or
// X-RateLimit-Reset (the hosted organizations API, ISO 8601). With neither the
// pause doubles from one second. It is most at most.
func retryAfter(header http.Header, now time.Time, try int, most time.Duration) time.Duration {
	wait := time.Second << (try - 1)
	if text := header.Get("Retry-After"); text != "" {
		if seconds, err := strconv.Atoi(text); err == nil {
			wait = time.Duration(min(seconds, int(maxPatience/time.Second))) * time.Second
		} else if at, err := http.ParseTime(text); err == nil {
			wait = at.Sub(now)
		}
	} else if at, err := time.Parse(time.RFC3339, header.Get("X-Ratelimit-Reset")); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), most)
}

// transportError tells an interrupt from a server that does not answer.
func (d *doer) transportError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted: %w", ctx.Err())
	}
	return &unreachableError{url: d.base, cause: rootCause(err)}
}
