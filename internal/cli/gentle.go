package cli

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// maxPatience bounds a pause of a command that is meant to be gentle: hosted
// services ask for up to an hour.
const maxPatience = time.Hour

// maxWait bounds what a 429 can ask for.
func (p *pacer) maxWait() time.Duration {
	if p == nil {
		return maxWait
	}
	return maxPatience
}

// gentle sends requests at a bounded rate, and again after a growing pause when
// the server fails, does not answer, or breaks off in the middle of its answer.
// Every request that goes through it can be made twice.
type gentle struct {
	*doer
}

// beGentle makes all requests of the session so.
func (s *session) beGentle(env *Env, perSecond float64) {
	if d, ok := s.Client.Client.(*doer); ok {
		d.pacer = env.newPacer(perSecond)
		s.Client.Client = gentle{d}
	}
}

// Do implements api.HttpRequestDoer.
func (g gentle) Do(request *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		response, err := g.doer.Do(request)
		if err == nil {
			response, err = g.whole(request, response)
		}
		if try == maxTries || !mayPass(response, err) {
			return response, err
		}
		wait := backoff(try)
		if response != nil {
			if response.Header.Get("Retry-After") != "" {
				wait = retryAfter(response.Header, g.env.Now(), try, maxPatience)
			}
			drop(response)
			g.env.sayf("the server answered %d; trying again in %s", response.StatusCode, wait.Round(time.Second))
		} else {
			g.env.sayf("%s; trying again in %s", err, wait.Round(time.Second))
		}
		if err := g.env.Sleep(request.Context(), wait); err != nil {
			return nil, err
		}
		if err := rewind(request); err != nil {
			return nil, err
		}
	}
}

// maxAnswer bounds an answer that is read before it is looked at: a page of
// accounts or SCIM users is far below it.
const maxAnswer = 64 << 20

// whole reads an answer to its end, so that one that is cut off can be asked
// for again.
func (g gentle) whole(request *http.Request, response *http.Response) (*http.Response, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	response.Body.Close()
	if err != nil {
		return nil, g.transportError(request.Context(), err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// mayPass tells a failure that may be gone in a while.
func mayPass(response *http.Response, err error) bool {
	if err != nil {
		_, unreachable := errors.AsType[*unreachableError](err)
		return unreachable
	}
	switch response.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// backoff doubles from half a second to a second and more, so that many clients
// do not come back together.
func backoff(try int) time.Duration {
	most := time.Second << (try - 1)
	return most/2 + rand.N(most/2) //nolint:gosec // a pause is no secret
}
